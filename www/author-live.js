// @ts-check
/**
 * What the engine makes of a scenario while it is written: both notes, the query, what may name a person. It is asked once the
 * writer pauses, only for what has changed, and an answer that comes too late is not used.
 *
 * @import { Engine } from './panel/engine.js'
 * @import { LintFinding, Report, Scenario } from './panel/types'
 * @import { Text } from './author-form.js'
 * @import { Named } from './author-identifiers.js'
 * @import { Book } from './author-view.js'
 * @typedef {{ before: Report | null, after: Report | null, findings: LintFinding[], named: Named[], book: ReadonlyMap<string, Book> }} Made
 */

import { namedIn } from './author-identifiers.js';

const PAUSE = 350;

export class Live {
  /** @type {Engine} */ #engine;
  /** @type {{ drafted: () => Scenario, texts: () => Text[], busy: (busy: boolean) => void, made: (made: Made) => void, failed: (error: unknown) => void }} */ #ways;
  /** The last answer to each kind of question, with what was asked. @type {Map<string, { asked: string, answer: Promise<any> }>} */ #answers = new Map();
  /** @type {Map<string, Book>} */ #book = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #turn = 0;

  /** @param {Engine} engine @param {{ drafted: () => Scenario, texts: () => Text[], busy: (busy: boolean) => void, made: (made: Made) => void, failed: (error: unknown) => void }} ways */
  constructor(engine, ways) {
    this.#engine = engine;
    this.#ways = ways;
  }

  /** Asks once the writer pauses. */
  soon() {
    this.#turn++;
    this.#ways.busy(true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), PAUSE);
  }

  /** Asks at once. @returns {Promise<Made | null>} null where it failed, or was asked anew meanwhile */
  async now() {
    clearTimeout(this.#timer);
    const mine = ++this.#turn;
    this.#ways.busy(true);
    try {
      const made = await this.#ask(this.#ways.drafted(), this.#ways.texts());
      if (mine !== this.#turn) return null;
      this.#ways.made(made);
      return made;
    } catch (error) {
      if (mine !== this.#turn) return null;
      this.#answers.clear();
      this.#ways.failed(error);
      return null;
    } finally {
      if (mine === this.#turn) this.#ways.busy(false);
    }
  }

  /** @template T @param {string} kind @param {unknown[]} asked @param {() => Promise<T>} ask @returns {Promise<T>} */
  #once(kind, asked, ask) {
    const key = JSON.stringify(asked);
    const last = this.#answers.get(kind);
    if (last?.asked === key) return last.answer;
    const answer = ask();
    this.#answers.set(kind, { asked: key, answer });
    return answer;
  }

  /** @param {Scenario} scenario @param {Text[]} texts @returns {Promise<Made>} */
  async #ask({ before, after, setting, query }, texts) {
    const scan = (/** @type {'before' | 'after'} */ side, /** @type {string} */ text) => (text.trim()
      ? this.#once(side, [text, setting], () => this.#engine.scan({ id: side, text, setting })) : Promise.resolve(null));
    const [was, now, findings, named] = await Promise.all([
      scan('before', before.note),
      scan('after', after.note),
      query.text.trim() ? this.#once('query', [query.text, before.note, setting], () => this.#engine.lint(query.text, before.note.trim() ? { id: 'before', text: before.note, setting } : undefined, { open_queries: [], internal: [] })) : [],
      this.#once('named', texts.map(({ path, text }) => [path, text]), () => namedIn(texts, before.note, (text) => this.#engine.identifiers(text))),
    ]);
    for (const code of new Set([...before.codes, ...after.codes])) {
      if (this.#book.has(code)) continue;
      this.#book.set(code, await this.#engine.explain(code).catch((error) => {
        if (error?.kind !== 'unknown-code' && error?.kind !== 'input') throw error;
        return null;
      }));
    }
    return { before: was, after: now, findings, named, book: this.#book };
  }
}
