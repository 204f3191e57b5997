// Browsers: chromium
// Many notes, one after the other, in one panel: what the panel, its Worker and the page hold at the end is what they held
// early on, and the findings are those of the beginning. 120 notes, or as many as CHARTSIDE_SOAK says; 2,000 is the long form.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, test } from 'node:test';
import { ROOT, start, variant } from './harness.mjs';

const LENGTH = Number(process.env.CHARTSIDE_SOAK ?? 120);
/** A copy with a leak needs no more to be caught. */
const SHORT = 90;
/** So many notes come again and again, changed each time. */
const BASES = 24;
const MEGA = 1024 * 1024;

/** What may be held more at the end than early on. A leak adds to this with every note; what is not one does not. */
const MORE = {
  'heap of the panel': 1.0 * MEGA,
  'elements of the panel': 60,
  'listeners of the panel': 20,
  'heap of the Worker': 0.5 * MEGA,
  'memory of the engine': 2 * MEGA,
  'heap of the page': 0.5 * MEGA,
  'listeners of the page': 10,
};

const texts = () => {
  const folder = join(ROOT, 'tests/notes');
  const names = readdirSync(folder).filter((name) => name.endsWith('.note')).sort();
  const step = Math.floor(names.length / BASES);
  return names.filter((_, i) => i % step === 0).slice(0, BASES).map((name) => /^--- note\n([^]*?)(?=^--- )/m.exec(readFileSync(join(folder, name), 'utf8'))[1]);
};

/** No two notes are the same text: a line of its own, as a record system puts one under a note, and another length. */
const changed = (text, i) => `${text}\n\nPrinted copy ${String(i).padStart(6, '0')}.\n${'-'.repeat(i % 50)}\n`;

/** Puts a note on the page and reads it; gives what was found. Every few notes a code is accepted, or the list begun anew. */
async function read(page, panel, text, i) {
  await page.$eval('#note', (note, text) => void (note.textContent = text), text);
  return panel.page.evaluate(async (i) => {
    document.dispatchEvent(new Event('pointerdown')); // a reader is at work: nothing is cleared for want of use
    const settled = new Promise((resolve) => {
      const seen = new MutationObserver(() => {
        if (!['findings', 'nothing', 'problem', 'empty'].includes(document.body.dataset.state)) return;
        seen.disconnect();
        resolve();
      });
      seen.observe(document.body, { attributeFilter: ['data-state'] });
    });
    document.getElementById('scan').click();
    await settled;
    const names = (selector, name) => [...document.querySelectorAll(selector)].map((element) => element.dataset[name]);
    const found = [...names('#view-codes .card', 'key'), ...names('#view-queries .gap', 'rule'), document.querySelector('#problem:not([hidden]) p')?.textContent ?? ''].join(' ');
    if (i % 3 === 0) document.querySelector('.card[aria-current=true] [data-action=accept]')?.click();
    if (i % 9 === 0) document.querySelector('#view-accepted .new-list')?.click();
    return found;
  }, i);
}

/** What is held now, after a collection of garbage. */
async function held(page, panel) {
  const figures = {};
  for (const [name, { client }] of [['panel', { client: await session(panel.page) }], ['page', { client: await session(page) }]]) {
    await client.send('Performance.enable');
    await client.send('HeapProfiler.enable');
    for (let turn = 0; turn < 3; turn++) await client.send('HeapProfiler.collectGarbage');
    const { metrics } = await client.send('Performance.getMetrics');
    const of = (metric) => metrics.find((m) => m.name === metric).value;
    figures[`heap of the ${name}`] = of('JSHeapUsedSize');
    figures[`elements of the ${name}`] = of('Nodes');
    figures[`listeners of the ${name}`] = of('JSEventListeners');
  }
  const workers = panel.page.workers();
  assert.equal(workers.length, 1, 'one Worker, the same all the time');
  const [{ client }] = workers;
  await client.send('HeapProfiler.enable');
  for (let turn = 0; turn < 2; turn++) await client.send('HeapProfiler.collectGarbage');
  figures['heap of the Worker'] = (await client.send('Runtime.getHeapUsage')).usedSize;
  const { result: prototype } = await client.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await client.send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId });
  const declaration = 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }';
  const { result } = await client.send('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration: declaration, returnByValue: true });
  await client.send('Runtime.releaseObject', { objectId: objects.objectId });
  figures['memory of the engine'] = result.value;
  return figures;
}

const sessions = new WeakMap();
async function session(page) {
  if (!sessions.has(page)) sessions.set(page, await page.createCDPSession());
  return sessions.get(page);
}

/** Reads `length` notes; gives what was held after a third of them and at the end, and the notes whose findings changed. */
async function soak(extension, length) {
  const browser = await start({ extension });
  try {
    const page = await browser.page('/pages/note.html');
    const panel = await browser.panel(page);
    await panel.settled();
    const notes = texts();
    const first = [];
    const other = [];
    const samples = [];
    for (let i = 0; i < length; i++) {
      const found = await read(page, panel, changed(notes[i % BASES], i), i);
      first[i % BASES] ??= found;
      if (found !== first[i % BASES]) other.push({ note: i % BASES, at: i, found, before: first[i % BASES] });
      if (i === Math.floor(length / 3) || i === length - 1 || (length > 500 && i % 250 === 249)) {
        await read(page, panel, notes[0], 9); // the same on view each time
        samples.push({ after: i + 1, ...(await held(page, panel)) });
      }
    }
    return { early: samples.find(({ after }) => after > length / 3), late: samples.at(-1), samples, other, first, errors: panel.errors };
  } finally {
    await browser.close();
  }
}

/** The figures that grew. */
const grown = ({ early, late }) => Object.entries(MORE).filter(([name, more]) => late[name] - early[name] > more).map(([name]) => name);

const PLANTED = {
  'heap of the panel': ['panel/panel.js', (text) => text.replace("dispatch({ type: 'report', report, source });", "$&\n    (globalThis.kept ??= []).push([structuredClone(report), 'x'.repeat(2e4).split('')]);")],
  'elements of the panel': ['panel/view.js', (text) => text.replace('export function draw(state) {', "$&\n  (globalThis.shed ??= []).push(document.createElement('p'));")],
  'listeners of the panel': ['panel/view.js', (text) => text.replace('export function draw(state) {', "$&\n  document.addEventListener('click', () => state);")],
  'heap of the Worker': ['panel/engine-worker.js', (text) => text.replace('await init();', "const engine = await init();\n  const kept = [];\n  addEventListener('message', ({ data }) => kept.push(data, new Array(4e3).fill(0).map((_, i) => ({ i }))));")],
  'memory of the engine': ['panel/engine-worker.js', (text) => text.replace('serve();', "addEventListener('message', () => engine.__wbindgen_malloc(1_000_000, 1));\n  $&")],
  'heap of the page': ['content/main.js', (text) => `(globalThis.kept ??= []).push(Array.from({ length: 1e4 }, (_, i) => ({ i })));\n${text}`],
  'listeners of the page': ['content/main.js', (text) => `for (let n = 0; n < 20; n++) globalThis.addEventListener('click', () => n);\n${text}`],
};

describe('one panel, many notes', { timeout: 3_600_000 }, () => {
  test(`after ${LENGTH} notes as much is held as early on, and the findings are right`, async (t) => {
    const ran = await soak(undefined, LENGTH);
    for (const sample of ran.samples) t.diagnostic(JSON.stringify(sample));
    assert.deepEqual(ran.other, []);
    assert.ok(ran.first.filter((found) => /suggested:/.test(found)).length > BASES / 2, 'most notes have codes');
    assert.deepEqual(grown(ran), [], JSON.stringify(ran.samples));
    assert.deepEqual(ran.errors, []);
  });

  test('this would notice: a copy that keeps reports, elements, listeners, messages and memory', async () => {
    const copy = variant((_file, edit) => {
      for (const [file, change] of Object.values(PLANTED)) edit(file, change);
    });
    try {
      const caught = grown(await soak(copy.folder, SHORT));
      assert.deepEqual(Object.keys(PLANTED).filter((name) => !caught.includes(name)), []);
    } finally {
      copy.remove();
    }
  });
});
