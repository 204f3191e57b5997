// @ts-check
/** A scenario on paper: the hand-out without answers, and the answer key. Its head stands on every page. */

import { CHAPTERS, LEVELS } from './library.js';
import { codeTable, compared, gapList, marked, missingList, queryBody, teachingList } from './scenario-view.js';
import { h } from './panel/dom.js';

/** @import { CodeRow, Row } from './compare.js' */
/** @import { Results } from './scenario-view.js' */
/** @import { Scenario, ScenarioEntry } from './panel/types' */

/** Lines for codes on the hand-out; a note that has more codes than this gets as many, and two. */
const LINES = 8;

/** A table's head is printed on each page. @param {string} kind @param {ScenarioEntry} entry @param {string} topic @param {...(Node | null)} parts */
const sheet = (kind, entry, topic, ...parts) => h('table', { class: 'paper', role: 'presentation' },
  h('thead', null, h('tr', null, h('td', null, h('p', { class: 'running' },
    h('b', null, entry.title), h('span', null, `${kind} · ${[entry.setting, topic, LEVELS[entry.level]].filter(Boolean).join(' · ')}`))))),
  h('tbody', null, h('tr', null, h('td', null, ...parts))));

/** @param {number} n */
const lines = (n) => h('div', { class: 'to-write', hide: true }, ...Array.from({ length: n }, () => h('p', null)));

/** @param {string} title @param {...(Node | null)} parts */
const part = (title, ...parts) => h('section', null, h('h2', null, title), ...parts);

/** @param {ScenarioEntry} entry @param {Scenario} scenario */
export function handOut(entry, scenario) {
  const rows = Math.max(LINES, scenario.before.codes.length + 2);
  return sheet('Hand-out', entry, '',
    h('p', { class: 'who' }, h('span', null, 'Name'), h('span', null, 'Date')),
    part('The note', marked(scenario.before.note, [])),
    h('section', { class: 'page' }, h('h2', null, '1  Code this note as it is documented'),
      h('table', { class: 'blank' }, h('thead', null, h('tr', null, ...['', 'Code', 'Title', 'Where the note says so'].map((words) => h('th', null, words)))),
        h('tbody', null, ...Array.from({ length: rows }, (_, i) => h('tr', null, h('td', null, String(i + 1)), h('td', null), h('td', null), h('td', null)))))),
    part('2  What do the indicators suggest that the note does not say?', lines(6)),
    part('3  Draft a compliant query to the provider', lines(12)));
}

/** @param {ScenarioEntry} entry @param {Scenario} scenario @param {Row[]} rows @param {CodeRow[]} codes @param {Results} results @param {string} [kind] */
export const answerKey = (entry, scenario, rows, codes, results, kind = 'Answer key') => sheet(kind, entry, `chapter ${entry.chapter} (${CHAPTERS[entry.chapter - 1] ?? ''})`,
  h('p', { class: 'lead' }, scenario.summary),
  part('The note as documented', marked(scenario.before.note, scenario.missing)),
  part('What is missing, and why it matters', missingList(scenario)),
  part('Gaps', gapList(scenario, results, 'before', true)),
  part('The query', queryBody(scenario)),
  part('The note as it should read', h('p', { class: 'hint' }, 'Underlined: what was added or changed.'), compared(rows.filter((row) => row.after), 'after')),
  part('Codes', codeTable(codes, results, true)),
  part('Teaching points', teachingList(scenario)));
