// @ts-check
/** What one step changed, by the place where it can be taken back: as long as nothing of it has been changed since. */

import { at } from './author-form.js';

/** @import { Scenario } from './panel/types' */
/** @typedef {{ path: string, before: any, after: any }} Change */

export class Undo {
  /** @type {Map<string, Change[]>} */ #of = new Map();

  /** @param {string} place @param {readonly string[]} paths @param {Scenario} before @param {Scenario} after */
  note(place, paths, before, after) {
    this.#of.set(place, paths.map((path) => ({ path, before: at(before, path), after: at(after, path) })));
  }

  /** @param {string} place @param {Scenario} now */
  offered(place, now) {
    const changes = this.#of.get(place);
    return Boolean(changes?.every(({ path, after }) => JSON.stringify(at(now, path)) === JSON.stringify(after)));
  }

  /** What stood there before; it is offered once. @param {string} place @returns {Change[]} */
  take(place) {
    const changes = this.#of.get(place) ?? [];
    this.#of.delete(place);
    return changes;
  }

  forget() {
    this.#of.clear();
  }
}
