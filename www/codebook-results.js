// @ts-check
/**
 * What a search has found: entries of the Alphabetic Index under their main terms, indented as the book prints them, and
 * titles of the Tabular List.
 *
 * @import { CodeTitle, IndexEntry } from './panel/types'
 * @typedef {{ term: string, entry: IndexEntry | null, under: Map<string, Term> }} Term
 */

import { h } from './panel/dom.js';

/** The Index gives a code that needs more characters with a dash. @param {CodeTitle} entry */
export const printed = ({ code, billable }) => (billable ? code : `${code}${code.length === 3 ? '.' : ''}-`);

/** Terms under terms, in the order in which they came: the best first. @param {IndexEntry[]} entries */
function termsOf(entries) {
  /** @type {Map<string, Term>} */
  const main = new Map();
  for (const entry of entries) {
    let level = main;
    for (const [i, term] of entry.path.entries()) {
      const here = level.get(term) ?? { term, entry: null, under: new Map() };
      level.set(term, here);
      if (i === entry.path.length - 1) here.entry ??= entry;
      level = here.under;
    }
  }
  return [...main.values()];
}

/** @param {Term} term @param {string[]} above @returns {HTMLElement} */
function drawTerm({ term, entry, under }, above) {
  const path = [...above, term];
  const whole = path.join(', ');
  const row = entry?.code
    ? h('button', { type: 'button', class: 'row', title: `${whole}: ${entry.title}`, data: { code: entry.code } },
      h('span', { class: 'term' }, term), ' ', h('span', { class: 'code' }, printed(entry)))
    : h('span', { class: 'row term' }, term);
  return h('li', null, row,
    entry?.see && h('button', { type: 'button', class: 'row see', data: { words: entry.see.replace(/^see( also)?\s+/i, '') } },
      h('em', null, /^see\b/i.test(entry.see) ? '' : 'see '), entry.see),
    under.size > 0 && h('ul', null, ...[...under.values()].map((one) => drawTerm(one, path))));
}

/** @param {IndexEntry[]} entries */
export function drawIndex(entries) {
  if (entries.length === 0) return null;
  return h('section', { class: 'book-index' }, h('h2', null, 'Alphabetic Index'),
    h('ul', { role: 'list' }, ...termsOf(entries).map((term) => drawTerm(term, []))));
}

/** @param {CodeTitle} title @param {...(Node | false)} more */
export const drawTitle = (title, ...more) => h('button', { type: 'button', class: 'row', data: { code: title.code } },
  h('span', { class: 'code' }, printed(title)), ' ', h('span', { class: 'term' }, title.title), ...more);

/** @param {CodeTitle[]} titles */
export function drawTabular(titles) {
  if (titles.length === 0) return null;
  return h('section', { class: 'book-tabular' }, h('h2', null, 'Tabular List'),
    h('ul', { role: 'list' }, ...titles.map((title) => h('li', null, drawTitle(title)))));
}
