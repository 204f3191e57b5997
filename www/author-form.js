// @ts-check
/**
 * The form of a scenario: what stands in its fields is the scenario. Each field has the way to its value as `data-path`; the rows
 * of what is missing and of the teaching points come and go.
 *
 * @import { Scenario } from './panel/types'
 * @typedef {{ path: string, label: string, text: string }} Text
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field
 */

import { $ } from './panel/dom.js';
import { empty, listOf, tooLong } from './author-file.js';

export const LISTS = /** @type {const} */ (['missing', 'teaching']);
/** @typedef {typeof LISTS[number]} List */

const EMPTY_ROWS = { missing: { what: '', why: '', quote: '' }, teaching: { point: '', source: '' } };

/** @param {any} of @param {string} path @returns {any} */
export const at = (of, path) => path.split('.').reduce((value, name) => value?.[name], of);

/** @param {any} of @param {string} path @param {any} value */
export function put(of, path, value) {
  const names = path.split('.');
  const last = /** @type {string} */ (names.pop());
  names.reduce((inner, name) => inner[name], of)[last] = value;
}

/** Selects words of a field and brings them into sight. @param {HTMLTextAreaElement | HTMLInputElement} field @param {number} start @param {number} end */
export function select(field, start, end) {
  field.blur(); // a field scrolls to its selection when it gets the focus
  field.setSelectionRange(start, end);
  field.focus();
}

export class Form {
  /** @type {HTMLFormElement} */ #form;
  /** What each field held before the last input. @type {WeakMap<Element, string>} */ #held = new WeakMap();

  /** @param {HTMLFormElement} form @param {{ changed: () => void, refuse: (sentence: string) => void }} ways */
  constructor(form, ways) {
    this.#form = form;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('beforeinput', (event) => {
      const coming = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
      const why = tooLong(this.#length() + coming.length);
      if (!why || !coming) return;
      event.preventDefault();
      ways.refuse(`With this text it would be ${why} The text was not taken; paste the note alone.`);
    });
    form.addEventListener('input', ({ target }) => {
      const field = /** @type {Field} */ (target);
      const held = this.#held.get(field) ?? '';
      const why = tooLong(this.#length());
      // A way in that says nothing beforehand.
      if (why && field.value.length > held.length) {
        field.value = held;
        ways.refuse(`With this text it would be ${why} The field is as it was; paste the note alone.`);
      }
      this.#held.set(field, field.value);
      ways.changed();
    });
    form.addEventListener('change', ({ target }) => {
      const { path } = /** @type {HTMLElement} */ (target).dataset;
      if (path && /\.(codes|gaps)$/.test(path)) this.set(path, at(this.read(), path));
    });
  }

  #length() {
    return this.#fields.reduce((sum, field) => sum + (field instanceof HTMLSelectElement ? 0 : field.value.length), 0);
  }

  /** The field of a value. @param {string} path @returns {Field | null} */
  field(path) {
    return this.#form.querySelector(`[data-path="${path}"]`);
  }

  /** @returns {Field[]} */
  get #fields() {
    return [...this.#form.querySelectorAll('[data-path]')].map((field) => /** @type {Field} */ (field));
  }

  /** @param {List} list */
  #rows(list) {
    return [...$(list).children].map((row) => /** @type {HTMLElement} */ (row));
  }

  /** @returns {Scenario} */
  read() {
    const scenario = empty();
    for (const list of LISTS) put(scenario, list, this.#rows(list).map(() => ({ ...EMPTY_ROWS[list] })));
    for (const field of this.#fields) {
      const path = field.dataset.path ?? '';
      const kind = /\.(codes|gaps)$/.exec(path)?.[1];
      const value = kind ? listOf(field.value, /** @type {'codes' | 'gaps'} */ (kind)) : path === 'chapter' || path === 'level' ? Number(field.value) : field.value;
      put(scenario, path, value);
    }
    return scenario;
  }

  /** @param {string} path @param {any} value */
  set(path, value) {
    const field = this.field(path);
    if (!field) return;
    const text = Array.isArray(value) ? value.join(' ') : String(value || '');
    if (field.value !== text) field.value = text;
    this.#held.set(field, field.value);
  }

  /** @param {Scenario} scenario */
  fill(scenario) {
    for (const list of LISTS) {
      const rows = this.#rows(list);
      for (const row of rows.slice(scenario[list].length)) row.remove();
      for (let i = rows.length; i < scenario[list].length; i++) $(list).append($(`${list}-row`).content.cloneNode(true));
    }
    this.#number();
    for (const field of this.#fields) this.set(field.dataset.path ?? '', at(scenario, field.dataset.path ?? ''));
  }

  /** The rows' fields know their place, and what they are called. */
  #number() {
    for (const list of LISTS) {
      this.#rows(list).forEach((row, i, all) => {
        row.ariaLabel = `${row.dataset.name} ${i + 1}`;
        for (const field of row.querySelectorAll('[data-field]')) {
          const { dataset } = /** @type {HTMLElement} */ (field);
          dataset.path = `${list}.${i}.${dataset.field}`;
        }
        for (const place of row.querySelectorAll('.number')) place.textContent = String(i + 1);
        for (const button of row.querySelectorAll('button')) {
          const { action } = button.dataset;
          if (action === 'up') button.disabled = i === 0;
          if (action === 'down') button.disabled = i === all.length - 1;
        }
      });
    }
  }

  /** All that is written, with what it is called. @returns {Text[]} */
  texts() {
    return this.#fields.filter((field) => field.dataset.name).map((field) => {
      const row = /** @type {HTMLElement | null} */ (field.closest('li[data-name]'))?.ariaLabel;
      return { path: field.dataset.path ?? '', label: row ? `${row}, ${field.dataset.name}` : field.dataset.name ?? '', text: field.value };
    });
  }

  /** What a field is called. @param {string} path */
  nameOf(path) {
    return this.texts().find((text) => text.path === path)?.label ?? path;
  }
}

/** @param {List} list */
export const emptyRow = (list) => ({ ...EMPTY_ROWS[list] });
