// Browsers: chromium, firefox
// What dies while a note is scanned: the engine, its Worker, the panel, the tab, the browser. The reader was told that
// accepted codes are kept as long as the panel is open: so they are, and the next scan works.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSER, start, variant } from './harness.mjs';

const GOOD = 'Assessment:\n\n1. Essential hypertension, above goal. Increase lisinopril.\n\n2. Hypothyroidism. Continue levothyroxine.';
/** Words that are nowhere else. In the copies of the extension below, the engine never answers a note that has them, or traps. */
const ENDLESS = 'Quvxolberzit';
const TRAP = 'Wyfjandhemkup';
const asSentence = /^[A-Z].*[.?]$/;
/** Pages of 64 KiB beside those that the engine starts with: more than is needed, and fewer than the pack needs. */
const MANY = 2000;
const FEW = 32;

/** An engine that is at work for ever, and one that panics: a trap of WebAssembly that nobody catches. */
const FAULTS = `addEventListener('message', (event) => {
  const text = event.data.note?.text ?? '';
  if (text.includes('${ENDLESS}')) for (;;);
  if (text.includes('${TRAP}')) {
    event.stopImmediatePropagation();
    throw new WebAssembly.RuntimeError('unreachable');
  }
});
`;

const faulty = () => variant((_file, edit) => {
  edit('panel/engine-worker.js', (text) => text.replace('  serve();', `${FAULTS}$&`));
  edit('panel/panel.js', (text) => text.replace('LONG = 10_000', 'LONG = 300'));
});

const put = (page, text) => page.$eval('#note', (note, text) => void (note.textContent = text), text);
const codes = async (panel) => (await panel.cards()).map((card) => card.code);

/** Waits for a state of the panel. */
async function isIn(panel, state) {
  const reached = panel.page.waitForFunction((state) => document.body.dataset.state === state, { timeout: 20_000, polling: 50 }, state);
  await reached.catch(async () => assert.equal(await panel.state(), state, await panel.text('#problem p')));
}

/** A panel with a code accepted. */
async function atWork(session) {
  const page = await session.page('/pages/note.html');
  await put(page, GOOD);
  const panel = await session.panel(page);
  assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
  // The scans here are asked for: an edit that is followed by itself would come between.
  await panel.page.$eval('#follow', (follow) => follow.checked && follow.click());
  await panel.open(0);
  await panel.press('a');
  const kept = await panel.accepted();
  assert.equal(kept.length, 1);
  return { page, panel, kept };
}

/** The same in the middle of a scan. */
async function midScan(session) {
  const work = await atWork(session);
  await put(work.page, `${GOOD} ${ENDLESS}.`);
  await work.panel.click('#scan');
  await isIn(work.panel, 'scanning');
  return work;
}

/** The good note is read, and what was accepted is still there. */
async function goesOn({ page, panel, kept }, ask = () => panel.click('#scan')) {
  await put(page, GOOD);
  await ask();
  await isIn(panel, 'findings');
  assert.ok((await codes(panel)).includes('I10'));
  assert.deepEqual(await panel.accepted(), kept);
}

describe('an engine that fails at a note', { timeout: 300_000 }, () => {
  let copy;
  let session;
  before(async () => {
    copy = faulty();
    session = await start({ extension: copy.folder });
  });
  after(async () => {
    await session.close();
    copy.remove();
  });

  const RESTARTS = {
    'the button': (panel) => panel.click('#again'),
    'its key': (panel) => panel.press('s'),
    'the button, by keyboard': async (panel) => {
      // Firefox makes no click of the key in a window that is not in front.
      await panel.page.bringToFront();
      await panel.page.focus('#again');
      await panel.press('Enter');
    },
  };
  for (const [name, restart] of Object.entries(RESTARTS)) {
    test(`a panic: one sentence, a restart by ${name}, and what was accepted is kept`, async () => {
      const work = await atWork(session);
      const { page, panel, kept } = work;
      const before = await codes(panel);
      await put(page, `${GOOD} ${TRAP}.`);
      await panel.click('#scan');
      assert.equal(await panel.settled(), 'problem');
      assert.match(await panel.text('#problem p'), /^The engine stopped at this text\. Restart it/);
      assert.match(await panel.text('#problem p'), asSentence);
      assert.match(await panel.text('#again'), /^Restart and scan again/);
      assert.deepEqual(await panel.accepted(), kept);
      assert.deepEqual(await codes(panel), before, 'what was shown is still shown');
      // The same text again: the same sentence, as often as one likes.
      await panel.page.$eval('#status', (status) => void (status.textContent = ''));
      await restart(panel);
      await panel.says(/stopped at this text/);
      assert.equal(await panel.settled(), 'problem');
      await goesOn(work, () => restart(panel));
      assert.equal(await panel.text('#problem'), '');
      await page.close();
    });
  }

  test('a panic at pasted text: the restart scans that text, not the page', async () => {
    const { page, panel, kept } = await atWork(session);
    await panel.press('4');
    await panel.page.type('#paste-text', `Atrial fibrillation. ${TRAP}`);
    await panel.click('#paste-scan');
    assert.equal(await panel.settled(), 'problem');
    await panel.page.$eval('#paste-text', (field) => void (field.value = 'Assessment: atrial fibrillation, rate controlled.'));
    await panel.click('#again');
    await isIn(panel, 'findings');
    assert.deepEqual(await codes(panel), ['I48.91']);
    assert.deepEqual(await panel.accepted(), kept);
    await page.close();
  });

  const STOPS = {
    'the button': (panel) => panel.click('#stop'),
    'Escape': (panel) => panel.press('Escape'),
  };
  for (const [name, stop] of Object.entries(STOPS)) {
    test(`an engine that does not answer: it is said, ${name} ends it, and the next scan works`, async () => {
      const work = await midScan(session);
      const { page, panel, kept } = work;
      await panel.says(/longer than it should\. Esc stops it/);
      await stop(panel);
      assert.equal(await panel.settled(), 'problem');
      assert.match(await panel.text('#problem p'), /^The scan was stopped\./);
      assert.deepEqual(await panel.accepted(), kept);
      await goesOn(work);
      await page.close();
    });
  }

  test('a Worker that was ended from outside is replaced', { skip: BROWSER !== 'chromium' && 'Workers are reached in Chromium' }, async () => {
    const work = await atWork(session);
    const { panel } = work;
    const [worker] = panel.page.workers();
    await worker.evaluate(() => globalThis.close());
    await put(work.page, `${GOOD} Again.`);
    await panel.click('#scan');
    await panel.says(/longer than it should/);
    await panel.press('Escape');
    await goesOn(work);
    await work.page.close();
  });
});

test('this would notice: a list that goes with the engine', { timeout: 120_000 }, async () => {
  const copy = variant((_file, edit) => {
    edit('panel/engine-worker.js', (text) => text.replace('  serve();', `${FAULTS}$&`));
    edit('panel/state.js', (text) => text.replace("return { ...state, phase: 'still', problem: {", "return { ...state, decisions: START.decisions, phase: 'still', problem: {"));
  });
  const session = await start({ extension: copy.folder });
  try {
    const work = await atWork(session);
    await put(work.page, `${GOOD} ${TRAP}.`);
    await work.panel.click('#scan');
    assert.equal(await work.panel.settled(), 'problem');
    await assert.rejects(goesOn(work), assert.AssertionError);
  } finally {
    await session.close();
    copy.remove();
  }
});

describe('memory that the browser refuses', { timeout: 300_000 }, () => {
  /** The module with a limit to its memory, in pages of 64 KiB. */
  function limited(wasm, more) {
    const bytes = readFileSync(wasm);
    let at = 8;
    const number = () => {
      let [value, shift] = [0, 0];
      for (;;) {
        const byte = bytes[at++];
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
        shift += 7;
      }
    };
    const written = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...written(value >>> 7)]);
    while (at < bytes.length) {
      const from = at;
      const section = bytes[at++];
      const size = number();
      const end = at + size;
      if (section === 5) {
        assert.equal(number(), 1, 'one memory');
        assert.equal(number() & 1, 0, 'without a limit so far');
        const least = number();
        const body = [1, 1, ...written(least), ...written(least + more)];
        writeFileSync(wasm, Buffer.concat([bytes.subarray(0, from), Buffer.from([5, ...written(body.length), ...body]), bytes.subarray(end)]));
        return;
      }
      at = end;
    }
    throw new Error('The module has no memory of its own.');
  }

  /** All that the limit leaves is taken when a long note comes: what the engine asks for then is refused. */
  const TAKEN = `addEventListener('message', (event) => {
    if (!(event.data.note?.text.length > 100_000)) return;
    try {
      for (;;) engine.memory.grow(1);
    } catch {}
  });\n`;

  async function withLimit(more, job) {
    const copy = variant((file, edit) => {
      limited(file('wasm/chartside_bg.wasm'), more);
      edit('panel/engine-worker.js', (text) => text.replace('await init();', 'const engine = await init();').replace('  serve();', `${TAKEN}$&`));
    });
    const session = await start({ extension: copy.folder });
    try {
      await job(session);
    } finally {
      await session.close();
      copy.remove();
    }
  }

  test('in a long note: a sentence, what was accepted is kept, and a note that fits is scanned', async () => {
    await withLimit(MANY, async (session) => {
      const work = await atWork(session);
      const { page, panel, kept } = work;
      await put(page, `${GOOD}\n`.repeat(30_000));
      await panel.click('#scan');
      assert.equal(await panel.settled(120_000), 'problem');
      assert.match(await panel.text('#problem p'), /^The engine stopped at this text\..*scan a part of the note\.$/);
      assert.deepEqual(await panel.accepted(), kept);
      await goesOn(work, () => panel.click('#again'));
    });
  });

  test('for the pack: a sentence that says what to do', async () => {
    await withLimit(FEW, async (session) => {
      const page = await session.page('/pages/note.html');
      const panel = await session.panel(page);
      assert.equal(await panel.settled(), 'problem');
      assert.match(await panel.text('#problem p'), /^The engine stopped while it was starting.*Close other tabs and scan again\.$/);
    });
  });
});

describe('what dies in the middle of a scan', { timeout: 300_000 }, () => {
  let copy;
  before(() => void (copy = faulty()));
  after(() => copy.remove());

  async function inBrowser(job, launch) {
    const session = await start({ extension: copy.folder, launch });
    try {
      return await job(session);
    } finally {
      await session.close().catch(() => {}); // some jobs have killed it
    }
  }

  test('the reader is told how long the list is kept', () => inBrowser(async (session) => {
    const { panel } = await atWork(session);
    await panel.press('3');
    assert.match(await panel.text('#view-accepted'), /kept as long as this panel is open, and nowhere else: copy it before you close the panel or the browser\./);
  }));

  test('the page goes: its text and findings with it, the list stays', () => inBrowser(async (session) => {
    const work = await midScan(session);
    await work.page.goto(`${session.server.origin}/pages/empty.html`);
    await isIn(work.panel, 'cleared');
    assert.match(await work.panel.text('#problem p'), /accepted codes are kept/);
    assert.deepEqual(await work.panel.accepted(), work.kept);
    await work.page.goto(`${session.server.origin}/pages/note.html`);
    await goesOn(work, () => session.click(work.page)); // what the first click allowed has gone as well
  }));

  test('the tab’s process dies: the list stays, and the page loaded anew is scanned', { skip: BROWSER !== 'chromium' && 'a tab can be crashed in Chromium' }, () => inBrowser(async (session) => {
    const work = await midScan(session);
    const client = await work.page.createCDPSession();
    client.send('Page.crash').catch(() => {});
    await isIn(work.panel, 'cleared');
    assert.deepEqual(await work.panel.accepted(), work.kept);
    await work.page.goto(`${session.server.origin}/pages/note.html`);
    await goesOn(work, () => session.click(work.page)); // what the first click allowed has gone as well
  }));

  test('the tab is closed: a panel that stays keeps the list, one that goes with its tab does not; a new one scans', () => inBrowser(async (session) => {
    const work = await midScan(session);
    const other = await session.page('/pages/note.html');
    await work.page.close();
    if (BROWSER === 'firefox') {
      await isIn(work.panel, 'cleared'); // the sidebar is the window's
      assert.deepEqual(await work.panel.accepted(), work.kept);
    }
    const panel = await session.panel(other);
    await panel.settled();
    await goesOn({ page: other, panel, kept: [] });
  }));

  test('the panel is closed, and opened again', () => inBrowser(async (session) => {
    const { page, panel } = await midScan(session);
    if (BROWSER === 'chromium') await panel.page.close();
    await put(page, GOOD);
    const again = await session.panel(page); // in Firefox this closes the one that is open
    assert.equal(await again.settled(), 'findings', await again.text('#problem p'));
    await goesOn({ page, panel: again, kept: [] });
  }));

  test('the browser is killed: it starts again, scans, and has nothing of the note on the disk', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'chartside-killed-'));
    const holding = () => readdirSync(profile, { recursive: true }).map((name) => join(profile, name)).filter((file) => {
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
      const bytes = readFileSync(file);
      return [Buffer.from(ENDLESS), Buffer.from(ENDLESS, 'utf16le')].some((form) => bytes.includes(form));
    });
    try {
      await inBrowser(async (session) => {
        await midScan(session);
        const browser = session.browser.process();
        const gone = once(browser, 'exit');
        browser.kill('SIGKILL');
        await gone;
      }, () => ({ profile }));
      assert.deepEqual(holding(), []);
      await inBrowser(async (session) => {
        const work = await atWork(session);
        await goesOn(work);
      }, () => ({ profile }));
    } finally {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
