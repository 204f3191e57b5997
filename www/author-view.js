// @ts-check
/**
 * What is said beside the form: what the engine makes of a note, what may name a person, what is left to do.
 *
 * @import { Beside, Verdict } from './author-beside.js'
 * @import { Named } from './author-identifiers.js'
 * @import { Evidence, LintFinding, Report, Suggestion, Tier } from './panel/types'
 * @typedef {{ path: string, sentence: string, needed: boolean }} Todo
 * @typedef {{ title: string, billable: boolean } | null} Book what the code book has of a code
 */

import { $, h, plural } from './panel/dom.js';
import { differing } from './author-beside.js';
import { CLASSES } from './author-identifiers.js';

const VERDICTS = /** @type {Record<Verdict, [sign: string, words: string]>} */ ({ same: ['=', 'same'], expected: ['○', 'only expected'], engine: ['+', 'only engine'] });
const TIERS = /** @type {Record<Tier, string>} */ ({ suggested: 'suggested', decide: 'left to a person', held: 'held back' });
/** So many of the places that a code rests on are shown. */
const FEW = 3;
/** So many identifiers, and places of each, are listed; all are replaced. */
const MOST_NAMED = 100;
const MOST_PLACES = 20;
/** Characters that are shown around one. */
const AROUND = 36;

/** @param {Verdict} verdict */
const verdictTag = (verdict) => h('span', { class: 'verdict-tag', data: { verdict } }, h('span', { hide: true }, `${VERDICTS[verdict][0]} `), VERDICTS[verdict][1]);

/** @param {string} path @param {Evidence} place */
const place = (path, { start, end, quote }) => h('button', { type: 'button', class: 'place', title: 'Show in the note', data: { show: path, start: String(start), end: String(end) } }, h('q', null, quote.trim().replace(/\s+/g, ' ')));

/** @param {string} words @param {string} name @param {Record<string, string>} data */
const small = (words, name, data) => h('button', { type: 'button', class: 'small', label: name, data }, words);

/** @param {readonly { verdict: Verdict }[]} rows */
function counted(rows) {
  const of = (/** @type {Verdict} */ verdict) => rows.filter((row) => row.verdict === verdict).length;
  return (/** @type {Verdict[]} */ (['same', 'expected', 'engine'])).filter((verdict) => of(verdict) > 0).map((verdict) => `${of(verdict)} ${VERDICTS[verdict][1]}`).join(' · ');
}

/** @param {string} id @param {string} title @param {readonly { verdict: Verdict }[]} rows @param {string} take @param {string} path @param {boolean} undo @param {(HTMLElement | null | undefined | false)[]} parts */
const block = (id, title, rows, take, path, undo, ...parts) => h('section', { class: 'beside-block', id },
  h('div', { class: 'bar' }, h('h4', null, title), h('span', { class: 'hint count' }, counted(rows)),
    h('span', { class: 'takes' }, differing(rows) > 0 && h('button', { type: 'button', class: 'small', data: { take: path } }, take),
      undo && h('button', { type: 'button', class: 'small', label: `Undo the last step of these ${path.split('.')[1]}`, data: { undo: path } }, 'Undo'))),
  ...parts);

/**
 * @param {'before' | 'after'} side @param {Beside} beside @param {Report} report @param {readonly string[]} expected
 * @param {ReadonlyMap<string, Book>} book @param {(place: string) => boolean} undo
 */
export function drawBeside(side, beside, report, expected, book, undo) {
  /** @param {Suggestion | undefined} found */
  const rests = (found) => found && h('div', { class: 'places' }, ...found.evidence.slice(0, FEW).map((one) => place(`${side}.note`, one)));
  /** @param {string} code @param {Suggestion | undefined} found */
  const titleOf = (code, found) => {
    const entry = book.get(code);
    if (found) return found.title;
    if (entry === undefined) return '';
    return entry === null ? h('span', { class: 'problem' }, 'not in the code book') : [entry.title, !entry.billable && '; not valid for reporting, it needs more characters'].filter(Boolean).join('');
  };
  const first = report.first && expected.length > 0 && report.first.code !== expected[0] && report.first;
  const codes = beside.codes.map(({ code, verdict, found }) => h('li', { class: 'beside-row', data: { verdict, code } },
    verdictTag(verdict),
    h('div', { class: 'what' },
      h('p', null, h('span', { class: 'code' }, code), ' ', titleOf(code, found)),
      (verdict === 'expected' || found?.tier === 'decide') && h('p', { class: 'hint' }, found ? `Engine: ${TIERS[found.tier]}${found.reason ? `. ${found.reason}` : ''}` : 'Engine: not found'),
      verdict === 'engine' && rests(found)),
    verdict === 'expected' && small('Remove', `Remove ${code} from what is expected`, { remove: `${side}.codes`, word: code }),
    verdict === 'engine' && small('Add', `Add ${code} to what is expected`, { add: `${side}.codes`, word: code })));
  const gaps = beside.gaps.map(({ rule, verdict, gap }) => h('li', { class: 'beside-row', data: { verdict, rule } },
    verdictTag(verdict),
    h('div', { class: 'what' },
      h('p', null, h('span', { class: 'code' }, rule), ' ', gap?.title ?? ''),
      h('p', { class: 'hint' }, gap ? gap.issue : 'Engine: not raised by this note'),
      side === 'before' && gap?.query && h('button', { type: 'button', class: 'small', label: `Use its draft as the query: ${rule}`, data: { draft: rule } }, 'Use its draft as the query')),
    verdict === 'expected' && small('Remove', `Remove ${rule} from what is expected`, { remove: `${side}.gaps`, word: rule }),
    verdict === 'engine' && small('Add', `Add ${rule} to what is expected`, { add: `${side}.gaps`, word: rule })));
  const none = (/** @type {string} */ words) => h('p', { class: 'hint' }, words);
  return [
    block(`${side}-codes-beside`, 'Codes', beside.codes, 'Take the engine’s codes', `${side}.codes`, undo(`${side}.codes`),
      codes.length > 0 ? h('ul', { role: 'list' }, ...codes) : none('None expected, and the engine suggests none.'),
      first && h('p', { class: 'hint first' }, `First the engine would put ${first.code} (${first.role}): ${first.reason}`),
      beside.asked.length > 0 && h('div', { class: 'asked' }, none('Left to a person by the engine, and not expected:'),
        h('ul', { role: 'list' }, ...beside.asked.map((found) => h('li', { class: 'beside-row', data: { asked: found.code } },
          h('div', { class: 'what' }, h('p', null, h('span', { class: 'code' }, found.code), ' ', found.title), found.reason && h('p', { class: 'hint' }, found.reason)),
          small('Add', `Add ${found.code} to what is expected`, { add: `${side}.codes`, word: found.code })))))),
    block(`${side}-gaps-beside`, 'Documentation gaps', beside.gaps, 'Take the engine’s gaps', `${side}.gaps`, undo(`${side}.gaps`),
      gaps.length > 0 ? h('ul', { role: 'list' }, ...gaps) : none('None expected, and the engine raises none.'),
      beside.record.length > 0 && h('div', { class: 'asked' }, none('About the completeness of the record, and not expected:'),
        h('ul', { role: 'list' }, ...beside.record.map(({ rule, title }) => h('li', { class: 'beside-row', data: { asked: rule } },
          h('div', { class: 'what' }, h('p', null, h('span', { class: 'code' }, rule), ' ', title)),
          small('Add', `Add ${rule} to what is expected`, { add: `${side}.gaps`, word: rule })))))),
    ...report.read.notices.map((notice) => h('p', { class: 'hint' }, notice)),
  ];
}

/** @param {string} text @param {readonly LintFinding[]} findings */
export function drawLint(text, findings) {
  if (!text.trim()) return [h('p', { class: 'hint' }, 'What is not compliant in the query is said here as you write.')];
  if (findings.length === 0) return [h('p', { class: 'passed' }, 'Nothing in it is against compliance.')];
  return [h('ul', { role: 'list' }, ...findings.map(({ rule, severity, message, start, end }) => h('li', { class: `lint-row ${severity}` },
    h('p', null, h('strong', null, severity === 'error' ? 'To be changed' : 'To be looked at'), ' ', h('span', { class: 'rule' }, rule), ' ', message),
    end > start && place('query.text', { start, end, quote: text.slice(start, Math.min(end, start + 80)), section: '', assertion: '' }))))];
}

/** Those with the same words together. @param {readonly Named[]} named */
const alike = (named) => [...Map.groupBy(named, ({ kind, instead, words }) => (kind === 'age over 89' ? words : instead)).values()].slice(0, MOST_NAMED);

/** Words with what stands around them, cut between words. @param {string} text @param {number} start @param {number} end */
function around(text, start, end) {
  const line = (/** @type {string} */ part) => part.replace(/\s+/g, ' ');
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + AROUND);
  return [
    h('span', { class: 'around' }, start > AROUND ? `… ${line(before.replace(/^\S*\s/, ''))}` : line(before)),
    h('b', null, text.slice(start, end)),
    h('span', { class: 'around' }, end + AROUND < text.length ? `${line(after.replace(/\s\S*$/, ''))} …` : line(after)),
  ];
}

/** @param {readonly Named[]} named @param {(path: string) => string} textOf @param {boolean} undo @param {boolean} sure the author has said that they are invented */
export function drawNamed(named, textOf, undo, sure) {
  const undoButton = undo && h('button', { type: 'button', data: { undo: 'identifiers' } }, 'Undo the replacing');
  if (named.length === 0) return [h('p', { class: 'passed' }, 'Nothing has the form of a real person’s identifier. A search by form finds most, never all: read the texts too.'), undoButton && h('p', { class: 'bar' }, undoButton)];
  return [
    h('p', { class: 'alarm' }, h('strong', null, `${plural(named.length, 'place')} may name a real person. `),
      'A scenario is of an invented patient. If this text comes from a real record, replace them all, and read the rest: a search by form finds most, never all.'),
    h('p', { class: 'bar' },
      h('button', { type: 'button', class: 'primary', id: 'replace-all' }, `Replace all ${named.length}`),
      undoButton,
      sure ? h('span', { class: 'hint' }, 'You said that they are invented.') : h('button', { type: 'button', id: 'invented' }, 'They are invented')),
    h('ul', { class: 'named', role: 'list' }, ...alike(named).map((all) => {
      const [{ words, kind, why, instead }] = all;
      return h('li', { data: { words } },
        h('p', null, h('mark', null, words), h('span', { class: 'to' }, ' → '), h('span', { class: 'instead' }, instead)),
        h('p', { class: 'hint' }, `${why} Class ${CLASSES[kind] ?? kind}.`),
        h('ul', { class: 'places', role: 'list' }, ...all.slice(0, MOST_PLACES).map(({ path, label, start, end }) => h('li', null,
          h('button', { type: 'button', class: 'place', data: { show: path, start: String(start), end: String(end) } }, h('span', { class: 'where' }, `${label}: `), ...around(textOf(path), start, end)))),
        all.length > MOST_PLACES && h('li', { class: 'hint' }, `and ${all.length - MOST_PLACES} more places`)));
    })),
    h('p', { class: 'hint' }, 'The letters are the classes of the Safe Harbor method, 45 CFR 164.514(b)(2)(i).'),
  ].filter((part) => part instanceof Node);
}

/** @param {readonly Todo[]} todo */
export const drawTodo = (todo) => (todo.length === 0 ? [h('p', { class: 'passed' }, 'Nothing is left to do.')]
  : [h('ul', { role: 'list' }, ...todo.map(({ path, sentence, needed }) => h('li', { data: { needed: String(needed) } },
    h('button', { type: 'button', class: 'place', data: { go: path } }, h('span', { class: 'tag' }, needed ? 'needed' : 'advised'), ' ', sentence))))]);

/** A button as it is known again when it is drawn anew. @param {Element} button */
const keyOf = (button) => button.id || JSON.stringify(/** @type {HTMLElement} */ (button).dataset);

/** Draws a place anew; the keyboard stays where it was. @param {string} id @param {readonly (Node | null | undefined | false)[]} parts */
export function show(id, parts) {
  const place = /** @type {HTMLElement} */ ($(id));
  const active = document.activeElement;
  const key = active && place.contains(active) ? keyOf(active) : '';
  place.replaceChildren(...parts.filter((part) => part instanceof Node));
  if (!key) return;
  const buttons = [...place.querySelectorAll('button')];
  (buttons.find((button) => keyOf(button) === key) ?? buttons[0])?.focus({ preventScroll: true });
}
