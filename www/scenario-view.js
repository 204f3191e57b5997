// @ts-check
/** The parts of a scenario, as the screen and the paper show them. */

import { isUnspecified, linesOf } from './compare.js';
import { toCode } from './links.js';
import { h } from './panel/dom.js';
import { blocksOf } from './panel/paper.js';

/** @import { CodeRow, Row, Run } from './compare.js' */
/** @import { Report, Scenario, Tier } from './panel/types' */

/** What the engine makes of the two notes; empty until it has. @typedef {{ titles: ReadonlyMap<string, string>, before: Report | null, after: Report | null }} Results */

const TIERS = /** @type {Record<Tier, string>} */ ({ suggested: 'suggested', decide: 'left to a person', held: 'held back' });
const KINDS = /** @type {Record<CodeRow['kind'], [sign: string, words: string]>} */ ({
  same: ['=', 'the same'], specific: ['↑', 'more specific'], changed: ['→', 'changed'], new: ['+', 'new'], gone: ['−', 'no longer reported'],
});

/** A short line of capitals, with or without words after it on the same line. @param {string} line */
const headingIn = (line) => /^([A-Z][A-Z /&,()'-]{3,60})(?=:|$)/.exec(line)?.[0] ?? '';

/** The space around what was changed stays as it is. @param {Run} run @returns {(Node | string)[]} */
function inked({ text, kind }) {
  const words = text.trim();
  if (kind === 'same' || !words) return [text];
  const at = text.indexOf(words);
  return [text.slice(0, at), h(kind === 'gone' ? 'del' : 'ins', null, words), text.slice(at + words.length)];
}

/** A line of a note; its heading stands out. @param {Run[]} runs */
function line(runs) {
  const first = runs[0]?.kind === 'same' ? headingIn(runs[0].text) : '';
  if (!first) return runs.flatMap(inked);
  return [h('b', null, first), runs[0].text.slice(first.length), ...runs.slice(1).flatMap(inked)];
}

/** One side of two notes, line beside line. @param {Row[]} rows @param {'before' | 'after'} side */
export const compared = (rows, side) => h('div', { class: 'lines' }, ...rows.map((row) =>
  h('p', { class: row.same ? undefined : 'differs' }, ...(row[side] ? line(/** @type {Run[]} */ (row[side])) : []))));

/** The note with what it quotes marked and numbered. @param {string} note @param {readonly { quote: string }[]} missing */
export function marked(note, missing) {
  const text = linesOf(note).join('\n');
  const places = missing.map(({ quote }, n) => ({ start: text.indexOf(quote), quote, n })).filter(({ start }) => start >= 0).sort((a, b) => a.start - b.start);
  /** @type {(Node | string)[]} */
  const made = [];
  let at = 0;
  for (const { start, quote, n } of places) {
    if (start < at) continue;
    made.push(...plainLines(text.slice(at, start)), h('mark', null, quote, h('sup', null, h('span', { class: 'hidden' }, ' indicator '), String(n + 1))));
    at = start + quote.length;
  }
  made.push(...plainLines(text.slice(at)));
  return h('div', { class: 'note' }, ...made);
}

/** Text with its headings in bold. @param {string} text */
function plainLines(text) {
  return text.split('\n').flatMap((words, i) => {
    const heading = headingIn(words);
    return [i > 0 ? '\n' : '', heading && h('b', null, heading), heading ? words.slice(heading.length) : words].filter((part) => part !== '');
  });
}

/** @param {Scenario} scenario */
export const missingList = ({ missing }) => h('ol', { class: 'missing' }, ...missing.map(({ what, why, quote }) => h('li', null,
  h('h3', null, what), h('p', null, why), quote && h('p', { class: 'hint' }, 'In the note: ', h('q', null, quote)))));

/** @param {Scenario} scenario */
export const teachingList = ({ teaching }) => h('ol', { class: 'teaching' }, ...teaching.map(({ point, source }) => h('li', null, h('p', null, point), h('p', { class: 'hint' }, source))));

/** @param {Scenario} scenario */
export const queryBody = ({ query }) => h('div', { class: 'query' }, ...blocksOf(query.text, []).filter((block) => !('text' in block && /^Type:/.test(block.text))).map((block) => {
  switch (block.kind) {
    case 'title': return h('h3', null, block.text);
    case 'heading': return h('h4', null, block.text);
    case 'text': return h('p', null, block.text);
    case 'list': return h('ul', { class: 'quotes' }, ...block.items.map((item) => h('li', null, item)));
    case 'boxes': return h('ul', { class: 'boxes' }, ...block.items.map((item) => h('li', null, item)));
  }
}));

/** How many codes there are, how many leave something open, how many gaps: the whole difference in one line. @param {Scenario} scenario @param {readonly CodeRow[]} rows @param {Results} results */
export function balance({ before, after }, rows, { titles }) {
  const open = (/** @type {string[]} */ list) => list.filter((code) => isUnspecified(titles.get(code))).length;
  const of = (/** @type {CodeRow['kind']} */ kind) => rows.filter((row) => row.kind === kind).length;
  const counts = /** @type {const} */ ([['specific', 'more specific'], ['changed', 'changed'], ['new', 'new'], ['gone', 'no longer reported']]);
  /** @param {string} name @param {string} was @param {string} now */
  const cell = (name, was, now) => h('div', null, h('dt', null, name), h('dd', null, h('span', null, was), h('span', { class: 'to' }, ' → '), h('b', null, now)));
  return h('div', { class: 'balance' },
    h('dl', null,
      cell('Codes', String(before.codes.length), String(after.codes.length)),
      titles.size > 0 && cell('Codes “unspecified”', String(open(before.codes)), String(open(after.codes))),
      cell('Documentation gaps', String(before.gaps.length), String(after.gaps.length))),
    h('p', { class: 'hint' }, counts.filter(([kind]) => of(kind) > 0).map(([kind, words]) => `${of(kind)} ${words}`).join(' · ')));
}

/** @param {string} code @param {Results} results @param {'before' | 'after'} side @param {boolean} onPaper */
function codeCell(code, { titles, ...results }, side, onPaper) {
  const title = titles.get(code) ?? '';
  const report = results[side];
  const tier = report?.suggestions.find((s) => s.code === code)?.tier;
  const says = report && (tier ? `Engine: ${TIERS[tier]}` : 'Engine: not found');
  return [
    onPaper ? h('span', { class: 'code' }, code) : Object.assign(toCode(code, code), { className: 'code' }),
    ' ', h('span', { class: 'title' }, title),
    h('span', { class: 'tags' },
      isUnspecified(title) && h('span', { class: 'tag open' }, 'unspecified'),
      says && !onPaper && h('span', { class: `tag engine ${tier ?? 'none'}` }, says)),
  ];
}

/** @param {readonly CodeRow[]} rows @param {Results} results @param {boolean} [onPaper] */
export function codeTable(rows, results, onPaper = false) {
  const body = rows.map((row) => {
    const [sign, words] = KINDS[row.kind];
    const change = h('span', { class: 'change' }, h('span', { hide: true }, `${sign} `), words);
    return h('tr', { data: { kind: row.kind } },
      h('td', null, ...(row.before ? codeCell(row.before, results, 'before', onPaper) : [h('span', { class: 'none' }, 'not reported')])),
      h('td', null, change, ...(row.after ? codeCell(row.after, results, 'after', onPaper) : [])));
  });
  return h('table', { class: 'codes' },
    h('caption', { class: 'hidden' }, 'Codes of the note as documented and of the note as it should read'),
    h('thead', null, h('tr', null, heading('As documented'), heading('As it should read'))),
    h('tbody', null, ...body));
}

/** @param {string} words */
function heading(words) {
  const cell = /** @type {HTMLTableCellElement} */ (h('th', null, words));
  cell.scope = 'col';
  return cell;
}

/** Codes that the engine proposes and the expert's list does not have. @param {Scenario} scenario @param {Results} results @param {'before' | 'after'} side */
export function besides(scenario, results, side) {
  const more = (results[side]?.suggestions ?? []).filter((s) => s.tier !== 'held' && !scenario[side].codes.includes(s.code));
  if (more.length === 0) return null;
  return h('div', { class: 'besides' },
    h('p', { class: 'hint' }, 'The engine also puts these to a person, who does not report them here:'),
    h('ul', null, ...more.map((s) => h('li', null, Object.assign(toCode(s.code, s.code), { className: 'code' }), ' ', s.title, s.reason && h('span', { class: 'hint' }, ` · ${s.reason}`)))));
}

/** Gaps: those expected, and whether the engine raised them. @param {Scenario} scenario @param {Results} results @param {'before' | 'after'} side @param {boolean} [onPaper] */
export function gapList(scenario, results, side, onPaper = false) {
  const report = results[side];
  const raised = report?.gaps ?? [];
  const expected = scenario[side].gaps;
  const rows = [
    ...expected.map((rule) => ({ rule, gap: raised.find((gap) => gap.rule === rule), told: report ? (raised.some((gap) => gap.rule === rule) ? 'Engine: raised' : 'Engine: not raised') : '' })),
    ...(onPaper ? [] : raised.filter((gap) => !expected.includes(gap.rule)).map((gap) => ({ rule: gap.rule, gap, told: 'Engine: also raised' }))),
  ];
  if (rows.length === 0) return h('p', { class: 'none' }, 'None.');
  return h('ul', { class: 'gaps' }, ...rows.map(({ rule, gap, told }) => h('li', null,
    h('p', null, h('b', null, gap?.title ?? rule), ' ', h('span', { class: 'rule' }, gap ? rule : '')),
    gap?.issue && h('p', { class: 'hint' }, gap.issue),
    told && !onPaper && h('span', { class: 'tags' }, h('span', { class: `tag engine ${/not|also/.test(told) ? 'none' : 'suggested'}` }, told)))));
}

/** What a scenario is of. @param {{ topic: string, setting: string }} of @param {string} chapter @param {string} level */
export const badges = ({ topic, setting }, chapter, level) => h('p', { class: 'badges' },
  ...[level, setting, topic, chapter].map((words) => h('span', { class: 'badge' }, words)));
