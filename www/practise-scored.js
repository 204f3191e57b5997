// @ts-check
/**
 * A checked list of codes as it is shown: the score, then each code with what it rests on.
 *
 * @import { Evidence, Report, Scenario, Score } from './panel/types'
 * @import { Reason } from './practise-why.js'
 */

import { h, headingOf, plural } from './panel/dom.js';
import { toScenario } from './links.js';

const VERDICTS = /** @type {const} */ ({
  right: ['✓', 'Right', '1 point'],
  category: ['◐', 'Right category, another code', '½ point'],
  missed: ['○', 'Missed', '0 points'],
  extra: ['✕', 'Not supported by the note', '−½ point'],
});

/** @param {number} n */
export const halves = (n) => `${Math.floor(n) || n % 1 === 0 ? Math.floor(n) : ''}${n % 1 ? '½' : ''}`;

/** @param {Evidence} place */
export const drawQuote = ({ start, end, quote, section }) => h('button', { type: 'button', class: 'quote', title: 'Show in the note', data: { start: String(start), end: String(end) } },
  h('q', null, quote.trim()), section && h('span', { class: 'where' }, ` ${headingOf(section)}`));

/** @param {HTMLElement} element */
function hidden(element) {
  element.hidden = true;
  return element;
}

/** How the book leads to a code; the engine marks what it found by a title. @param {readonly string[]} path */
function wayOf(path) {
  const words = path.join(' › ');
  return words.endsWith(' (Tabular)') ? `Tabular List: ${words.slice(0, -' (Tabular)'.length)}` : `Index: ${words}`;
}

/** @param {Score['lines'][number]} line @param {Reason} reason */
function drawLine({ verdict, code, given, title }, reason) {
  const [sign, words, points] = VERDICTS[verdict];
  return h('li', { class: 'line', data: { verdict, code } },
    h('p', { class: 'verdict' }, h('span', { class: 'sign', hide: true }, sign), ' ', words, h('span', { class: 'points' }, points)),
    h('p', { class: 'what' }, h('button', { type: 'button', class: 'plain code', title: 'Open in the code book', data: { look: code } }, code), ' ', title),
    given && given !== code && h('p', { class: 'yours' }, 'Yours: ', h('button', { type: 'button', class: 'plain code', title: 'Open in the code book', data: { look: given } }, given)),
    ...reason.sentences.map((sentence) => h('p', { class: 'why' }, sentence)),
    reason.quotes.length > 0 && h('ul', { class: 'quotes', role: 'list' }, ...reason.quotes.map((place) => h('li', null, drawQuote(place)))),
    reason.path.length > 0 && h('p', { class: 'path' }, wayOf(reason.path)),
    ...reason.notes.map(({ at, kind, text }) => h('p', { class: 'path' }, h('strong', null, kind), ` at ${at}: ${text}`)),
    reason.rules.length > 0 && h('p', { class: 'path' }, `Guidelines ${reason.rules.join(', ')}`));
}

/**
 * @param {Score} score @param {readonly Reason[]} reasons @param {{ scenario: Scenario, name: string, report: Report, first: string | undefined, counts: boolean }} of
 * @returns {Node[]}
 */
export function drawScored(score, reasons, { scenario, name, report, first, counts }) {
  const { points, of, percent, lines } = score;
  const meant = report.first;
  const other = meant && first !== meant.code && scenario.before.codes.includes(meant.code);
  const order = ['extra', 'missed', 'category', 'right'];
  const rows = lines.map((line, i) => ({ line, reason: reasons[i] })).sort((a, b) => order.indexOf(a.line.verdict) - order.indexOf(b.line.verdict));
  const gaps = report.gaps.filter(({ rule }) => scenario.before.gaps.includes(rule));
  return [
    h('h2', { id: 'scored-head' }, `${halves(points)} of ${plural(of, 'point')}`, h('span', { class: 'percent' }, `${Math.round(percent)} %`)),
    hidden(h('p', { id: 'scored-old', class: 'changed' }, 'Your list has changed since this check. Check it again.')),
    h('p', { class: 'hint' }, 'One point for each code of the expert answer, half a point for another code of its category; each code too many takes half a point.',
      !counts && ' Only the first check of a run counts as a result.'),
    h('ol', { class: 'lines', role: 'list' }, ...rows.map(({ line, reason }) => drawLine(line, reason))),
    ...(other ? [h('p', { class: 'first' }, h('strong', null, `${meant.code} comes first`), `, as ${meant.role === 'principal' ? 'principal diagnosis' : 'first-listed diagnosis'} (section ${meant.rule}). ${meant.reason}`)] : []),
    ...(gaps.length > 0 ? [h('div', { class: 'gaps' }, h('h3', null, 'What the note leaves open'),
      h('ul', null, ...gaps.map(({ title, issue }) => h('li', null, h('strong', null, title), ': ', issue))))] : []),
    h('div', { class: 'bar after' },
      h('button', { type: 'button', data: { action: 'query' } }, 'Write the query'),
      h('button', { type: 'button', data: { action: 'again' } }, 'Start again'),
      toScenario(name, 'See it demonstrated')),
  ];
}
