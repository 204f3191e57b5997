// Browsers: chromium, firefox
// Chartside in a page that lives: it is edited, drawn anew, hidden, left; and it is never touched. Each check that
// nothing happened has a copy of the extension in which it does happen, and which must be caught.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { painted, selected, start, variant } from './harness.mjs';
import { BROWSER, choices, inFrames, paintedIn, textRead } from './shapes.mjs';

const LIVING = '/pages/living.html';
const MARKS = ['chartside-suggested', 'chartside-decide', 'chartside-current'];

const marks = async (page) => (await Promise.all(MARKS.map((name) => painted(page, name)))).flat().map(({ text }) => text).filter(Boolean);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until `look` gives what is wanted, by looking at most so many times. */
async function until(look, wanted, most = 100) {
  for (let tries = 0; tries < most; tries++) {
    if (wanted(await look())) return;
    await pause(100);
  }
  assert.fail(`still ${JSON.stringify(await look())}`);
}

const codes = async (panel) => (await panel.cards()).filter((card) => card.tier !== 'held').map((card) => card.code);

/** Opens the page with its note scanned and one piece of evidence shown; edits are followed or only told of. */
async function scanned(session, { path = LIVING, following = true } = {}) {
  const page = await session.page(path);
  await page.setViewport({ width: 1000, height: 800 });
  const panel = await session.panel(page);
  assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
  await panel.click('#settings summary');
  if ((await panel.page.$eval('#follow', (box) => box.checked)) !== following) await panel.click('#follow');
  await panel.click('#settings summary');
  await panel.open(0);
  await panel.show(0);
  return { page, panel };
}

/** Does something in a browser with a copy of the extension that has something wrong in it. */
async function withFault(fault, job) {
  const copy = variant((_file, edit) => fault(edit));
  const session = await start({ extension: copy.folder });
  try {
    return await job(session);
  } finally {
    await session.close();
    copy.remove();
  }
}

describe('a page that lives', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  for (const [name, drawing] of [['its lines', 'draw'], ['the whole part of the page', 'redraw']]) {
    test(`${name} drawn anew: what was marked is marked again`, async () => {
      const { page } = await scanned(session, { following: false });
      const before = await marks(page);
      assert.ok(before.length > 2);
      await page.evaluate(`${drawing}(NOTE)`);
      await until(() => marks(page), (now) => now.length === before.length);
      assert.deepEqual((await marks(page)).sort(), before.sort());
      assert.ok((await paintedIn(page, 'chartside-current', '#note'))[0].there);
      await page.close();
    });
  }

  test('words that change under a mark lose it before they are drawn', async () => {
    const { page } = await scanned(session, { following: false });
    assert.deepEqual(await lies(page), []);
    await page.close();
  });

  /** What was painted on other words than those that were meant, while the page changed them. */
  async function lies(page) {
    return page.evaluate(async () => {
      const seen = globalThis.watchPaint();
      await globalThis.churn(40);
      seen.stop = true;
      return seen.lies;
    });
  }

  test('this would notice: marks that stay where they are', async () => {
    const caught = await withFault((edit) => edit('content/main.js', (text) => text.replace('painter.check();', '')), async (session) => {
      const { page } = await scanned(session, { following: false });
      return lies(page);
    });
    assert.notDeepEqual(caught, []);
  });

  test('another note in the same place: its marks go, it is not scanned unasked', async () => {
    const { page, panel } = await scanned(session);
    const before = await codes(panel);
    await page.evaluate('draw(OTHER)');
    await panel.page.waitForFunction(() => !document.getElementById('changed').hidden, { timeout: 10_000 });
    await pause(1000);
    assert.deepEqual(await marks(page), []);
    assert.deepEqual(await codes(panel), before);
    await panel.open(1);
    await panel.says(/no longer/);
    await page.close();
  });

  test('an edit of the note is scanned by itself, and decisions stand', async () => {
    const { page, panel } = await scanned(session);
    await panel.press('a');
    const kept = await panel.accepted();
    await page.evaluate(() => document.getElementById('note').append(Object.assign(document.createElement('p'), { textContent: '3. Gout. Continue allopurinol.' })));
    await until(() => codes(panel), (now) => now.some((code) => code.startsWith('M10')));
    assert.deepEqual(await panel.accepted(), kept);
    const index = (await panel.cards()).findIndex((card) => card.code.startsWith('M10'));
    await panel.open(index);
    await panel.show(0);
    assert.match((await painted(page, 'chartside-current'))[0].text, /Gout/);
    await page.close();
  });

  test('an edit while a long note is scanned is not lost', async () => {
    const { page, panel } = await scanned(session);
    await page.evaluate(() => {
      const line = (text) => Object.assign(document.createElement('p'), { textContent: text });
      const note = document.getElementById('note');
      note.append(...Array.from({ length: 12_000 }, (_, i) => line(`Reading ${i} that his wife wrote down at home, in the book that she keeps.`)));
    });
    await until(() => panel.page.$eval('#changed', (told) => told.hidden), (hidden) => !hidden);
    await panel.click('#scan');
    // It is told of 0.6 s later, while so long a note is still scanned.
    await pause(100);
    await page.evaluate(() => document.getElementById('note').prepend(Object.assign(document.createElement('p'), { textContent: '3. Gout. Continue allopurinol.' })));
    await until(() => codes(panel), (now) => now.some((code) => code.startsWith('M10')), 600);
    await page.close();
  });

  test('an edit is only told of when the reader wants it so', async () => {
    const { page, panel } = await scanned(session, { following: false });
    await page.evaluate(() => document.getElementById('note').append(Object.assign(document.createElement('p'), { textContent: '3. Gout. Continue allopurinol.' })));
    await panel.page.waitForFunction(() => !document.getElementById('changed').hidden, { timeout: 10_000 });
    await pause(800);
    assert.ok(!(await codes(panel)).some((code) => code.startsWith('M10')));
    await panel.click('#changed button');
    await until(() => codes(panel), (now) => now.some((code) => code.startsWith('M10')));
    await page.close();
  });

  test('edits beside the note are none of ours', async () => {
    const { page, panel } = await scanned(session);
    await page.evaluate(() => document.querySelector('h1').append(' (seen by nobody)'));
    await pause(1500);
    assert.ok(await panel.page.$eval('#changed', (p) => p.hidden));
    await page.close();
  });

  test('a text field: the right one of the same words, scrolled to, also after an edit above it', async () => {
    const page = await session.page('/pages/paste.html');
    await page.setViewport({ width: 1000, height: 800 });
    await page.$eval('textarea', (field) => {
      field.style.lineHeight = '20px';
      field.wrap = 'off';
      const filler = Array.from({ length: 80 }, (_, i) => `Line ${i}: walked on the ward, slept well.`).join('\n');
      field.value = `FAMILY HISTORY\nMother: essential hypertension.\n\nHOSPITAL COURSE\n${filler}\n\nASSESSMENT AND PLAN\n1. Essential hypertension, above goal. Increase lisinopril.\n`;
    });
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    const show = async () => {
      const index = (await panel.cards()).findIndex((card) => card.code === 'I10' && card.tier === 'suggested');
      await panel.open(index);
      await panel.show(0);
      assert.match(await selected(page), /^Essential hypertension/);
      return page.$eval('textarea', (field) => {
        const line = field.value.slice(0, field.selectionStart).split('\n').length - 1;
        return { line, seen: line * 20 >= field.scrollTop && line * 20 + 20 <= field.scrollTop + field.clientHeight, scrolled: field.scrollTop > 0 };
      });
    };
    const first = await show();
    const line = await panel.text('#read-line');
    assert.deepEqual({ seen: first.seen, scrolled: first.scrolled }, { seen: true, scrolled: true });
    await page.$eval('textarea', (field) => {
      field.value = `Addendum on top.\nAnd another line.\n${field.value}`;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await until(() => panel.text('#read-line'), (now) => now !== line);
    const second = await show();
    assert.equal(second.line, first.line + 2);
    assert.ok(second.seen);
    await page.close();
  });

  test('nothing while the page is hidden, and all of it when it is seen again', async (t) => {
    const { page, panel } = await scanned(session);
    const other = await session.page('/pages/empty.html');
    await other.bringToFront();
    await pause(300);
    if (!(await page.evaluate(() => document.hidden))) return t.skip('this browser hides no tab here');
    await page.evaluate(() => document.getElementById('note').append(Object.assign(document.createElement('p'), { textContent: '3. Gout. Continue allopurinol.' })));
    await pause(1500);
    assert.ok(await panel.page.$eval('#changed', (p) => p.hidden));
    assert.ok(!(await codes(panel)).some((code) => code.startsWith('M10')));
    await page.bringToFront();
    await until(() => panel.page.$eval('#changed', (p) => !p.hidden).then(async (told) => told || (await codes(panel)).some((code) => code.startsWith('M10'))), Boolean);
    await other.close();
    await page.close();
  });

  test('the choice among several texts is remembered for such a page, as a number', async () => {
    const open = async () => {
      const page = await session.page('/pages/shapes/openemr-clinical-notes.html');
      const panel = await session.panel(page);
      assert.equal(await panel.settled(), 'findings');
      return { page, panel };
    };
    const chosen = (panel) => panel.page.$eval('#read-choice', (select) => select.selectedOptions[0].textContent);
    const first = await open();
    assert.match(await chosen(first.panel), /text field/);
    const form = (await choices(first.panel)).findIndex((name) => /\(form/.test(name));
    await first.panel.page.select('#read-choice', await first.panel.page.$$eval('#read-choice option', (options, at) => options[at].value, form));
    await first.panel.settled();
    const stored = await first.panel.page.evaluate(() => chrome.storage.local.get(null));
    assert.ok(stored.choices.length === 1 && stored.choices.every(Number.isSafeInteger));
    assert.doesNotMatch(JSON.stringify(stored), /hypertension|description|127\.0\.0\.1|pages/i);
    await first.page.close();
    const second = await open();
    assert.match(await chosen(second.panel), /\(form/);
    const field = (await choices(second.panel)).findIndex((name) => /text field/.test(name));
    await second.panel.page.select('#read-choice', await second.panel.page.$$eval('#read-choice option', (options, at) => options[at].value, field));
    await second.panel.settled();
    await second.page.close();
    const third = await open();
    assert.match(await chosen(third.panel), /text field/);
    await third.page.close();
  });

  test('a frame of another site: leave is asked for that site, when the button is clicked and not before', async () => {
    const page = await session.page('/pages/shapes/stranger.html');
    const panel = await session.panel(page);
    await panel.settled();
    await panel.page.evaluate(() => {
      globalThis.asked = [];
      chrome.permissions.request = (what) => (globalThis.asked.push(what), Promise.resolve(false));
    });
    await panel.click('#scan');
    await panel.settled();
    assert.deepEqual(await panel.page.evaluate(() => globalThis.asked), []);
    await panel.click('#allow');
    assert.deepEqual(await panel.page.evaluate(() => globalThis.asked), [{ origins: ['http://localhost/*'] }]);
    await page.close();
  });

  test('a frame of another site that is allowed: read, and its evidence shown in it', async () => {
    const allowed = (edit) => edit('manifest.json', (text) => JSON.stringify({ ...JSON.parse(text), host_permissions: ['http://localhost/*'] }));
    await withFault(allowed, async (session) => {
      const { page, panel } = await scanned(session, { path: '/pages/shapes/stranger.html' });
      assert.match(await textRead(panel), /^Assessment\n\n1\. Essential hypertension/);
      assert.equal(await panel.text('#unread'), '');
      const [mark] = await paintedIn(page, 'chartside-current', 'li');
      assert.ok(mark.there && mark.seen);
    });
  });
});

describe('a page that is left as it was', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  /** Keys that a person presses in the page, as the page hears them. */
  async function keysHeard(session) {
    const { page } = await scanned(session);
    await page.bringToFront();
    await page.evaluate(() => {
      globalThis.heard = [];
      addEventListener('keydown', (event) => globalThis.heard.push(`${event.key} ${event.defaultPrevented}`));
      document.querySelector('h1').tabIndex = 0;
      document.querySelector('h1').focus();
    });
    for (const key of KEYS) await page.keyboard.press(key);
    const heard = await page.evaluate(() => globalThis.heard);
    await page.close();
    return heard;
  }
  const KEYS = ['j', 'k', 'a', 'x', 'u', 's', 'w', 'Enter', 'Escape', 'ArrowDown', 'Home', '1', '/'];

  test('every key of the page is the page’s', async () => {
    assert.deepEqual(await keysHeard(session), KEYS.map((key) => `${key} false`));
  });

  test('this would notice: a key that is taken', async () => {
    const thief = "document.addEventListener('keydown', (event) => event.key === 'j' && event.preventDefault(), true);\n";
    const heard = await withFault((edit) => edit('content/main.js', (text) => thief + text), keysHeard);
    assert.notDeepEqual(heard, KEYS.map((key) => `${key} false`));
  });

  /** Where everything stands, before and after a note is scanned and its evidence shown. */
  async function places(session) {
    const boxes = (page) => page.$$eval('body, body *', (all) => all.map((e) => {
      const { x, y, width, height } = e.getBoundingClientRect();
      return [e.localName, x, y, width, height].join(' ');
    }));
    const page = await session.page(LIVING);
    await page.setViewport({ width: 1000, height: 800 });
    const before = await boxes(page);
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.open(0);
    await panel.show(0);
    const after = await boxes(page);
    await page.close();
    return { before, after };
  }

  test('nothing moves', async () => {
    const { before, after } = await places(session);
    assert.deepEqual(after, before);
  });

  test('this would notice: a style that moves something', async () => {
    const { before, after } = await withFault((edit) => edit('content/paint.css', (text) => `${text}\np { padding-top: 3px !important; }\n`), places);
    assert.notDeepEqual(after, before);
  });

  test('destroy() leaves nothing, and edits are of no interest any more', async () => {
    const { page, panel } = await scanned(session);
    assert.ok((await marks(page)).length > 0);
    const left = await panel.page.evaluate(async () => {
      const [{ id: tabId }] = await chrome.tabs.query({ active: true, currentWindow: true });
      const [{ result }] = await chrome.scripting.executeScript({ target: { tabId }, func: () => (globalThis.chartside.destroy(), typeof globalThis.chartside) });
      return result;
    });
    assert.equal(left, 'undefined');
    assert.deepEqual(await marks(page), []);
    assert.deepEqual(await inFrames(page, () => [...CSS.highlights.keys()]), []);
    await page.evaluate(() => document.getElementById('note').append('3. Gout.'));
    await pause(1000);
    assert.ok(await panel.page.$eval('#changed', (p) => p.hidden));
    await page.close();
  });

  test('the panel is closed: nothing of it is left in the page', async () => {
    const { page, panel } = await scanned(session);
    assert.ok((await marks(page)).length > 0);
    // A page in the panel's place ends all that the panel held.
    await panel.page.evaluate(() => void location.replace('about:blank')).catch(() => {});
    await until(() => inFrames(page, () => [...CSS.highlights.keys()]), (names) => names.length === 0);
    await page.close();
  });

  test('a script of an earlier version that answers nobody: the reader is asked to reload the page', async () => {
    const { page, panel } = await scanned(session);
    await panel.page.evaluate(async () => {
      const [{ id: tabId }] = await chrome.tabs.query({ active: true, currentWindow: true });
      await chrome.scripting.executeScript({ target: { tabId }, func: () => void (globalThis.chartside.alive = () => false) });
    });
    await panel.click('#scan');
    assert.equal(await panel.settled(), 'problem');
    assert.match(await panel.text('#problem p'), /updated.*Reload this page/);
    await page.reload();
    // In Firefox the leave that the click gave ends with the page.
    const again = BROWSER === 'firefox' ? await session.panel(page) : panel;
    if (again === panel) await panel.click('#scan');
    await until(() => again.settled(), (state) => state === 'findings');
    await page.close();
  });
});
