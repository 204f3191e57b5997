// @ts-check
/**
 * The engine, as the panel sees it: a promise for each question. The Worker behind it is started when it is needed,
 * and started anew after it was stopped or has died; the pack is read from the extension's own files each time.
 */

/** @import { Drafted, DraftRequest, Explanation, Facility, Found, Identifier, LintContext, LintFinding, Note, Opened, Report, Scenario, Score } from './types' */

import { packBytes, REPAIR, startWorker } from './engine-parts.js';

const STOPPED_HERE = 'The engine stopped at this text. Restart it and scan again; if it stops again, scan a part of the note.';
const NOT_STARTED = 'The engine stopped while it was starting, perhaps for want of memory. Close other tabs and scan again.';

/** An error for the reader: `kind` as in `src/error.rs`, or `engine`, `missing`, `stopped`. */
export class EngineError extends Error {
  /** @param {string} kind @param {string} sentence */
  constructor(kind, sentence) {
    super(sentence);
    this.kind = kind;
  }
}

export class Engine {
  /** @type {Worker | null} */ #worker = null;
  /** @type {Promise<Opened> | null} */ #opened = null;
  /** @type {Map<string, { resolve: (value: any) => void, reject: (error: Error) => void }>} */ #asked = new Map();
  #count = 0;
  /** What the facility adds; taken up when the Worker starts. @type {Facility} */
  facility = { rules: [], synonyms: [], template: null };

  /** Starts the Worker, opens the pack and takes the facility's files up, once. @returns {Promise<Opened>} */
  open() {
    if (this.#opened) return this.#opened;
    const opened = this.#start().catch((error) => {
      if (this.#opened === opened) this.stop(); // not one that was started since
      throw error;
    });
    return (this.#opened = opened);
  }

  /** @param {Note} note @returns {Promise<Report>} */
  async scan(note) {
    await this.open();
    const { report } = await this.#ask({ type: 'scan', note });
    return report;
  }

  /**
   * Checks a query, against a note where there is one.
   * @param {string} query @param {Note | undefined} note @param {LintContext} context @returns {Promise<LintFinding[]>}
   */
  async lint(query, note, context) {
    await this.open();
    const { findings } = await this.#ask({ type: 'lint', query, note, context: toml(context) });
    return findings;
  }

  /** The rules that a query is checked by, each with what it looks for. @returns {Promise<{ rule: string, checks: string }[]>} */
  async queryRules() {
    await this.open();
    const { rules } = await this.#ask({ type: 'query-rules' });
    return rules;
  }

  /** Adds a facility's rule file, whole or not at all; what it holds. @param {{ name: string, text: string }} file @returns {Promise<{ rules: number, off: number, definitions: number }>} */
  async addRules({ name, text }) {
    const { holding } = await this.#ask({ type: 'rules', name, text });
    return holding;
  }

  /** Adds a facility's synonym file, whole or not at all; how many it has. @param {{ name: string, text: string }} file @returns {Promise<number>} */
  async addSynonyms({ name, text }) {
    const { count } = await this.#ask({ type: 'synonyms', name, text });
    return count;
  }

  /** Has drafts written by a facility's template, whole or not at all. @param {{ name: string, text: string }} file @returns {Promise<{ name: string, headings: Record<string, string> }>} */
  async setTemplate({ name, text }) {
    const { template } = await this.#ask({ type: 'template', name, text });
    return template;
  }

  /** Drafts a rule's query again, from the indicators that a person kept or added. @param {DraftRequest} draft @returns {Promise<Drafted>} */
  async draft(draft) {
    await this.open();
    const { query } = await this.#ask({ type: 'draft', draft: toml(draft) });
    return query;
  }

  // ---- the code book and the trainers' scenarios

  /** Entries of the Alphabetic Index and the Tabular List that words, or a code, lead to. @param {string} words @returns {Promise<Found>} */
  async lookUp(words) {
    await this.open();
    const { entries } = await this.#ask({ type: 'look-up', words });
    return entries;
  }

  /** What the Tabular List says of a code. @param {string} code @returns {Promise<Explanation>} */
  async explain(code) {
    await this.open();
    const { explanation } = await this.#ask({ type: 'explain', code });
    return explanation;
  }

  /** Reads a scenario's file, whole or not at all. @param {{ name: string, text: string }} file @returns {Promise<Scenario>} */
  async scenario({ name, text }) {
    await this.open();
    const { scenario } = await this.#ask({ type: 'scenario', name, text });
    return scenario;
  }

  /** @param {readonly string[]} expected @param {readonly string[]} given @returns {Promise<Score>} */
  async score(expected, given) {
    await this.open();
    const { score } = await this.#ask({ type: 'score', expected: expected.join(' '), given: given.join(' ') });
    return score;
  }

  /** Places in a text that may name a real person. @param {string} text @returns {Promise<Identifier[]>} */
  async identifiers(text) {
    await this.open();
    const { identifiers } = await this.#ask({ type: 'identifiers', text });
    return identifiers;
  }

  /** Ends the Worker, and with it everything it held. Questions still open are rejected. */
  stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#opened = null;
    this.#fail(new EngineError('stopped', 'The scan was stopped.'));
  }

  /** @returns {Promise<Opened>} */
  async #start() {
    const pack = packBytes();
    const worker = startWorker();
    this.#worker = worker;
    let isOpen = false;
    await new Promise((resolve, reject) => {
      this.#asked.set('ready', { resolve, reject });
      worker.onmessage = ({ data }) => worker === this.#worker && this.#answer(data);
      // A panic of the engine, or memory that the browser refuses, ends here: a trap that nobody catches in the Worker.
      worker.onerror = (event) => {
        event.preventDefault();
        if (worker !== this.#worker) return;
        this.#fail(new EngineError('engine', isOpen ? STOPPED_HERE : NOT_STARTED));
        this.stop();
      };
    });
    const bytes = await pack;
    if (!bytes) throw new EngineError('missing', `The knowledge pack is missing. ${REPAIR}`);
    if (worker !== this.#worker) throw new EngineError('stopped', 'The scan was stopped.');
    const { code_set: codeSet, brief } = await this.#ask({ type: 'open', pack: bytes }, [bytes]);
    const { rules, synonyms, template } = this.facility;
    /** @type {string[]} */
    const refused = [];
    // They were good when they were chosen; with another pack they may not be.
    const refuse = (/** @type {unknown} */ error) => {
      if (!(error instanceof EngineError) || error.kind !== 'input') throw error;
      refused.push(error.message);
    };
    for (const file of rules) await this.addRules(file).catch(refuse);
    for (const file of synonyms) await this.addSynonyms(file).catch(refuse);
    const { headings } = (template && (await this.setTemplate(template).catch(refuse))) ?? { headings: {} };
    isOpen = true;
    return { codeSet, brief, headings: Object.values(headings), refused };
  }

  /** @param {Record<string, unknown>} message @param {Transferable[]} [transfer] @returns {Promise<any>} */
  #ask(message, transfer = []) {
    const id = String(++this.#count);
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(new EngineError('stopped', 'The scan was stopped.'));
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ ...message, id }, transfer);
    });
  }

  /** @param {any} data */
  #answer(data) {
    if (data.type === 'error' && data.id === undefined) {
      this.#fail(new EngineError(data.error.kind, `The engine could not be started. ${REPAIR}`));
      return;
    }
    const id = data.type === 'ready' ? 'ready' : data.id;
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (data.type === 'error') asked?.reject(new EngineError(data.error.kind, data.error.message));
    else asked?.resolve(data);
  }

  /** @param {Error} error */
  #fail(error) {
    const open = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of open) reject(error);
  }
}

/**
 * A request as TOML: the engine takes a text, so that nothing of it has to call into JavaScript. A string of JSON is one of TOML
 * once it is well formed.
 * @param {object} request
 */
const toml = (request) => Object.entries(request).map(([name, value]) => `${name} = ${inline(value)}`).join('\n');

/** @param {unknown} value @returns {string} */
function inline(value) {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed()).replaceAll('\u007f', '\\u007f');
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return `{ ${fields.map(([name, field]) => `${name} = ${inline(field)}`).join(', ')} }`;
}
