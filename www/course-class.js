// @ts-check
/**
 * A class: the score sheets that a trainer collected, which of them count, and what they say together.
 *
 * @import { Course, ScoreSheet, Scored } from './course-file.js'
 * @typedef {{ file: string, sheet: ScoreSheet }} Collected
 * @typedef {{ file: string, why: string }} Apart
 * @typedef {{ step: number, scenario: string, task: 'code' | 'query', percents: (number | null)[], mean: number | null }} Column
 * @typedef {{ what: string, count: number }} Often
 */

import { idOf, tasksOf } from './course-file.js';

/** @param {readonly (number | null)[]} numbers */
export function meanOf(numbers) {
  const there = numbers.filter((number) => number !== null);
  return there.length === 0 ? null : there.reduce((sum, number) => sum + number, 0) / there.length;
}

/**
 * The sheets that count, one a trainee, and those that do not, each with the reason.
 * @param {Course} course @param {readonly Collected[]} all @returns {{ counted: Collected[], apart: Apart[] }}
 */
export function sorted(course, all) {
  const id = idOf(course);
  const asked = new Set(course.steps.flatMap((step) => tasksOf(step).map((task) => `${task} ${step.scenario}`)));
  /** @type {Apart[]} */ const apart = [];
  /** @type {Map<string, Collected>} */ const counted = new Map();
  // The fuller one of two is the later one of a trainee who went on.
  const order = [...all].sort((a, b) => b.sheet.results.length - a.sheet.results.length || (a.file < b.file ? -1 : 1));
  for (const one of order) {
    const { file, sheet } = one;
    const key = sheet.trainee.toLowerCase();
    const other = counted.get(key);
    const strange = sheet.results.find(({ task, scenario }) => !asked.has(`${task} ${scenario}`));
    if (sheet.course.id !== id) {
      apart.push({ file, why: sheet.course.name === course.name ? `it is of a course of this name with other contents: the course was changed after ${sheet.trainee} opened it.` : `it is of another course, “${sheet.course.name}”.` });
    } else if (strange) {
      apart.push({ file, why: `${strange.scenario} (${strange.task}) is not asked for in this course.` });
    } else if (other) {
      const same = JSON.stringify(other.sheet.results) === JSON.stringify(sheet.results);
      apart.push({ file, why: same ? `it is the same sheet as ${other.file}.` : `${sheet.trainee} is in ${other.file} already, which counts. If these are two trainees, give one another name.` });
    } else {
      counted.set(key, one);
    }
  }
  const collator = new Intl.Collator('en-US', { numeric: true });
  return { counted: [...counted.values()].sort((a, b) => collator.compare(a.sheet.trainee, b.sheet.trainee)), apart };
}

/** @param {Course} course @param {readonly ScoreSheet[]} sheets @returns {Column[]} */
export const columnsOf = (course, sheets) => course.steps.flatMap((step, i) => tasksOf(step).map((task) => {
  const percents = sheets.map(({ results }) => {
    const its = results.find((result) => result.scenario === step.scenario && result.task === task);
    return its ? (100 * its.points) / its.of : null;
  });
  return { step: i, scenario: step.scenario, task, percents, mean: meanOf(percents) };
}));

/** How many trainees each code or rule was a miss for, most first. @param {readonly ScoreSheet[]} sheets @param {'missed' | 'near' | 'extra' | 'broken'} kind @returns {Often[]} */
export function oftenOf(sheets, kind) {
  /** @type {Map<string, number>} */ const counts = new Map();
  for (const { results } of sheets) {
    for (const what of new Set(results.flatMap((/** @type {Scored} */ result) => result[kind]))) counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
}
