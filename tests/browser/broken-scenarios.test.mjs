// Broken files in the site's own folder: which file, which line and why is said on every page that opens it, and the others work.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SITE, start } from './harness.mjs';
import { JOBS } from './site-jobs.mjs';
import { textOf } from './site.mjs';

/** A file, what becomes of its text, and what is said. */
const BROKEN = [
  ['alcohol-withdrawal', (text) => text.replace(/^topic = .*$/m, 'topic = "alcohol'), /alcohol-withdrawal\.toml, line 4: .+ The file was not used\./],
  ['depression', (text) => text.replace(/^codes = .*\n/m, ''), /depression\.toml, line \d+: missing field `codes`\. The file was not used\./],
  ['urosepsis', (text) => text.replace('form = 1', 'form = 2'), /urosepsis\.toml is of form 2, made by a newer Chartside: this one reads form 1\./],
  ['total-care', (text) => text.replace(/^level = .*$/m, 'level = 7'), /total-care\.toml, line 6: level is 1, 2 or 3\./],
  ['malnutrition', () => '<!doctype html><title>Not found</title>', /malnutrition\.toml, line 1: /],
  ['syncope-cause', () => '', /syncope-cause\.toml, line 1: missing field `form`/],
];

describe('broken files in the folder of the site', { timeout: 300_000 }, () => {
  let session;
  let site;
  const file = (name) => join(site, 'scenarios', name);
  before(async () => {
    site = mkdtempSync(join(tmpdir(), 'chartside-site-'));
    cpSync(SITE, site, { recursive: true });
    for (const [name, change] of BROKEN) writeFileSync(file(`${name}.toml`), change(readFileSync(file(`${name}.toml`), 'utf8')));
    rmSync(file('weight-status.toml'));
    session = await start({ extension: null, site });
  });
  after(async () => {
    await session?.close();
    rmSync(site, { recursive: true, force: true });
  });

  const ALL = [...BROKEN, ['weight-status', null, /scenarios\/weight-status\.toml is not there\. Copy the whole folder of the site again\./]];

  test('Demonstrate says which, where and why, and shows the others', async () => {
    const page = await session.page('/demonstrate.html');
    await page.waitForSelector('body[data-state=library]');
    for (const [name, , said] of ALL) {
      await page.evaluate((name) => void (location.hash = name), name);
      await page.waitForSelector('body[data-state=trouble]');
      assert.match(await textOf(page, '#trouble'), said);
      assert.equal(await page.$eval('#view-library', (list) => list.hidden), false);
      await page.evaluate(() => void (location.hash = ''));
      await page.waitForSelector('body[data-state=library]');
    }
    await JOBS.demonstrate(page);
    await page.close();
  });

  test('Practise does as well', async () => {
    const page = await session.page('/practise.html');
    await page.waitForSelector('body[data-state=ready]');
    for (const [name, , said] of ALL) {
      await page.click(`[data-name="${name}"]`);
      await page.waitForFunction((name) => document.getElementById('trouble').textContent.includes(name) && !document.getElementById('choosing').hidden, {}, name);
      assert.match(await textOf(page, '#trouble'), said);
    }
    await JOBS.practise(page);
    await page.close();
  });

  test('a row of the list that is broken is named, and the other rows hold', async () => {
    const whole = readFileSync(join(SITE, 'scenarios/index.json'), 'utf8');
    const list = JSON.parse(whole);
    const { title, ...untitled } = list[1];
    assert.ok(title);
    const rows = [list[0], untitled, { ...list[2], file: '../../etc/passwd' }, null, ...list.slice(4)];
    writeFileSync(file('index.json'), JSON.stringify(rows));
    for (const [name, rowsOf] of [['demonstrate', '#library > li'], ['practise', '.choice'], ['course', '#pick > li']]) {
      const page = await session.page(`/${name}.html`);
      await page.waitForSelector('.remark');
      const said = await textOf(page, '.remark');
      for (const part of [/entry 2: its “title” is missing/, /entry 3: its “file”/, /entry 4: its “file”/, /The others are here\.$/]) assert.match(said, part);
      await page.waitForFunction((selector, many) => document.querySelectorAll(selector).length === many, {}, rowsOf, list.length - 3);
      await JOBS[name](page);
      await page.close();
    }
    for (const broken of ['{"not": "a list"}', '[{', '']) {
      writeFileSync(file('index.json'), broken);
      const page = await session.page('/demonstrate.html');
      await page.waitForSelector('#trouble:not([hidden])');
      assert.match(await textOf(page, '#trouble'), /scenarios\/index\.json is not a list\. Copy the whole folder of the site again\./);
      await page.close();
    }
    writeFileSync(file('index.json'), whole);
  });
});
