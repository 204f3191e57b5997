// @ts-check
/**
 * Coding a note: the trainee's list of codes beside the code book, and what is said of it when it is checked.
 *
 * @import { Engine } from './panel/engine.js'
 * @import { Score, Span } from './panel/types'
 * @import { Desk } from './practise.js'
 * @typedef {{ code: string, title: string, billable: boolean }} Mine
 * @typedef {{ scored: (score: Score) => void, show: (span: Span | null) => void, query: () => void }} Ways
 */

import { $, h, plural } from './panel/dom.js';
import { CodeBook } from './codebook.js';
import { nameOf } from './library.js';
import { drawScored } from './practise-scored.js';
import { reasonsFor } from './practise-why.js';

export class Coding {
  /** @type {Engine} */ #engine;
  /** @type {Ways} */ #ways;
  /** @type {Desk | null} */ #desk = null;
  /** @type {Mine[]} */ #mine = [];
  /** Only the first check of a run is a result. */
  #counted = false;
  /** @type {CodeBook} */ #book;

  /** @param {Engine} engine @param {Ways} ways */
  constructor(engine, ways) {
    this.#engine = engine;
    this.#ways = ways;
    this.#book = new CodeBook($('book'), engine, { choose: (code) => this.#add(code), chooseLabel: 'Add to my codes' });
    $('by-hand').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#addKnown();
    });
    $('mine').addEventListener('click', (/** @type {MouseEvent} */ event) => this.#move(/** @type {HTMLElement} */ (event.target)));
    $('check').addEventListener('click', () => void this.#check());
    $('scored').addEventListener('click', (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('button');
      if (!button) return;
      const { start, end, look, action } = button.dataset;
      if (start && end) {
        for (const other of $('scored').querySelectorAll('[data-start]')) other.ariaCurrent = null;
        button.ariaCurrent = 'true';
        ways.show({ start: Number(start), end: Number(end) });
      } else if (look) {
        void this.#book.show(look);
        $('book').scrollIntoView({ block: 'start' });
      } else if (action === 'again') {
        if (this.#desk) this.start(this.#desk);
        $('title').focus();
      } else if (action === 'query') {
        ways.query();
      }
    });
  }

  /** A new run. @param {Desk} desk */
  start(desk) {
    this.#desk = desk;
    this.#mine = [];
    this.#counted = false;
    $('known').value = '';
    $('mine-said').textContent = '';
    $('scored').hidden = true;
    $('scored').replaceChildren();
    this.#ways.show(null);
    this.#book.reset();
    this.#draw();
  }

  /** @param {Mine} one */
  #add(one) {
    const there = this.#mine.some(({ code }) => code === one.code);
    if (!there) this.#mine.push(one);
    $('mine-said').textContent = there ? `${one.code} is in your list already.` : `${one.code} added: ${plural(this.#mine.length, 'code')}.`;
    this.#draw();
  }

  async #addKnown() {
    const given = $('known').value.trim();
    if (!given) {
      $('mine-said').textContent = 'Write a code first, for example I10.';
      $('known').focus();
      return;
    }
    try {
      const { code, title, billable } = await this.#engine.explain(given);
      $('known').value = '';
      this.#add({ code, title, billable });
    } catch (error) {
      $('mine-said').textContent = error instanceof Error ? error.message : String(error);
    }
    $('known').focus();
  }

  /** @param {HTMLElement} target */
  #move(target) {
    const button = target.closest('button');
    const { code, action } = button?.dataset ?? {};
    const at = this.#mine.findIndex((one) => one.code === code);
    if (!button || at < 0) return;
    if (action === 'book') return void this.#book.show(String(code));
    const to = at + (action === 'up' ? -1 : 1);
    const [one] = this.#mine.splice(at, 1);
    if (action !== 'remove') this.#mine.splice(to, 0, one);
    $('mine-said').textContent = action === 'remove' ? `${code} removed.` : `${code} is now number ${to + 1}.`;
    this.#draw();
    // The keyboard stays with the code, or goes to the one that took its place.
    const row = /** @type {HTMLElement | undefined} */ ($('mine').children[Math.min(action === 'remove' ? at : to, this.#mine.length - 1)]);
    const same = /** @type {HTMLButtonElement | null | undefined} */ (row?.querySelector(`[data-action="${action}"]:not(:disabled)`));
    (same ?? row?.querySelector('button:not(:disabled)') ?? $('known')).focus();
  }

  #draw() {
    const last = this.#mine.length - 1;
    const old = $('scored-old');
    if (old) old.hidden = false;
    $('mine-empty').hidden = last >= 0;
    $('check').disabled = last < 0;
    $('mine').replaceChildren(...this.#mine.map(({ code, title, billable }, i) => h('li', null,
      h('span', { class: 'number', hide: true }, `${i + 1}`),
      h('span', { class: 'what' },
        h('button', { type: 'button', class: 'plain code', title: 'Open in the code book', data: { code, action: 'book' } }, code), ' ', title,
        !billable && h('span', { class: 'short' }, 'not valid for reporting: more characters are needed')),
      h('span', { class: 'moves' },
        h('button', { type: 'button', label: `Move ${code} up`, title: 'Move up', disabled: i === 0, data: { code, action: 'up' } }, '↑'),
        h('button', { type: 'button', label: `Move ${code} down`, title: 'Move down', disabled: i === last, data: { code, action: 'down' } }, '↓'),
        h('button', { type: 'button', label: `Remove ${code}`, title: 'Remove', data: { code, action: 'remove' } }, '×')))));
  }

  async #check() {
    const desk = this.#desk;
    if (!desk) return;
    const given = this.#mine.map(({ code }) => code);
    const { before } = desk.scenario;
    $('check').disabled = true;
    try {
      const [score, report] = await Promise.all([this.#engine.score(before.codes, given), desk.report()]);
      const reasons = await reasonsFor(score.lines, desk.scenario, report, (code) => this.#engine.explain(code));
      if (desk !== this.#desk) return;
      const counts = !this.#counted;
      this.#counted = true;
      $('scored').replaceChildren(...drawScored(score, reasons, { scenario: desk.scenario, name: nameOf(desk.entry), report, first: given[0], counts }));
      $('scored').hidden = false;
      $('mine-said').textContent = '';
      if (counts) this.#ways.scored(score);
      $('scored').focus();
    } catch (error) {
      $('mine-said').textContent = error instanceof Error ? error.message : String(error);
    } finally {
      $('check').disabled = this.#mine.length === 0;
    }
  }
}
