// The code book: searches as a coder makes them, entries with all that the book says, addresses, the browser's own steps,
// keys, what is not found, and every reader.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { start } from './harness.mjs';
import { fitForAll, ready, textOf, violations } from './site.mjs';

/** The Index as it is printed: a line for each term, two spaces for each step in. */
const printedIndex = (page) => page.$eval('.book-index', (section) => {
  const lines = [];
  const walk = (list, depth) => {
    for (const item of list.children) {
      for (const row of item.querySelectorAll(':scope > .row')) lines.push(`${'  '.repeat(depth)}${row.textContent.replace(/\s+/g, ' ').trim()}`);
      const under = item.querySelector(':scope > ul');
      if (under) walk(under, depth + 1);
    }
  };
  walk(section.querySelector('ul'), 0);
  return lines;
});

const entry = (page, code) => page.waitForSelector(`.book-entry[data-code="${code}"]`);
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));
const gone = (page, address) => page.waitForFunction((address) => decodeURIComponent(location.hash) === address, {}, address);

async function search(page, words) {
  await page.$eval('#book-words', (input) => input.select());
  await page.type('#book-words', words);
  await page.keyboard.press('Enter');
  await gone(page, `#?${words}`);
  await page.waitForFunction(() => document.querySelector('.book-status').textContent !== '');
}

/** What a search has to lead to: lines of the Index, codes of the Tabular List. */
const SEARCHES = [
  ['#?diabetic foot ulcer', ['Diabetes, diabetic', '  type 2', '    with', '      foot ulcer E11.621'], []],
  ['#?E11.62', [], ['E11.62-', 'E11.620', 'E11.621']],
  ['#?colles fracture', [], ['S52.53-']],
];

/** What stands in an entry: at which heading, which words. */
const ENTRIES = [
  ['E11.621', '.valid', 'Valid for reporting'],
  ['E11.621', '.stands', 'Chapter 4 Endocrine'],
  ['E11.621', '.stands', 'E08-E13 Diabetes mellitus'],
  ['E11.621', '[data-kind="use-additional"]', 'code to identify site of ulcer (L97.4-, L97.5-)'],
  ['E11.621', '[data-kind="excludes1"]', 'type 1 diabetes mellitus (E10.-)'],
  ['E11.621', '.ladder-of-codes', 'E11.622 Type 2 diabetes mellitus with other skin ulcer'],
  ['E11.621', '.led', 'type 2 › with › foot ulcer'],
  ['I50.9', '[data-kind="inclusion"]', 'Congestive heart failure NOS'],
  ['I50.9', '[data-kind="code-first"]', 'heart failure due to hypertension (I11.0)'],
  ['I50.9', '.ladder-of-codes .hint', 'leaves something open'],
  ['I50.2', '.not-valid', 'more characters are needed'],
  ['I50.2', '.ladder-of-codes .rungs .rungs', 'I50.23 Acute on chronic systolic'],
  ['S52.501A', '.seventh', 'B initial encounter for open fracture type I or II'],
  ['S52.501A', '.ladder-of-codes', "S52.53- Colles' fracture"],
];

describe('the code book', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start({ extension: null })));
  after(() => session.close());

  for (const [address, lines, codes] of SEARCHES) {
    test(`${address} leads to ${[...lines, ...codes].join(' / ')}`, async () => {
      const page = await ready(session, `/codebook.html${address}`);
      const printed = lines.length > 0 ? await printedIndex(page) : [];
      let at = -1;
      for (const line of lines) {
        const next = printed.indexOf(line, at + 1);
        assert.ok(next > at, `${line} in ${printed.join('\n')}`);
        at = next;
      }
      const tabular = codes.length > 0 ? await page.$$eval('.book-tabular .code', (found) => found.map((code) => code.textContent)) : [];
      for (const code of codes) assert.ok(tabular.includes(code), `${code} in ${tabular}`);
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  test('each entry has its place, notes, Excludes, 7th characters and ladder', async () => {
    const page = await ready(session, '/codebook.html');
    for (const [code, selector, words] of ENTRIES) {
      await page.evaluate((code) => void (location.hash = code), code);
      await entry(page, code);
      const texts = await page.$$eval(`.book-entry ${selector}`, (found) => found.map((element) => element.textContent.replace(/\s+/g, ' ').trim()));
      assert.ok(texts.some((text) => text.includes(words)), `${code} ${selector}: ${words} in ${texts.join('\n')}`);
    }
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test('a link of a note leads on, and the browser steps back and forth', async () => {
    const page = await ready(session, '/codebook.html');
    await search(page, 'diabetic foot ulcer');
    await page.click('.book-results button[data-code="E11.621"]');
    await entry(page, 'E11.621');
    assert.equal(await hash(page), '#E11.621');
    assert.equal(await page.$$eval('.book-results [aria-current=true]', (rows) => rows.every((row) => row.dataset.code === 'E11.621') && rows.length > 0), true);
    await page.click('.book-entry [data-kind="use-additional"] button[data-code="L97.4"]');
    await entry(page, 'L97.4');
    await page.goBack();
    await entry(page, 'E11.621');
    await page.goBack();
    await gone(page, '#?diabetic foot ulcer');
    await page.waitForFunction(() => document.querySelector('.book-entry').hidden);
    assert.equal(await page.$eval('#book-words', (input) => input.value), 'diabetic foot ulcer');
    await page.goForward();
    await entry(page, 'E11.621');
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  test('a search that was only typed has a step of its own', async () => {
    const page = await ready(session, '/codebook.html');
    await page.type('#book-words', 'gout');
    await page.waitForSelector('.book-index');
    assert.equal(await hash(page), '');
    await page.click('.book-results button[data-code]');
    await page.waitForSelector('.book-entry[data-code]');
    await page.goBack();
    await gone(page, '#?gout');
    await page.close();
  });

  test('by keys alone: search, down to a result, open it, and back to the search', async () => {
    const page = await ready(session, '/codebook.html');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'book-words');
    await page.keyboard.type('heart failure');
    await page.waitForSelector('.book-index');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const first = await page.evaluate(() => document.activeElement.dataset.code ?? document.activeElement.dataset.words);
    assert.equal(first, await page.$eval('.book-results button', (button) => button.dataset.code ?? button.dataset.words));
    while (!(await page.evaluate(() => document.activeElement.dataset.code))) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.book-entry[data-code]');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'book-words');
    await page.keyboard.press('Tab');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'book-words');
    await page.close();
  });

  test('a code that is typed opens, in either case, without its dot', async () => {
    const page = await ready(session, '/codebook.html');
    await page.type('#book-words', 'e11621');
    await page.keyboard.press('Enter');
    await entry(page, 'E11.621');
    await page.close();
  });

  /** Addresses that lead nowhere, and what is said. */
  for (const [address, where, pattern] of [
    ['#Z99.99', '.book-entry .problem', /Z99\.99.* no code of release/],
    ['#?xyzzyplugh', '.book-status', /Nothing in the Index or the Tabular List for “xyzzyplugh”/],
    ['#%E0%A4%A', '.book-entry .problem', /no code of release/],
    ['#?%3Cimg src=x onerror=alert(1)%3E', '.book-status', /./],
    [`#?${'ulcer '.repeat(2000)}`, '.book-status', /./],
  ]) {
    test(`${address.slice(0, 40)}: one sentence`, async () => {
      const page = await ready(session, `/codebook.html${address}`);
      assert.match(await textOf(page, where), pattern);
      assert.equal(await page.$('.book img'), null);
      assert.deepEqual(page.errors, []);
      await page.close();
    });
  }

  test('without WebAssembly it is said what to do', async () => {
    const page = await session.page('/frame.html');
    await page.evaluateOnNewDocument(() => void delete globalThis.WebAssembly);
    await page.goto(`${session.server.origin}/codebook.html`);
    await page.waitForSelector('#trouble:not([hidden])');
    assert.match(await textOf(page, '#trouble'), /does not run WebAssembly/);
    await page.close();
  });

  test('for everyone: a search, an entry, light and dark, wide and narrow', async () => {
    const page = await ready(session, '/codebook.html');
    await fitForAll(page, 'empty');
    await search(page, 'diabetic foot ulcer');
    await fitForAll(page, 'search');
    await page.click('.book-results button[data-code="E11.621"]');
    await entry(page, 'E11.621');
    await fitForAll(page, 'entry');
    await page.evaluate(() => void (location.hash = 'S52.501A'));
    await entry(page, 'S52.501A');
    await fitForAll(page, 'entry with 7th characters');
    await page.evaluate(() => document.querySelector('label[for=book-words]').remove());
    await page.$eval('#book-words', (input) => void (input.placeholder = ''));
    assert.deepEqual((await violations(page)).map((line) => line.split(':')[0]), ['label'], 'this would notice');
    await page.close();
  });
});
