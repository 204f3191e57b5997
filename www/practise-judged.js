// @ts-check
/**
 * A checked query as it is shown: what of it is not compliant, which indicators it cites, and the expert's query beside it.
 *
 * @import { LintFinding, Report, Scenario } from './panel/types'
 */

import { h, plural } from './panel/dom.js';
import { toScenario } from './links.js';
import { drawQuote } from './practise-scored.js';

/** @param {LintFinding[]} findings @param {'error' | 'warning'} severity @param {string} heading */
function drawFindings(findings, severity, heading) {
  const its = findings.filter((finding) => finding.severity === severity);
  return its.length > 0 && h('section', { class: `lint ${severity}` }, h('h3', null, heading),
    h('ul', { role: 'list' }, ...its.map(({ rule, message, start, end }) => h('li', null,
      h('button', { type: 'button', class: 'quote', title: 'Show in your query', data: { from: String(start), to: String(end) } }, h('span', { class: 'rule' }, rule), ' ', message)))));
}

/** The places of a note in which a quote stands. @param {string} note @param {string} quote */
function placeOf(note, quote) {
  const start = note.indexOf(quote);
  return start < 0 ? null : { start, end: start + quote.length, quote, section: '', assertion: '' };
}

/**
 * @param {string} text @param {{ indicators: { cited: boolean, counts: boolean }[], points: number, of: number, percent: number }} score @param {LintFinding[]} findings
 * @param {Scenario} scenario @param {string} name @param {Report} report @param {boolean} counts @returns {Node[]}
 */
export function drawJudged(text, score, findings, scenario, name, report, counts) {
  const compliant = findings.every(({ severity }) => severity !== 'error');
  const gaps = report.gaps.filter(({ rule }) => scenario.before.gaps.includes(rule));
  const parts = [
    h('h2', { id: 'judged-head' }, `${score.points} of ${plural(score.of, 'point')}`, h('span', { class: 'percent' }, `${score.percent} %`)),
    h('p', { class: 'hint' }, 'One point for a query with nothing against compliance, one for each indicator that it cites.', !counts && ' Only the first check of a run counts as a result.'),
    h('section', null, h('h3', null, 'Compliance'),
      h('p', { class: compliant ? 'passed' : 'failed' }, compliant ? 'Nothing in it is against compliance.' : 'It may not be sent as it is.'),
      drawFindings(findings, 'error', 'To be changed'), drawFindings(findings, 'warning', 'To be looked at')),
    h('section', null, h('h3', null, 'Indicators'),
      h('ul', { class: 'indicators', role: 'list' }, ...scenario.missing.map(({ what, why, quote }, i) => {
        const place = placeOf(scenario.before.note, quote);
        const { cited, counts: isAsked } = score.indicators[i];
        return h('li', { class: cited ? 'cited' : isAsked ? 'left-out' : 'apart' },
          h('p', null, h('strong', null, what), ': ', cited ? 'cited' : isAsked ? 'its indicator is not in your query' : 'for a query of its own; not counted here'),
          place && drawQuote(place), h('p', { class: 'path' }, why));
      }))),
    gaps.length > 0 && h('section', { class: 'gaps' }, h('h3', null, 'What the note leaves open'),
      h('ul', null, ...gaps.map(({ title, issue }) => h('li', null, h('strong', null, title), ': ', issue)))),
    h('div', { class: 'two' },
      h('section', null, h('h3', null, 'Your query'), h('pre', null, text.trim())),
      h('section', null, h('h3', null, 'The expert’s query'), h('pre', { class: 'expert' }, scenario.query.text.trim()))),
    h('section', null, h('h3', null, 'To remember'),
      h('ul', { class: 'teaching' }, ...scenario.teaching.map(({ point, source }) => h('li', null, point, ' ', h('span', { class: 'path' }, source))))),
    h('div', { class: 'bar after' }, h('button', { type: 'button', data: { action: 'again' } }, 'Start again'), toScenario(name, 'See it demonstrated')),
  ];
  return parts.filter((part) => part instanceof Node);
}
