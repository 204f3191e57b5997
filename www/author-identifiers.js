// @ts-check
/**
 * What in a scenario may name a real person. All its texts are read as one, so that the same words get the same in their place
 * wherever they stand.
 *
 * @import { Identifier, Scenario } from './panel/types'
 * @import { Text } from './author-form.js'
 * @typedef {Identifier & { path: string, label: string, words: string }} Named `start` and `end` are of its text
 */

import { at, put } from './author-form.js';

/** Between two texts: no form of an identifier reaches over it. */
const BETWEEN = '\n\u241e\n';

/** Of the 18 identifiers of 45 CFR 164.514(b)(2)(i), by the engine's names. @type {Record<string, string>} */
export const CLASSES = {
  name: 'A, names',
  'street address': 'B, places smaller than a state', 'postal code': 'B, places smaller than a state', place: 'B, places smaller than a state',
  date: 'C, dates', 'age over 89': 'C, ages over 89',
  'telephone or fax number': 'D and E, telephone and fax numbers',
  'e-mail address': 'F, e-mail addresses',
  'social security number': 'G, social security numbers',
  'number of a record, an account or a policy': 'H to K, numbers of records, plans, accounts, licenses',
  vehicle: 'L, vehicles',
  'serial number of a device': 'M, devices',
  'web address': 'N, web addresses',
  'network address': 'O, network addresses',
};

/** A quote of the note is not read for itself: it follows what becomes of the note. @param {Text} text @param {string} note */
const follows = ({ path, text }, note) => /^missing\.\d+\.quote$/.test(path) && note.includes(text);

/**
 * @param {readonly Text[]} texts @param {string} note as documented
 * @param {(text: string) => Promise<Identifier[]>} ask @returns {Promise<Named[]>}
 */
export async function namedIn(texts, note, ask) {
  const read = texts.filter((text) => text.text && !follows(text, note));
  /** @type {Named[]} */
  const named = [];
  let next = 0;
  let begins = 0;
  for (const found of await ask(read.map(({ text }) => text).join(BETWEEN))) {
    while (next < read.length && found.start >= begins + read[next].text.length) begins += read[next++].text.length + BETWEEN.length;
    const { path, label, text } = read[next];
    const [start, end] = [found.start - begins, found.end - begins];
    named.push({ ...found, path, label, start, end, words: text.slice(start, end) });
  }
  return named;
}

/** @param {string} text @param {readonly Named[]} named in the order of the text */
function replaced(text, named) {
  let made = '';
  let from = 0;
  for (const { start, end, instead } of named) {
    made += text.slice(from, start) + instead;
    from = end;
  }
  return made + text.slice(from);
}

/**
 * The scenario with all of them replaced, and which texts that changes. A quote stays one of the note, letter by letter.
 * @param {Scenario} scenario @param {readonly Named[]} named @returns {{ scenario: Scenario, paths: string[] }}
 */
export function withoutNames(scenario, named) {
  const made = structuredClone(scenario);
  const paths = [...new Set(named.map(({ path }) => path))];
  for (const path of paths) put(made, path, replaced(String(at(scenario, path)), named.filter((one) => one.path === path)));
  const { note } = scenario.before;
  const inNote = named.filter(({ path }) => path === 'before.note');
  scenario.missing.forEach(({ quote }, i) => {
    const path = `missing.${i}.quote`;
    const found = quote ? note.indexOf(quote) : -1;
    if (found < 0 || paths.includes(path)) return;
    const within = inNote.filter(({ start, end }) => start < found + quote.length && end > found);
    if (within.length === 0) return;
    const start = Math.min(found, within[0].start);
    const end = Math.max(found + quote.length, within[within.length - 1].end);
    put(made, path, replaced(note.slice(start, end), within.map((one) => ({ ...one, start: one.start - start, end: one.end - start }))));
    paths.push(path);
  });
  return { scenario: made, paths };
}
