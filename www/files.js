// @ts-check
/** Files of the reader's own: which were chosen, what they say, and what is said of them. Nothing of one is kept. */

import { $ } from './panel/dom.js';
import { LONGEST } from './course-file.js';

/** @param {string} id where it is said @param {string} sentence @param {boolean} [bad] */
export function tell(id, sentence, bad = false) {
  $(id).textContent = sentence;
  $(id).className = bad ? 'problem' : '';
}

/** @param {unknown} error */
export const sentenceOf = (error) => (error instanceof Error ? error.message : String(error));

/** The files chosen in a field, which can be chosen again. @param {string} id @returns {File[]} */
export function filesOf(id) {
  const files = [...$(id).files];
  $(id).value = '';
  return files;
}

/** @param {File} file */
export async function textOf(file) {
  if (file.size > LONGEST) throw new Error(`${file.name}: such a file is shorter than 5 MB. Nothing of it was taken.`);
  return file.text();
}

/** What the scenario of such a file is called in an address. @param {File} file */
export const ownName = (file) => `own-${file.name.toLowerCase().replace(/\.toml$/, '').replace(/[^a-z0-9]+/g, '-').slice(0, 70)}`;
