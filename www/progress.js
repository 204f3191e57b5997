// @ts-check
/**
 * Results of a trainee: which scenario, which task, the score and the day; never a text. They are kept in this browser only
 * once the trainee says so, and leave it only as a file that the trainee saves. Two tabs with the same results add to each
 * other: what is kept is always the union of both.
 *
 * @typedef {{ scenario: string, task: 'code' | 'query', points: number, of: number, percent: number, date: string }} Result
 * @typedef {{ trainee: string, results: Result[] }} Sheet
 */

/** Of the file and of what is kept. */
export const FORM = 1;
const KIND = 'chartside-progress';
/** A class works through 44 scenarios; a file with more than this is none of ours. */
const MOST = 10_000;

/** @param {Result} result */
const keyOf = ({ scenario, task, date }) => `${date} ${task} ${scenario}`;

/** All of both, each once, the earliest first. @param {readonly Result[]} one @param {readonly Result[]} other */
export function union(one, other) {
  const all = new Map([...one, ...other].map((result) => [keyOf(result), result]));
  return [...all.values()].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : keyOf(a) < keyOf(b) ? -1 : 1));
}

/** @param {Sheet} sheet */
export const written = ({ trainee, results }) => `${JSON.stringify({ kind: KIND, form: FORM, trainee, results }, null, 2)}\n`;

/** @param {unknown} value @param {number} least @param {number} most */
const between = (value, least, most) => typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most;

/** Each field of a result, what it is to be, and whether it is. @type {[keyof Result, string, (value: any, result: any) => boolean][]} */
export const FIELDS = [
  ['scenario', 'the name of a scenario', (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,79}$/.test(value)],
  ['task', '"code" or "query"', (value) => value === 'code' || value === 'query'],
  ['of', 'a number from 0.5 to 1000', (value) => between(value, 0.5, 1000)],
  ['points', 'a number from 0 to "of"', (value, { of }) => between(value, 0, of)],
  ['percent', 'a number from 0 to 100', (value) => between(value, 0, 100)],
  ['date', 'a time such as 2026-11-22T19:30:00.000Z', (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) && !Number.isNaN(Date.parse(value))],
];

/** The line on which a row of a list begins. @param {string} text @param {string} list its name @param {number} n */
export function lineOf(text, list, n) {
  let at = text.indexOf(`"${list}"`);
  for (let i = 0; i <= n && at >= 0; i++) at = text.indexOf('{', at + 1);
  return at < 0 ? '' : `, line ${text.slice(0, at).split('\n').length}`;
}

/** The line at which a text stops being JSON, as browsers say it. @param {string} text @param {unknown} error */
function lineOfError(text, error) {
  const message = error instanceof Error ? error.message : '';
  const line = /line (\d+)/.exec(message)?.[1];
  if (line) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  return text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
}

/**
 * Opens a file that a page of the site has saved, and says in one sentence why another is refused.
 * @param {string} name for the sentence @param {string} text @param {{ kind: string, form: number, what: string }} wanted
 */
export function opened(name, text, { kind, form, what }) {
  /** @param {string} why @param {string} [where] @returns {never} */
  const refuse = (why, where = '') => {
    throw new Error(`${name}${where}: ${why} Nothing of it was taken.`);
  };
  /** @type {any} */
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('this is not JSON; choose a file that was saved here.', `, line ${lineOfError(text, error)}`);
  }
  if (typeof value !== 'object' || value === null || value.kind !== kind) refuse(`this is no ${what}; choose one that was saved here.`);
  if (typeof value.form !== 'number') refuse('"form", the number of its form, is missing.');
  if (value.form > form) refuse(`it is of form ${value.form}, made by a newer Chartside; this one reads form ${form}. Open it with the newer one.`);
  if (value.form !== form) refuse(`there is no form ${value.form}.`);
  return { value, refuse };
}

/**
 * Reads a file of results, whole or not at all. @param {string} name for the sentence of an error @param {string} text @returns {Sheet}
 */
export function read(name, text) {
  /** @type {{ value: any, refuse: (why: string, where?: string) => never }} */
  const { value: sheet, refuse } = opened(name, text, { kind: KIND, form: FORM, what: 'file of results' });
  const trainee = sheet.trainee ?? '';
  if (typeof trainee !== 'string' || trainee.length > 80) refuse('"trainee" is to be a name of at most 80 characters.');
  if (!Array.isArray(sheet.results)) refuse('"results" is to be a list.');
  if (sheet.results.length > MOST) refuse(`it holds ${sheet.results.length} results; at most ${MOST} are read.`);
  const results = sheet.results.map((/** @type {any} */ given, /** @type {number} */ i) => {
    const where = lineOf(text, 'results', i);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) refuse(`result ${i + 1} is to be an object.`, where);
    for (const [field, what, fits] of FIELDS) if (!fits(given[field], given)) refuse(`"${field}" of result ${i + 1} is to be ${what}.`, where);
    const { scenario, task, points, of, percent, date } = given;
    return { scenario, task, points, of, percent, date };
  });
  return { trainee, results: union(results, []) };
}

/** The results of this tab, and of this browser where the trainee says so. */
export class Progress {
  /** @type {Result[]} */ results = [];
  /** Whether they are kept in this browser. */
  kept = false;
  /** Why nothing can be kept, or why what is kept cannot be read; empty if all is well. */
  problem = '';
  /** Called when another tab has added or deleted. */
  onchanged = () => {};
  /** @type {Storage | null} */ #store = null;

  constructor() {
    try {
      // Throws where a browser has none, or keeps it closed.
      this.#store = localStorage;
      this.#store.getItem(KIND);
    } catch {
      this.#store = null;
      this.problem = 'This browser keeps nothing for this page. Save your results as a file instead.';
      return;
    }
    this.#take(this.#store.getItem(KIND));
    addEventListener('storage', ({ key, newValue, storageArea }) => {
      if (storageArea !== this.#store || (key !== KIND && key !== null)) return;
      if (newValue === null) {
        // Deleted there, by the trainee: it is not to come back from here.
        if (this.kept) this.results = [];
        this.kept = false;
        this.problem = '';
      } else {
        this.#take(newValue);
        // The other tab did not know of these when it wrote.
        if (this.kept && this.results.length > (this.#read(newValue)?.length ?? 0)) this.#write();
      }
      this.onchanged();
    });
  }

  get possible() {
    return this.#store !== null;
  }

  /** @param {Result} result */
  add(result) {
    this.results = union(this.results, [result]);
    if (this.kept) this.#write();
  }

  /** @param {readonly Result[]} results how many of them were new */
  merge(results) {
    const before = this.results.length;
    this.results = union(this.results, results);
    if (this.kept) this.#write();
    return this.results.length - before;
  }

  /** Keeps the results of this tab from now on. */
  keep() {
    if (!this.#store) return;
    this.kept = true;
    this.#write();
  }

  /** Keeps nothing from now on, and deletes what was kept; this tab still has its results. */
  forget() {
    this.kept = false;
    this.problem = '';
    this.#store?.removeItem(KIND);
  }

  /** Takes up what is kept. @param {string | null} text */
  #take(text) {
    if (text === null) return;
    try {
      this.results = union(this.results, read('What is kept in this browser', text).results);
      this.kept = true;
      this.problem = '';
    } catch (error) {
      // It is left as it is: it may be of a newer Chartside.
      this.kept = false;
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {string} text */
  #read(text) {
    try {
      return read('', text).results;
    } catch {
      return null;
    }
  }

  #write() {
    if (!this.#store) return;
    try {
      // Another tab may have added since.
      const now = this.#store.getItem(KIND);
      const there = now === null ? [] : this.#read(now);
      if (there === null) return;
      this.results = union(this.results, there);
      this.#store.setItem(KIND, written({ trainee: '', results: this.results }));
    } catch {
      this.kept = false;
      this.problem = 'This browser has no room left for the results. Save them as a file instead.';
    }
  }
}
