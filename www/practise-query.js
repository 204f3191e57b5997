// @ts-check
/**
 * Writing a query: the trainee's text, checked as any query is, and beside the expert's.
 *
 * @import { Engine } from './panel/engine.js'
 * @import { Scenario, Span } from './panel/types'
 * @import { Desk } from './practise.js'
 * @typedef {{ scored: (score: { points: number, of: number, percent: number }, broken: string[]) => void, show: (span: Span | null) => void }} Ways
 */

import { $, h } from './panel/dom.js';
import { nameOf } from './library.js';
import { drawJudged } from './practise-judged.js';

/** @param {string} text */
const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+(?:[.,][\p{N}]+)*/gu) ?? [];

/** So much of an indicator's words are to stand in the query. */
const CITED = 0.6;

/**
 * Whether a query cites an indicator: its words, numbers before all, in the query's own order or another.
 * @param {string} query @param {string} quote
 */
export function cites(query, quote) {
  const there = new Set(wordsOf(query));
  const wanted = [...new Set(wordsOf(quote))].filter((word) => word.length > 2 || /\p{N}/u.test(word));
  const numbers = wanted.filter((word) => /\p{N}/u.test(word));
  if (wanted.length === 0 || (numbers.length > 0 && !numbers.some((word) => there.has(word)))) return false;
  return wanted.filter((word) => there.has(word)).length / wanted.length >= CITED;
}

/**
 * One point for a query in which nothing is against compliance, one for each indicator that the expert's query cites too: what
 * else is missing in the note belongs to another query.
 * @param {string} text @param {Scenario} scenario @param {boolean} compliant
 */
export function scoreOf(text, { missing, query }, compliant) {
  const asked = missing.map(({ quote }) => cites(query.text, quote));
  const all = !asked.includes(true);
  const indicators = missing.map(({ quote }, i) => ({ cited: cites(text, quote), counts: all || asked[i] }));
  const counted = indicators.filter(({ counts }) => counts);
  const of = 1 + counted.length;
  const points = (compliant ? 1 : 0) + counted.filter(({ cited }) => cited).length;
  return { indicators, points, of, percent: Math.round((100 * points) / of) };
}

export class Querying {
  /** @type {Engine} */ #engine;
  /** @type {Ways} */ #ways;
  /** @type {Desk | null} */ #desk = null;
  #counted = false;

  /** @param {Engine} engine @param {Ways} ways */
  constructor(engine, ways) {
    this.#engine = engine;
    this.#ways = ways;
    $('check-query').addEventListener('click', () => void this.#check());
    $('judged').addEventListener('click', (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('button');
      const { start, end, from, to, action } = button?.dataset ?? {};
      if (start && end) ways.show({ start: Number(start), end: Number(end) });
      if (from && to) {
        $('query').focus();
        $('query').setSelectionRange(Number(from), Number(to));
      }
      if (action === 'again') {
        if (this.#desk) this.start(this.#desk);
        $('query').focus();
      }
    });
  }

  /** @param {Desk} desk */
  start(desk) {
    this.#desk = desk;
    this.#counted = false;
    $('query').value = '';
    $('query-said').textContent = '';
    $('judged').hidden = true;
    $('judged').replaceChildren();
    this.#ways.show(null);
  }

  async #check() {
    const desk = this.#desk;
    const text = $('query').value;
    if (!desk) return;
    if (!text.trim()) {
      $('query-said').textContent = 'Write the query first.';
      $('query').focus();
      return;
    }
    $('check-query').disabled = true;
    $('query-said').textContent = '';
    try {
      const { scenario } = desk;
      const note = { id: desk.entry.file, text: scenario.before.note, setting: scenario.setting };
      const findings = await this.#engine.lint(text, note, { open_queries: [], internal: [] });
      const report = await desk.report();
      if (desk !== this.#desk) return;
      const score = scoreOf(text, scenario, findings.every(({ severity }) => severity !== 'error'));
      const counts = !this.#counted;
      this.#counted = true;
      $('judged').replaceChildren(...drawJudged(text, score, findings, scenario, nameOf(desk.entry), report, counts));
      $('judged').hidden = false;
      if (counts) this.#ways.scored(score, findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule));
      $('judged').focus();
    } catch (error) {
      $('query-said').replaceChildren(h('span', { class: 'problem' }, error instanceof Error ? error.message : String(error)));
    } finally {
      $('check-query').disabled = false;
    }
  }
}
