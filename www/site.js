// @ts-check
/** What the site's pages share: the engine, and how it is said that it opens or cannot. */

import { $, h } from './panel/dom.js';
import { Engine } from './panel/engine.js';

/** @import { Opened } from './panel/types' */

/** One engine for a page; it starts with the first question. */
export const engine = new Engine();

/** How long something may take before it is said that it does. */
const PATIENCE = 300;

/**
 * Says in one sentence what is wrong and what to do, and offers to try again where that may help.
 * @param {unknown} error @param {(() => void)} [again]
 */
export function trouble(error, again) {
  const sentence = error instanceof Error ? error.message : String(error);
  const retry = again && h('button', { type: 'button' }, 'Try again');
  retry?.addEventListener('click', () => {
    calm();
    again?.();
  });
  $('trouble').replaceChildren(h('span', null, sentence), ...(retry ? [' ', retry] : []));
  $('trouble').hidden = false;
}

export function calm() {
  $('trouble').hidden = true;
  $('trouble').replaceChildren();
}

/** Says something that holds for as long as the page is open. @param {string} sentence */
export function remark(sentence) {
  $('trouble').after(h('p', { class: 'remark', role: 'status' }, sentence));
}

/**
 * Waits for something, says so if it takes long, and says what is wrong if it fails: then the answer is null.
 * @template T @param {string} sentence @param {() => Promise<T>} work @param {() => void} [again] @returns {Promise<T | null>}
 */
export async function waiting(sentence, work, again) {
  const timer = setTimeout(() => {
    $('progress').textContent = sentence;
    $('progress').hidden = false;
  }, PATIENCE);
  try {
    return await work();
  } catch (error) {
    trouble(error, again);
    return null;
  } finally {
    clearTimeout(timer);
    $('progress').hidden = true;
  }
}

/** Opens the engine with its code book. @returns {Promise<Opened | null>} null where it cannot be; the reader has been told */
export async function open() {
  if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
    trouble('This browser does not run WebAssembly, which the code book needs. Open this page in a current Chromium, Edge, Firefox or Safari.');
    return null;
  }
  const opened = await waiting('Opening the code book…', () => engine.open(), () => void open());
  if (opened) for (const place of document.querySelectorAll('.code-set')) place.textContent = `${opened.codeSet.name} ${opened.codeSet.release}`;
  return opened;
}
