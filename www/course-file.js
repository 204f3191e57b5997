// @ts-check
/**
 * The two files of a class. A course: which scenarios, in which order, what is to be done with each; a scenario of the
 * trainer's own stands in it whole. A score sheet: of one trainee and one course; scores, codes and the numbers of rules, never a
 * text. A sheet names its course by what is in it: a course that was changed is another one.
 *
 * @import { Result } from './progress.js'
 * @import { Score } from './panel/types'
 * @typedef {{ scenario: string, task: 'code' | 'query' | 'both', text?: string }} Step
 * @typedef {{ name: string, steps: Step[] }} Course
 * @typedef {{ missed: string[], near: string[], extra: string[], broken: string[] }} Misses of an expected code: missed, or another of its category given
 * @typedef {Result & Misses} Scored
 * @typedef {{ course: { id: string, name: string }, trainee: string, results: Scored[] }} ScoreSheet
 */

import { FIELDS, lineOf, opened } from './progress.js';

export const FORM = 1;
const COURSE = { kind: 'chartside-course', form: FORM, what: 'course file' };
const SHEET = { kind: 'chartside-score-sheet', form: FORM, what: 'score sheet' };
export const MOST_STEPS = 100;
/** A longer file is none of ours. */
export const LONGEST = 5_000_000;
/** Characters of a scenario's file. */
export const LONGEST_SCENARIO = 200_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** What is to be done in a step. @param {Step} step @returns {('code' | 'query')[]} */
export const tasksOf = ({ task }) => (task === 'both' ? ['code', 'query'] : [task]);

/** Names a course by what is in it; two courses of a trainer have two names, which is all that is asked of it. @param {Course} course */
export function idOf({ name, steps }) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (const char of JSON.stringify([name, steps.map(({ scenario, task, text = '' }) => [scenario, task, text])])) {
    const point = char.codePointAt(0) ?? 0;
    a = Math.imul(a ^ point, 2654435761);
    b = Math.imul(b ^ point, 1597334677) + (a >>> 15);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

/** @param {Course} course */
export const writtenCourse = ({ name, steps }) => `${JSON.stringify({ kind: COURSE.kind, form: FORM, name, steps }, null, 2)}\n`;

/** @param {ScoreSheet} sheet */
export const writtenSheet = ({ course, trainee, results }) => `${JSON.stringify({ kind: SHEET.kind, form: FORM, course, trainee, results }, null, 2)}\n`;

/** Whether a file says that it is a course; what is wrong with it is found by reading it. @param {string} text */
export const isCourse = (text) => /^\s*\{\s*"kind"\s*:\s*"chartside-course"/.test(text);

/** @param {unknown} value @param {number} most */
const isWords = (value, most) => typeof value === 'string' && value.trim() !== '' && value.length <= most;

/** Reads a course, whole or not at all. @param {string} name @param {string} text @returns {Course} */
export function readCourse(name, text) {
  /** @type {{ value: any, refuse: (why: string, where?: string) => never }} */
  const { value, refuse } = opened(name, text, COURSE);
  if (!isWords(value.name, 80)) refuse('"name" is to be the name of the course, of at most 80 characters.');
  if (!Array.isArray(value.steps) || value.steps.length === 0 || value.steps.length > MOST_STEPS) refuse(`"steps" is to be a list of 1 to ${MOST_STEPS} scenarios.`);
  const steps = value.steps.map((/** @type {any} */ step, /** @type {number} */ i) => {
    const where = lineOf(text, 'steps', i);
    if (typeof step !== 'object' || step === null || Array.isArray(step)) refuse(`step ${i + 1} is to be an object.`, where);
    const { scenario, task, text: own } = step;
    if (typeof scenario !== 'string' || !NAME.test(scenario)) refuse(`"scenario" of step ${i + 1} is to be the name of a scenario.`, where);
    if (!['code', 'query', 'both'].includes(task)) refuse(`"task" of step ${i + 1} is to be "code", "query" or "both".`, where);
    if (own !== undefined && !isWords(own, LONGEST_SCENARIO)) refuse(`"text" of step ${i + 1} is to be the text of a scenario, of at most ${LONGEST_SCENARIO.toLocaleString('en-US')} characters.`, where);
    if (value.steps.findIndex((/** @type {any} */ other) => other?.scenario === scenario) < i) refuse(`step ${i + 1} is the scenario ${scenario} a second time.`, where);
    return own === undefined ? { scenario, task } : { scenario, task, text: own };
  });
  return { name: value.name.trim(), steps };
}

const KINDS = /** @type {const} */ (['missed', 'near', 'extra', 'broken']);
const CODE = /^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$/;
const RULE = /^QL[0-9]{2}$/;

/** Reads a score sheet, whole or not at all. @param {string} name @param {string} text @returns {ScoreSheet} */
export function readSheet(name, text) {
  /** @type {{ value: any, refuse: (why: string, where?: string) => never }} */
  const { value, refuse } = opened(name, text, SHEET);
  if (typeof value.course?.id !== 'string' || !/^[0-9a-f]{16}$/.test(value.course.id) || !isWords(value.course.name, 80)) refuse('"course" is to be the course that the sheet is of.');
  if (!isWords(value.trainee, 80)) refuse('"trainee" is to be a name or number of at most 80 characters.');
  if (!Array.isArray(value.results) || value.results.length > 2 * MOST_STEPS) refuse(`"results" is to be a list of at most ${2 * MOST_STEPS}.`);
  const seen = new Set();
  const results = value.results.map((/** @type {any} */ given, /** @type {number} */ i) => {
    const where = lineOf(text, 'results', i);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) refuse(`result ${i + 1} is to be an object.`, where);
    for (const [field, what, fits] of FIELDS) if (!fits(given[field], given)) refuse(`"${field}" of result ${i + 1} is to be ${what}.`, where);
    const { scenario, task, points, of, percent, date } = given;
    if (Math.abs(percent - (100 * points) / of) > 1) refuse(`"percent" of result ${i + 1} does not fit its points.`, where);
    if (seen.has(`${task} ${scenario}`)) refuse(`result ${i + 1} is a second one of the same scenario and task.`, where);
    seen.add(`${task} ${scenario}`);
    for (const kind of KINDS) {
      const shape = kind === 'broken' ? RULE : CODE;
      if (!Array.isArray(given[kind]) || given[kind].length > 100 || !given[kind].every((/** @type {unknown} */ one) => typeof one === 'string' && shape.test(one))) {
        refuse(`"${kind}" of result ${i + 1} is to be a list of ${kind === 'broken' ? 'rules such as QL02' : 'codes'}.`, where);
      }
    }
    const { missed, near, extra, broken } = given;
    return { scenario, task, points, of, percent, date, missed, near, extra, broken };
  });
  return { course: { id: value.course.id, name: value.course.name }, trainee: value.trainee.trim(), results };
}

/** What went wrong in coding a note. @param {Score['lines']} lines @returns {Misses} */
export const missesOf = (lines) => ({
  missed: lines.filter(({ verdict }) => verdict === 'missed').map(({ code }) => code),
  near: lines.filter(({ verdict }) => verdict === 'category').map(({ code }) => code),
  extra: lines.filter(({ verdict }) => verdict === 'extra').map(({ code }) => code),
  broken: [],
});
