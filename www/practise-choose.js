// @ts-check
/**
 * The list of notes to practise on. It says no more than a coder would know before reading: neither the title nor the topic nor what is missing.
 *
 * @import { ScenarioEntry } from './panel/types'
 * @import { Progress } from './progress.js'
 */

import { $, h, plural } from './panel/dom.js';
import { caseOf, CHAPTERS, LEVELS, nameOf } from './library.js';

export class Choosing {
  /** @type {readonly ScenarioEntry[]} */ #entries = [];
  /** @type {Progress} */ #progress;

  /** @param {Progress} progress */
  constructor(progress) {
    this.#progress = progress;
    for (const [level, words] of LEVELS.entries()) if (words) $('level').append(h('option', { value: String(level) }, words));
    for (const id of ['find', 'level', 'setting']) $(id).addEventListener('input', () => this.draw());
    $('filters').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
    $('random').addEventListener('click', () => {
      const open = this.#visible();
      const fresh = open.filter((entry) => !this.#best(entry, 'code'));
      const from = fresh.length > 0 ? fresh : open;
      const one = from[Math.floor(Math.random() * from.length)];
      if (one) location.hash = encodeURIComponent(nameOf(one));
    });
    $('list').addEventListener('click', (/** @type {MouseEvent} */ event) => {
      const name = /** @type {HTMLElement} */ (event.target).closest('button')?.dataset.name;
      if (name) location.hash = encodeURIComponent(name);
    });
  }

  /** @param {readonly ScenarioEntry[]} entries */
  take(entries) {
    this.#entries = [...entries].sort((a, b) => a.level - b.level || a.chapter - b.chapter || (caseOf(a) < caseOf(b) ? -1 : 1));
    this.draw();
  }

  draw() {
    const open = this.#visible();
    $('random').disabled = open.length === 0;
    $('how-many').textContent = open.length > 0 ? plural(open.length, 'note') : 'No note fits. Choose another level or setting, or fewer words.';
    const levels = [...new Set(open.map((entry) => entry.level))];
    $('list').replaceChildren(...levels.map((level) => h('li', { class: 'level' }, h('h2', null, LEVELS[level] ?? `Level ${level}`),
      h('ol', { role: 'list' }, ...open.filter((entry) => entry.level === level).map((entry) => this.#row(entry))))));
  }

  /** @param {ScenarioEntry} entry */
  #row(entry) {
    const done = /** @type {const} */ (['code', 'query']).flatMap((task) => {
      const best = this.#best(entry, task);
      return best ? [h('span', { class: 'badge done' }, `${task === 'code' ? 'codes' : 'query'} ${best.percent} %`)] : [];
    });
    return h('li', null, h('button', { type: 'button', class: 'choice', data: { name: nameOf(entry) } },
      h('span', { class: 'title' }, caseOf(entry)),
      h('span', { class: 'about' }, `${entry.setting} · ${CHAPTERS[entry.chapter - 1] ?? ''}`),
      done.length > 0 && h('span', { class: 'badges' }, ...done)));
  }

  /** @param {ScenarioEntry} entry @param {'code' | 'query'} task */
  #best(entry, task) {
    const its = this.#progress.results.filter((result) => result.scenario === nameOf(entry) && result.task === task);
    return its.sort((a, b) => b.percent - a.percent)[0];
  }

  #visible() {
    const words = $('find').value.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#entries.filter((entry) => {
      const { chapter, level, setting } = entry;
      const about = `${caseOf(entry)} ${CHAPTERS[chapter - 1] ?? ''} ${setting}`.toLowerCase();
      return (!$('level').value || String(level) === $('level').value) && (!$('setting').value || setting === $('setting').value)
        && words.every((/** @type {string} */ word) => about.includes(word));
    });
  }
}
