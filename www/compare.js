// @ts-check
/** What differs between a note as documented and the same note as it should read: line beside line, word by word; and between the codes of the two. */

/** @typedef {{ text: string, kind: 'same' | 'gone' | 'new' }} Run */
/** One line of each, or nothing where the other note alone has it. @typedef {{ before: Run[] | null, after: Run[] | null, same: boolean }} Row */
/** @typedef {{ kind: 'same' | 'specific' | 'changed' | 'new' | 'gone', before: string, after: string }} CodeRow */

/** Lines with fewer words in common than this are not the same line, changed. */
const ALIKE = 0.3;
/** Pairs of lines, and of words in a line, that are tried; a comparison beyond that is not worth its time. */
const MOST_LINES = 250_000;
const MOST_WORDS = 4_000_000;

/** @param {string} line */
const tokens = (line) => line.match(/\s+|[\p{L}\p{N}]+(?:[.,/'’-][\p{L}\p{N}]+)*|[^\s]/gu) ?? [];

/** How many words two lines share: 1 for all. @param {string} a @param {string} b */
function likeness(a, b) {
  if (a === b) return 1;
  const words = (/** @type {string} */ line) => tokens(line.toLowerCase()).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [some, others] = [words(a), words(b)];
  if (some.length === 0 || others.length === 0) return 0;
  /** @type {Map<string, number>} */
  const left = new Map();
  for (const word of some) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of others) {
    const n = left.get(word) ?? 0;
    if (n > 0) {
      shared += 1;
      left.set(word, n - 1);
    }
  }
  const dice = (2 * shared) / (some.length + others.length);
  return dice >= ALIKE ? dice * 0.9 : 0;
}

/**
 * The pairing of two lists that is worth most, in their order: [i, j], with -1 for what has no partner.
 * @template T @param {readonly T[]} a @param {readonly T[]} b @param {(x: T, y: T) => number} worth @returns {[number, number][]}
 */
function paired(a, b, worth) {
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  const each = a.map((x) => b.map((y) => worth(x, y)));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const pair = each[i][j] > 0 ? each[i][j] + best[i + 1][j + 1] : 0;
      best[i][j] = Math.max(pair, best[i + 1][j], best[i][j + 1]);
    }
  }
  /** @type {[number, number][]} */
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && each[i][j] > 0 && best[i][j] === each[i][j] + best[i + 1][j + 1]) pairs.push([i++, j++]);
    else if (j >= b.length || (i < a.length && best[i][j] === best[i + 1][j])) pairs.push([i++, -1]);
    else pairs.push([-1, j++]);
  }
  return pairs;
}

/** @param {Run[]} runs @param {string} text @param {Run['kind']} kind */
function add(runs, text, kind) {
  const last = runs.at(-1);
  if (last?.kind === kind) last.text += text;
  else if (text) runs.push({ text, kind });
}

/** @param {string} before @param {string} after @returns {{ before: Run[], after: Run[] }} */
export function words(before, after) {
  const [a, b] = [tokens(before), tokens(after)];
  if (a.length * b.length > MOST_WORDS) {
    const same = before === after;
    return { before: [{ text: before, kind: same ? 'same' : 'gone' }], after: [{ text: after, kind: same ? 'same' : 'new' }] };
  }
  const pairs = paired(a, b, (x, y) => (x !== y ? 0 : /[\p{L}\p{N}]/u.test(x) ? 1 : 0.2));
  // A space or a comma that happens to be in both is no reason to cut a change in two.
  const same = pairs.map(([i, j]) => i >= 0 && j >= 0);
  for (let at = 0; at < pairs.length; at++) {
    let end = at;
    while (end < pairs.length && same[end]) end++;
    const run = pairs.slice(at, end).map(([i]) => a[i]).join('');
    if (at > 0 && end < pairs.length && end > at && !/[\p{L}\p{N}]/u.test(run)) same.fill(false, at, end);
    at = end;
  }
  const made = { before: /** @type {Run[]} */ ([]), after: /** @type {Run[]} */ ([]) };
  pairs.forEach(([i, j], at) => {
    if (i >= 0) add(made.before, a[i], same[at] ? 'same' : 'gone');
    if (j >= 0) add(made.after, b[j], same[at] ? 'same' : 'new');
  });
  return made;
}

/** @param {string} note */
export const linesOf = (note) => note.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '').split('\n').map((line) => line.trimEnd());

/** @param {string} before @param {string} after @returns {Row[]} */
export function notes(before, after) {
  const [a, b] = [linesOf(before), linesOf(after)];
  if (a.length * b.length > MOST_LINES) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
      const row = (/** @type {string | undefined} */ text, /** @type {Run['kind']} */ kind) => (text === undefined ? null : [{ text, kind: a[i] === b[i] ? 'same' : kind }]);
      return { before: row(a[i], 'gone'), after: row(b[i], 'new'), same: a[i] === b[i] };
    });
  }
  // Empty lines are worth little: they do not draw lines with words apart.
  const pairs = paired(a, b, (x, y) => (x === '' && y === '' ? 0.05 : likeness(x, y)));
  return pairs.map(([i, j]) => {
    if (j < 0) return { before: [{ text: a[i], kind: 'gone' }], after: null, same: false };
    if (i < 0) return { before: null, after: [{ text: b[j], kind: 'new' }], same: false };
    return { ...words(a[i], b[j]), same: a[i] === b[j] };
  });
}

/** Whether a title leaves something open. @param {string | undefined} title */
export const isUnspecified = (title) => /\bunspecified\b|\bNOS\b/i.test(title ?? '');

/**
 * Which code became which: the same code, else one of the same category. In the order of the codes after.
 * @param {readonly string[]} before @param {readonly string[]} after @param {ReadonlyMap<string, string>} titles @returns {CodeRow[]}
 */
export function codes(before, after, titles) {
  const open = before.filter((code) => !after.includes(code));
  const common = (/** @type {string} */ x, /** @type {string} */ y) => {
    let n = 0;
    while (n < x.length && x[n] === y[n]) n++;
    return n;
  };
  /** @type {Map<string, string>} */
  const from = new Map();
  // The nearest first, so that an ulcer of a site becomes the ulcer of that site.
  const pairs = after.filter((code) => !before.includes(code))
    .flatMap((now) => open.map((was) => ({ was, now, n: common(was, now) })))
    .filter(({ was, now }) => was.slice(0, 3) === now.slice(0, 3))
    .sort((x, y) => y.n - x.n);
  for (const { was, now } of pairs) {
    if (from.has(now) || [...from.values()].includes(was)) continue;
    from.set(now, was);
  }
  /** @type {CodeRow[]} */
  const rows = after.map((now) => {
    if (before.includes(now)) return { kind: 'same', before: now, after: now };
    const was = from.get(now);
    if (!was) return { kind: 'new', before: '', after: now };
    const specific = (isUnspecified(titles.get(was)) && !isUnspecified(titles.get(now))) || (now.length > was.length && !isUnspecified(titles.get(now)));
    return { kind: specific ? 'specific' : 'changed', before: was, after: now };
  });
  const gone = open.filter((code) => ![...from.values()].includes(code));
  return [...rows, ...gone.map((code) => /** @type {CodeRow} */ ({ kind: 'gone', before: code, after: '' }))];
}
