// @ts-check
/**
 * The entry of one code: where it stands, what the book says of it and of everything above it, the 7th characters, and
 * the ladder of specificity: the codes beside it and one step further.
 *
 * @import { CodeTitle, Explanation, Instruction } from './panel/types'
 * @import { Step, Steps } from './codebook-steps.js'
 */

import { h, plural } from './panel/dom.js';
import { drawTitle, printed } from './codebook-results.js';
import { isCode, isUnspecified } from './codebook-steps.js';

/** Kinds of notes, in the order in which a coder needs them, as the book heads them and what each asks for. */
const KINDS = /** @type {const} */ ([
  ['inclusion', 'Inclusion terms', 'other names of this code'],
  ['includes', 'Includes', 'belongs here as well'],
  ['code-first', 'Code first', 'that code stands before this one'],
  ['use-additional', 'Use additional code', 'that code follows this one'],
  ['code-also', 'Code also', 'both codes, in the order that the stay asks for'],
  ['excludes1', 'Excludes1', 'not coded here: not together with this code, unless the two are unrelated'],
  ['excludes2', 'Excludes2', 'not part of this code: coded as well if documented'],
  ['note', 'Note', ''],
]);

/** A longer list of codes beside a code is folded. */
const BESIDE = 16;

/** Codes named in a note, each a way to its entry: E11.621, L97.4-, and both ends of A00-B99. */
const CODES = /([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?![0-9A-Za-z])(?:\.?-(?![0-9A-Za-z]))?/g;

/** @param {string} text @returns {(Node | string)[]} */
export function withCodes(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(CODES)) {
    parts.push(text.slice(at, match.index), h('button', { type: 'button', class: 'ref', data: { code: match[1] } }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

/** @param {string} at @param {Explanation} of */
function whereOf(at, { hierarchy, code }) {
  if (at === code) return `at ${code}`;
  if (/^\d+$/.test(at)) return `of chapter ${at}`;
  const title = hierarchy.find((one) => one.code === at)?.title;
  return `${/^[A-Z]\w\w-/.test(at) ? 'of section' : 'at'} ${at}${title ? ` ${title}` : ''}`;
}

/** @param {readonly [string, string, string]} kind @param {Instruction[]} notes @param {Explanation} of */
function drawKind([name, heading, meaning], notes, of) {
  const places = [...new Set(notes.map((note) => note.at))];
  return h('section', { class: 'note', data: { kind: name } },
    h('h3', null, heading, meaning && ' ', meaning && h('span', { class: 'meaning' }, meaning)),
    ...places.map((at) => h('div', { class: 'at' },
      !(places.length === 1 && at === of.code) && h('p', { class: 'where' }, whereOf(at, of)),
      h('ul', { role: 'list' }, ...notes.filter((note) => note.at === at).map((note) => h('li', null, ...withCodes(note.text)))))));
}

/** @param {CodeTitle} one @param {boolean} here @param {string} above */
function rung(one, here, above) {
  const flag = isUnspecified(one.title, above) && h('span', { class: 'flag' }, 'unspecified');
  return h('li', null, here ? h('span', { class: 'row here', current: true }, h('span', { class: 'code' }, printed(one)), ' ', h('span', { class: 'term' }, one.title), ' ', flag)
    : drawTitle(one, flag));
}

/** One level of codes; a long one is folded around the one that leads on. @param {Step} step @param {string} here @param {HTMLElement | false} below */
function drawStep({ at, above, codes }, here, below) {
  const list = (/** @type {CodeTitle[]} */ of) => h('ul', { class: 'rungs', role: 'list' }, ...of.map((one) => {
    const item = rung(one, one.code === here, above);
    if (one.code === at && one.code !== here) item.classList.add('leads');
    if (one.code === at && below) item.append(below);
    return item;
  }));
  if (codes.length <= BESIDE) return list(codes);
  const rest = h('ul', { class: 'rungs', role: 'list' }, ...codes.filter(({ code }) => code !== at).map((one) => rung(one, false, above)));
  return h('div', null, list(codes.filter(({ code }) => code === at)), h('details', null, h('summary', null, `${plural(codes.length - 1, 'more code')} at this step`), rest));
}

/** @param {Explanation} of @param {Steps} steps */
function drawLadder({ code, title, billable }, { steps, further }) {
  const last = steps.at(-1);
  const stem = last?.at ?? code;
  /** @type {HTMLElement | false} */
  let below = further.length > 0 && h('ul', { class: 'rungs', role: 'list' }, ...further.map((one) => rung(one, false, title)));
  if (steps.length === 0) below = below && h('div', null, below);
  for (const step of [...steps].reverse()) below = drawStep(step, code.startsWith(stem) ? stem : code, below);
  if (!below || (steps.every(({ codes }) => codes.length < 2) && further.length === 0)) return null;
  const hint = further.length > 0 && !billable ? 'Not valid for reporting: go one step further.'
    : isUnspecified(title) ? 'This code leaves something open. If the note says more, a code beside it says it too.' : '';
  return h('section', { class: 'ladder-of-codes' }, h('h3', null, 'Specificity', ' ', h('span', { class: 'meaning' }, 'the codes beside it, and one step further')),
    hint && h('p', { class: 'hint' }, hint), below);
}

/** @param {Explanation} of @param {Steps} steps */
function drawSeventh({ code, seventh }, { seventh: codes }) {
  if (seventh.length === 0) return null;
  return h('section', { class: 'seventh' }, h('h3', null, '7th character', ' ', h('span', { class: 'meaning' }, 'which a code here ends in')),
    h('ul', { role: 'list' }, ...seventh.map(({ character, meaning }) => {
      const made = codes.get(character);
      const words = [h('span', { class: 'code' }, character), ' ', h('span', { class: 'term' }, meaning)];
      return h('li', null, made === code ? h('span', { class: 'row here', current: true }, ...words)
        : made ? h('button', { type: 'button', class: 'row', title: made, data: { code: made } }, ...words) : h('span', { class: 'row' }, ...words));
    })));
}

/** @param {Explanation} of @param {Steps} steps @param {{ choose?: unknown, chooseLabel?: string }} uses @returns {Node[]} */
export function drawEntry(of, steps, uses) {
  const { code, title, billable, hierarchy, notes, index, index_left_out: leftOut } = of;
  const parts = [
    h('header', null,
      h('h2', null, h('span', { class: 'code' }, code), ' ', h('span', { class: 'title' }, title)),
      h('p', { class: billable ? 'valid' : 'not-valid' }, billable ? 'Valid for reporting' : 'Not valid for reporting: more characters are needed'),
      billable && !!uses.choose && h('button', { type: 'button', class: 'primary add', data: { add: code, title } }, uses.chooseLabel ?? `Add ${code}`)),
    h('section', { class: 'stands' }, h('h3', null, 'Where it stands'),
      h('ol', { role: 'list' }, ...hierarchy.filter((one) => one.code !== code).map((one) => h('li', null,
        isCode(one.code) ? drawTitle({ ...one, billable: true }) : h('span', { class: 'row' }, h('span', { class: 'code' }, /^\d+$/.test(one.code) ? `Chapter ${one.code}` : one.code), ' ', h('span', { class: 'term' }, one.title)))))),
    drawLadder(of, steps),
    ...KINDS.map((kind) => {
      const its = notes.filter((note) => note.kind === kind[0]);
      return its.length > 0 ? drawKind(kind, its, of) : null;
    }),
    drawSeventh(of, steps),
    index.length > 0 && h('section', { class: 'led' }, h('h3', null, 'The Index leads here from'),
      h('ul', { role: 'list' }, ...index.map((one) => h('li', null,
        h('button', { type: 'button', class: 'row', data: { words: one.path.join(' ') } }, one.path.join(' › ')),
        one.code !== code && h('span', { class: 'code' }, ` ${one.code}`)))),
      leftOut > 0 && h('p', { class: 'hint' }, `${plural(leftOut, 'more entry', 'more entries')}.`)),
  ];
  return parts.filter((part) => part instanceof Node);
}
