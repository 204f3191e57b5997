// @ts-check
/**
 * The code book: one search box over the Alphabetic Index and the Tabular List, and the entry of a code with everything
 * that the book says of it. The page `codebook.html` is this and nothing else; `practise.html` holds it beside a note.
 *
 * What is shown has an address: '' nothing, '?diabetic foot ulcer' a search, 'E11.621' a code.
 *
 * @import { CodeTitle, Explanation, Found } from './panel/types'
 * @typedef {{ lookUp(words: string): Promise<Found>, explain(code: string): Promise<Explanation> }} Book
 * @typedef {{ go?: (address: string) => void, choose?: (code: CodeTitle) => void, chooseLabel?: string }} Uses
 */

import { h, plural } from './panel/dom.js';
import { drawEntry } from './codebook-entry.js';
import { stepsOf } from './codebook-steps.js';
import { drawIndex, drawTabular } from './codebook-results.js';

/** A search begins so long after the last key. */
const PAUSE = 160;
/** Addresses that the step back of an embedded book remembers. */
const STEPS = 60;

/** What is a code, or the beginning of one, and not a word. */
const CODE = /^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?\.?-?$/i;

/** @param {string} words */
const tidy = (words) => words.trim().replace(/\s+/g, ' ');

/** Whether the keyboard is there. @param {HTMLElement} element */
const holds = (element) => element.contains(document.activeElement);

/** @param {unknown} error */
const sentenceOf = (error) => (error instanceof Error ? error.message : String(error));

export class CodeBook {
  /** @type {Book} */ #book;
  /** @type {Uses} */ #uses;
  /** Words that the results on view answer; null before the first search. @type {string | null} */ #shown = null;
  /** Code of the entry on view. */
  #code = '';
  /** Of the latest search and the latest entry: an answer to an earlier one is dropped. */
  #search = 0;
  #entry = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** Of a book that keeps its own steps. @type {string[]} */ #past = [];
  #address = '';
  /** The latest search that has a step. */
  #stepped = '';

  /**
   * @param {HTMLElement} place @param {Book} book
   * @param {Uses} [uses] `go` is told where the reader wants to be and calls `show` (without it the book keeps its own
   *   steps); `choose` takes a code from the book, under a button with `chooseLabel`.
   */
  constructor(place, book, uses = {}) {
    this.#book = book;
    this.#uses = uses;
    this.input = /** @type {HTMLInputElement} */ (h('input', { type: 'search', id: 'book-words', maxLength: 200 }));
    this.input.autocomplete = 'off';
    this.input.spellcheck = false;
    this.input.placeholder = 'foot ulcer, diabetic · or a code, E11.6';
    this.back = h('button', { type: 'button', class: 'book-back', hide: false }, '← Back');
    this.back.hidden = true;
    const label = /** @type {HTMLLabelElement} */ (h('label', null, 'Search the Index and the Tabular List'));
    label.htmlFor = 'book-words';
    const form = h('form', { class: 'book-search', role: 'search' }, label, h('div', { class: 'book-line' }, this.input, h('button', { type: 'submit', class: 'primary' }, 'Search'), this.back));
    this.status = h('p', { class: 'book-status', role: 'status' });
    this.results = h('div', { class: 'book-results' });
    this.entry = h('article', { class: 'book-entry', tabIndex: -1, label: 'Entry' });
    place.classList.add('book');
    this.said = h('p', { class: 'hidden', role: 'status' });
    place.replaceChildren(form, this.status, this.said, h('div', { class: 'book-pages' }, this.results, this.entry));
    this.#blank();

    form.addEventListener('submit', (event) => {
      event.preventDefault();
      clearTimeout(this.#timer);
      const words = tidy(this.input.value);
      if (!CODE.test(words)) return this.#go(words && `?${words}`);
      this.search(words);
      this.#go(words.toUpperCase());
    });
    this.input.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.search(this.input.value), PAUSE);
    });
    this.back.addEventListener('click', () => this.#stepBack());
    place.addEventListener('click', (event) => this.#clicked(/** @type {HTMLElement} */ (event.target)));
    place.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Shows an address. @param {string} address */
  async show(address) {
    clearTimeout(this.#timer);
    this.#address = address;
    if (address.startsWith('?')) {
      const words = tidy(address.slice(1));
      this.#stepped = `?${words}`;
      this.input.value = words;
      this.#closeEntry();
      await this.search(words);
    } else if (address) {
      if (this.#shown === null) {
        this.input.value = address;
        this.#stepped = `?${address}`;
        await Promise.all([this.open(address), this.search(address)]);
      } else {
        await this.open(address);
      }
    } else {
      this.#stepped = '';
      this.input.value = '';
      this.#shown = null;
      this.#search++;
      this.#closeEntry();
      this.#blank();
    }
  }

  /** As it was at first: nothing on view, and no step back. */
  reset() {
    this.#past = [];
    this.back.hidden = true;
    void this.show('');
  }

  /** @param {string} given */
  async search(given) {
    const words = tidy(given);
    if (words === this.#shown) return;
    const turn = ++this.#search;
    if (!words) {
      this.#shown = null;
      this.#blank();
      return;
    }
    try {
      const found = await this.#book.lookUp(words);
      if (turn !== this.#search) return;
      this.#shown = words;
      const many = found.index.length + found.tabular.length;
      const none = `Nothing in the Index or the Tabular List for “${words}”. Look for the condition, not the place of the body: “ulcer”, then “foot” under it.`;
      const rest = found.left_out ? `, ${plural(found.left_out, 'more')} left out: add a word` : '';
      this.status.textContent = many ? `${plural(many, 'entry', 'entries')}${rest}.` : none;
      this.results.replaceChildren(...[drawIndex(found.index), drawTabular(found.tabular)].filter((part) => part !== null));
      this.results.scrollTop = 0;
      this.#mark();
    } catch (error) {
      if (turn !== this.#search) return;
      this.#shown = words;
      this.results.replaceChildren();
      this.status.textContent = sentenceOf(error);
    }
  }

  /** Opens the entry of a code. @param {string} given */
  async open(given) {
    const turn = ++this.#entry;
    const within = holds(this.entry);
    try {
      const explanation = await this.#book.explain(given);
      const steps = await stepsOf(explanation, (code) => this.#book.explain(code));
      if (turn !== this.#entry) return;
      this.#code = explanation.code;
      this.entry.replaceChildren(...drawEntry(explanation, steps, this.#uses));
      this.entry.dataset.code = explanation.code;
      this.said.textContent = `Entry of ${explanation.code}, ${explanation.title}.`;
    } catch (error) {
      if (turn !== this.#entry) return;
      this.#code = '';
      delete this.entry.dataset.code;
      this.entry.replaceChildren(h('p', { class: 'problem', role: 'alert' }, sentenceOf(error)));
    }
    this.entry.hidden = false;
    this.#mark();
    this.entry.scrollTop = 0;
    // The keyboard goes along where it stood in the entry before, and where the entry stands below the results.
    const { top } = this.entry.getBoundingClientRect();
    const away = top > innerHeight * 0.7 || top < 0;
    if (!within && !(away && holds(this.results))) return;
    this.entry.focus({ preventScroll: true });
    if (away) this.entry.scrollIntoView({ block: 'start' });
  }

  /** Puts the keyboard into the search box. */
  focus() {
    this.input.focus();
    this.input.select();
  }

  /** @param {string} address */
  #go(address) {
    if (address.startsWith('?')) this.#stepped = address;
    if (address === this.#address) return void this.show(address);
    if (this.#uses.go) return this.#uses.go(address);
    this.#past = [...this.#past, this.#address].slice(-STEPS);
    this.back.hidden = false;
    this.show(address);
  }

  #stepBack() {
    const address = this.#past.pop();
    this.back.hidden = this.#past.length === 0;
    if (this.back.hidden) this.focus();
    if (address !== undefined) this.show(address);
  }

  /** A search that was only typed gets a step of its own: the step back leads to it. @param {string} code */
  #goCode(code) {
    const words = this.#shown ? `?${this.#shown}` : '';
    if (words && words !== this.#stepped) this.#go(words);
    this.#go(code);
  }

  /** @param {HTMLElement} target */
  #clicked(target) {
    const button = target.closest('button');
    const { code, words, add, title } = button?.dataset ?? {};
    if (add) this.#uses.choose?.({ code: add, title: title ?? '', billable: true });
    else if (code) this.#goCode(code);
    else if (words) this.#go(`?${words}`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = /** @type {HTMLElement} */ (event.target);
    if (event.key === 'Escape' && at !== this.input) {
      event.preventDefault();
      this.focus();
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const rows = /** @type {HTMLElement[]} */ ([...this.results.querySelectorAll('button')].filter((row) => row.checkVisibility()));
    const here = rows.indexOf(at);
    if (here < 0 && at !== this.input) return;
    const next = here + (event.key === 'ArrowDown' ? 1 : -1);
    if (next < -1 || next >= rows.length) return;
    event.preventDefault();
    if (next === -1) this.focus();
    else rows[next].focus();
  }

  /** The result whose entry is open. */
  #mark() {
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (this.results.querySelectorAll('button[data-code]'))) {
      row.ariaCurrent = row.dataset.code === this.#code ? 'true' : null;
    }
  }

  #closeEntry() {
    this.#entry++;
    this.#code = '';
    delete this.entry.dataset.code;
    this.entry.replaceChildren();
    this.entry.hidden = true;
  }

  #blank() {
    this.status.textContent = '';
    this.results.replaceChildren(h('div', { class: 'book-how' },
      h('p', null, 'As in the book: find the term in the Alphabetic Index, then verify the code in the Tabular List.'),
      h('ul', null,
        ...['diabetic foot ulcer', 'pneumonia due to', 'fracture radius', 'E11.6'].map((words) => h('li', null, h('button', { type: 'button', class: 'plain', data: { words } }, words))))));
  }
}
