// What the tests of shapes share: the text as it was read, what is painted and where, in any frame and any shadow tree.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as harness from './harness.mjs';

export const { BROWSER } = harness;

/** Waits until a page that draws itself has done so. */
export async function ready(page) {
  await page.waitForFunction(() => document.body.dataset.ready === 'true', { timeout: 30_000, polling: 50 });
}

/** The text that the panel has chosen, as the scripts in the page read it. */
export function textRead(panel) {
  return panel.page.evaluate(async () => {
    const [{ id: tabId }] = await chrome.tabs.query({ active: true, currentWindow: true });
    const [id, key] = document.getElementById('read-choice').value.split(' ');
    const frames = await chrome.scripting.executeScript({
      target: { tabId, allFrames: true },
      func: (key) => globalThis.chartside?.texts().find((t) => globalThis.chartside.keyOf(t) === key)?.extract.text ?? null,
      args: [key],
    });
    const texts = frames.filter(({ result }) => result !== null);
    return (texts.find((f) => f.documentId === id || String(f.frameId) === id) ?? texts[0])?.result;
  });
}

/** What a person can choose to read. */
export const choices = (panel) => panel.page.$$eval('#read-choice option', (options) => options.map((o) => o.textContent));

export const notices = (panel) => panel.page.$$eval('#notices:not([hidden]) li', (items) => items.map((item) => item.textContent));

/** The browser's own PDF viewer, which comes when it comes. */
const isViewer = (frame) => /^chrome-extension:|^resource:|\.pdf$/.test(frame?.url() ?? '');

/** Runs `look(argument)` in every frame of a page, of whatever site, and gives all it found. */
export async function inFrames(page, look, argument) {
  const found = await Promise.all(page.frames().filter((f) => !isViewer(f) && !isViewer(f.parentFrame())).map((frame) => frame.evaluate(look, argument).catch(() => [])));
  return found.flat();
}

/** What is painted under a name, whether it is on the screen, and whether it stands inside what matches `at`. */
export const paintedIn = (page, name, at) =>
  inFrames(page, ({ name, at }) => {
    const inside = (node) => {
      for (let here = node; here; here = here.parentNode ?? here.host) if (here.matches?.(at)) return true;
      return false;
    };
    return [...(globalThis.CSS.highlights.get(name) ?? [])].filter((range) => !range.collapsed).map((range) => {
      const { top, bottom } = range.getBoundingClientRect();
      return { text: range.toString().replace(/\s+/g, ' ').trim(), seen: bottom > top && top >= 0 && bottom <= innerHeight, there: inside(range.startContainer) };
    });
  }, { name, at });

/** What is selected in the text fields that match `at`. */
export const selectedIn = (page, at) =>
  inFrames(page, (at) => [...document.querySelectorAll(at)].filter((f) => f.selectionEnd > f.selectionStart).map((f) => f.value.slice(f.selectionStart, f.selectionEnd).replace(/\s+/g, ' ').trim()), at);

/** A digest of all that a page is made of: its frames, its open shadow trees, what fields hold, its sheets. */
export async function digest(page) {
  const parts = await inFrames(page, () => {
    const shadows = (root) => [...root.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? [e.shadowRoot.innerHTML, ...shadows(e.shadowRoot)] : []));
    const fields = [...document.querySelectorAll('textarea, input, select')].map((field) => field.value);
    return [document.documentElement.outerHTML, ...shadows(document), ...fields, document.styleSheets.length, document.adoptedStyleSheets.length].map(String);
  });
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What came out for a shape, in the words of the README. */
export const cell = ({ read, shown }) => (read === true ? `read, ${shown}` : read === 'part' ? 'in part, and said' : 'not read, and said');

/** Keeps what the tests found, for the table of the README: target/test/shapes-<browser>.json. */
export function keep(rows) {
  rows = rows.map((row) => ({ ...row, cell: cell(row) }));
  const folder = join(harness.ROOT, 'target/test');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `shapes-${BROWSER}.json`), `${JSON.stringify({ browser: BROWSER, rows }, null, 1)}\n`);
}
