// @ts-check
/**
 * A scenario as a file, in the form that `src/training/scenario.rs` reads and the library is written in.
 *
 * @import { Scenario } from './panel/types'
 */

import { LONGEST_SCENARIO } from './course-file.js';

const FORM = 1;

/** @returns {Scenario} */
export const empty = () => ({
  title: '', case: '', topic: '', chapter: 0, level: 1, setting: 'inpatient', summary: '',
  before: { note: '', codes: [], gaps: [] }, after: { note: '', codes: [], gaps: [] }, missing: [], teaching: [], query: { text: '' },
});

/** On one line: a string of JSON is one of TOML once it is well formed. @param {string} text */
const inLine = (text) => JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f');

/** Over several lines; as it stands where TOML has a way, else with what TOML does not take escaped. @param {string} text */
function block(text) {
  const whole = text.toWellFormed();
  if (!/'''|'$|[\u0000-\u0008\u000b-\u001f\u007f]/.test(whole)) return `'''\n${whole}'''`;
  const escaped = whole.replace(/[\\"]/g, '\\$&').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"""\n${escaped}"""`;
}

/** @param {readonly string[]} codes */
const list = (codes) => `[${codes.map(inLine).join(', ')}]`;

/** @param {Scenario} scenario */
export function written({ title, case: said, topic, chapter, level, setting, summary, before, after, missing, teaching, query }) {
  /** @param {string} name @param {Scenario['before']} side */
  const side = (name, { note, codes, gaps }) => `[${name}]\nnote = ${block(note)}\ncodes = ${list(codes)}\ngaps = ${list(gaps)}\n`;
  return [
    `form = ${FORM}\ntitle = ${inLine(title)}\n${said ? `case = ${inLine(said)}\n` : ''}topic = ${inLine(topic)}\nchapter = ${chapter}\nlevel = ${level}\nsetting = ${inLine(setting)}\nsummary = ${inLine(summary)}\n`,
    side('before', before),
    side('after', after),
    ...missing.map(({ what, why, quote }) => `[[missing]]\nwhat = ${inLine(what)}\nwhy = ${inLine(why)}\nquote = ${inLine(quote)}\n`),
    ...teaching.map(({ point, source }) => `[[teaching]]\npoint = ${inLine(point)}\nsource = ${inLine(source)}\n`),
    `[query]\ntext = ${block(query.text)}\n`,
  ].join('\n');
}

/** Why a text is too long to be a scenario; empty if it is not. @param {number} length */
export const tooLong = (length) => (length <= LONGEST_SCENARIO ? ''
  : `${length.toLocaleString('en-US')} characters; a scenario has at most ${LONGEST_SCENARIO.toLocaleString('en-US')}.`);

/** What a new file is called. @param {string} title */
export const fileNameOf = (title) => `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60).replace(/^-|-$/g, '') || 'scenario'}.toml`;

/** A code as the books write it: capitals, and the dot. @param {string} typed */
function code(typed) {
  const word = typed.toUpperCase();
  return /^[A-Z]\d[0-9A-Z][0-9A-Z]{1,4}$/.test(word) ? `${word.slice(0, 3)}.${word.slice(3)}` : word;
}

/** Codes, or rules of gaps, as they are typed: each once, in their order. @param {string} typed @param {'codes' | 'gaps'} kind */
export const listOf = (typed, kind) => [...new Set(typed.split(/[\s,;]+/).filter(Boolean).map((word) => (kind === 'codes' ? code(word) : /^gap\d+$/i.test(word) ? word.toUpperCase() : word)))];
