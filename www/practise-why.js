// @ts-check
/**
 * Why a code is right, missed or one too many: from the engine's report on the same note, from what the Tabular List says
 * of both codes, and from the note as it should read.
 *
 * @import { Evidence, Explanation, Report, Scenario, Score, Suggestion } from './panel/types'
 * @typedef {{ sentences: string[], quotes: Evidence[], path: string[], notes: { at: string, kind: string, text: string }[], rules: string[] }} Reason
 */

const ITS = /** @type {const} */ ({ excludes1: 'Excludes1', excludes2: 'Excludes2', 'code-first': 'Code first', 'use-additional': 'Use additional code', 'code-also': 'Code also' });
/** So many quotes and notes of the book are named for one code. */
const FEW = 3;

const ONE = '[A-Z]\\d[0-9A-Z](?:\\.[0-9A-Z]{1,4})?';
const NAMED = new RegExp(`(${ONE})(?:-(${ONE}))?`, 'g');

/** Whether a note of the book names a code: itself, what it begins with, or the range that it lies in. @param {string} text @param {string} code */
export function names(text, code) {
  return [...text.matchAll(NAMED)].some(([, from, to]) => (to ? code.slice(0, from.length) >= from && code.slice(0, to.length) <= to : code.startsWith(from)));
}

/** The best that the report says of a code. @param {Report} report @param {string} code */
const foundIn = (report, code) => report.suggestions.find((s) => s.code === code && s.tier !== 'held') ?? report.suggestions.find((s) => s.code === code);

/** @param {string} sentence */
const ended = (sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** What the note says for a code that belongs there. @param {Suggestion | undefined} found @param {Explanation} of @param {Reason} into */
function basis(found, of, into) {
  if (found) {
    into.quotes.push(...found.evidence.slice(0, FEW));
    into.path = found.path;
    into.rules = found.rules;
    if (found.tier !== 'suggested' && found.reason) into.sentences.push(ended(found.reason));
  } else if (of.index[0]) {
    into.path = of.index[0].path;
  }
}

/** What the book says of two codes on one note. @param {Explanation} one @param {Explanation} other @param {Reason} into @param {readonly (keyof typeof ITS)[]} kinds */
function between(one, other, into, kinds) {
  for (const [of, to] of [[one, other], [other, one]]) {
    for (const { at, kind, text } of of.notes) {
      const name = /** @type {Record<string, string>} */ (ITS)[kind];
      // What a chapter excludes is said of thousands of codes.
      if (/^\d+$/.test(at) || !name || !kinds.some((k) => k === kind) || !names(text, to.code)) continue;
      if (!into.notes.some((note) => note.text === text)) into.notes.push({ at, kind: name, text });
    }
  }
}

/**
 * A reason for each line of a score. @param {Score['lines']} lines @param {Scenario} scenario @param {Report} report
 * @param {(code: string) => Promise<Explanation>} explain @returns {Promise<Reason[]>}
 */
export async function reasonsFor(lines, scenario, report, explain) {
  const { before, after } = scenario;
  const all = [...new Set([...before.codes, ...lines.flatMap(({ code, given }) => (given ? [code, given] : [code]))])];
  /** @type {Map<string, Explanation>} */
  const book = new Map();
  for (const code of all) {
    // A code that the release does not hold has no entry: it is said so by the score.
    const entry = await explain(code).catch(() => null);
    if (entry) book.set(code, entry);
  }
  return lines.map(({ verdict, code, given }) => {
    /** @type {Reason} */
    const reason = { sentences: [], quotes: [], path: [], notes: [], rules: [] };
    const of = book.get(code);
    if (!of) return reason;
    const found = foundIn(report, code);
    const wrong = verdict === 'extra' ? code : given ?? '';
    const asked = wrong && !before.codes.includes(wrong) && after.codes.includes(wrong);
    if (verdict === 'right') {
      basis(found, of, reason);
    } else if (verdict === 'missed') {
      basis(found, of, reason);
      for (const other of before.codes) {
        const its = book.get(other);
        if (its && other !== code) between(its, of, reason, ['code-first', 'use-additional', 'code-also']);
      }
    } else if (verdict === 'category') {
      const yours = book.get(wrong);
      if (yours && !yours.billable) reason.sentences.push(`${yours.code} is not valid for reporting: it needs more characters.`);
      else if (yours) reason.sentences.push(`${yours.code} says “${yours.title}”; the note supports “${of.title}”.`);
      if (asked) reason.sentences.push('The note as it stands does not say so: this is what a query would ask for.');
      basis(found, of, reason);
    } else {
      if (!of.billable) reason.sentences.push(`${code} is not valid for reporting: it needs more characters.`);
      if (asked) {
        reason.sentences.push('The note does not state it, and a coder may not conclude it from values or treatment. A query would ask for it; with the answer in the note the code is right.');
        const missing = scenario.missing.map(({ what }) => what);
        if (missing.length > 0) reason.sentences.push(`What is missing here: ${missing.join('; ')}.`);
      }
      if (found) {
        reason.quotes.push(...found.evidence.slice(0, FEW));
        if (found.reason) reason.sentences.push(ended(found.reason));
        else if (!asked) reason.sentences.push('The words are in the note, but the expert answer says it with another code.');
      } else if (!asked) {
        reason.sentences.push('No statement of the note leads to it. Ask yourself which words you coded it from.');
      }
      for (const other of before.codes) {
        const its = book.get(other);
        if (its) between(of, its, reason, ['excludes1', 'excludes2']);
      }
      if (code.startsWith('R')) {
        reason.sentences.push('A sign or symptom that belongs to a diagnosis of the note is not coded beside it.');
        reason.rules.push('I.B.5');
      }
    }
    reason.notes = reason.notes.slice(0, FEW);
    return reason;
  });
}
