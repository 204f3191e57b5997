// @ts-check
/**
 * A course, as its trainer makes it, and the class that went through it. Everything is in this tab, and leaves it as a file.
 *
 * @import { Apart, Collected, Often } from './course-class.js'
 * @import { ScenarioEntry } from './panel/types'
 * @typedef {import('./course-file.js').Step & { title: string }} Titled
 */

import { $, h, plural } from './panel/dom.js';
import { save } from './panel/save.js';
import { columnsOf, oftenOf, sorted } from './course-class.js';
import { isCourse, MOST_STEPS, readCourse, readSheet, writtenCourse } from './course-file.js';
import { classTable, drawPlot, ofTrainees, percent, TASKS } from './course-plot.js';
import { LEVELS, nameOf, scenarios } from './library.js';
import { filesOf, ownName, sentenceOf, tell, textOf } from './files.js';
import { scenariosOf } from './practise-course.js';
import { engine, open, waiting } from './site.js';

/** How many bars are drawn of each kind of miss. */
const MOST_BARS = 10;

/** @type {ScenarioEntry[]} */ let entries = [];
/** @type {Titled[]} */ let steps = [];
/** @type {Collected[]} */ let collected = [];
/** Files that are no score sheets. @type {Apart[]} */ let refused = [];
/** The drawing that is wanted last. */
let turn = 0;

const course = () => ({ name: $('course-name').value.trim(), steps: steps.map(({ scenario, task, text }) => (text === undefined ? { scenario, task } : { scenario, task, text })) });

// ---- making it

/** @param {string} action @param {string} label @param {string} sign @param {string} scenario @param {boolean} [disabled] */
const mover = (action, label, sign, scenario, disabled = false) => h('button', { type: 'button', label, title: label, disabled, data: { action, scenario } }, sign);

function drawSteps() {
  $('no-steps').hidden = steps.length > 0;
  $('save-course').disabled = steps.length === 0;
  $('steps').replaceChildren(...steps.map(({ scenario, task, title, text }, i) => {
    const select = /** @type {HTMLSelectElement} */ (h('select', { label: `Task of ${title}`, data: { scenario } },
      ...Object.entries({ code: 'Code', query: 'Query', both: 'Both' }).map(([value, words]) => h('option', { value }, words))));
    select.value = task;
    return h('li', { data: { scenario } }, h('span', { class: 'number', hide: true }, `${i + 1}`),
      h('span', { class: 'what' }, title, text !== undefined && h('span', { class: 'hint' }, ' your own')), select,
      h('span', { class: 'moves' }, mover('up', `Move ${title} up`, '↑', scenario, i === 0), mover('down', `Move ${title} down`, '↓', scenario, i === steps.length - 1), mover('remove', `Remove ${title}`, '×', scenario)));
  }));
}

function drawPick() {
  const words = $('find').value.toLowerCase().split(/\s+/).filter(Boolean);
  const level = $('level').value;
  const visible = entries.filter((entry) => (!level || String(entry.level) === level)
    && words.every((/** @type {string} */ word) => `${entry.title} ${entry.topic} ${entry.setting}`.toLowerCase().includes(word)));
  $('pick').replaceChildren(...visible.map((entry) => {
    const name = nameOf(entry);
    const there = steps.some(({ scenario }) => scenario === name);
    return h('li', null, h('span', null, entry.title, h('span', { class: 'hint' }, ` ${LEVELS[entry.level]}, ${entry.setting}, ${entry.topic}`)),
      h('button', { type: 'button', disabled: there, label: `${there ? 'Added' : 'Add'}: ${entry.title}`, data: { name } }, there ? 'Added' : 'Add'));
  }));
}

/** What was collected counts or not after the course as it is now. */
function changed() {
  drawSteps();
  drawPick();
  void drawClass();
}

/** @param {Titled} step */
function add(step) {
  if (steps.length >= MOST_STEPS) return tell('pick-said', `A course has at most ${MOST_STEPS} scenarios.`, true);
  steps.push(step);
  tell('pick-said', `${step.title} added: ${plural(steps.length, 'scenario')}.`);
}

/** @param {string} file @param {string} text */
async function takeCourse(file, text) {
  const taken = readCourse(file, text);
  const own = await scenariosOf(file, taken, engine, entries);
  $('course-name').value = taken.name;
  steps = taken.steps.map((step) => ({ ...step, title: own.get(step.scenario)?.entry.title ?? entries.find((entry) => nameOf(entry) === step.scenario)?.title ?? step.scenario }));
  tell('course-said', `“${taken.name}” of ${plural(steps.length, 'scenario')} opened.`);
}

function makeCourse() {
  for (const [level, words] of LEVELS.entries()) if (words) $('level').append(h('option', { value: String(level) }, words));
  for (const id of ['find', 'level']) $(id).addEventListener('input', drawPick);
  $('filters').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
  $('course-name').addEventListener('change', () => void drawClass());
  $('pick').addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const name = /** @type {HTMLElement} */ (event.target).closest('button')?.dataset.name;
    const entry = entries.find((one) => nameOf(one) === name);
    if (!name || !entry) return;
    add({ scenario: name, task: 'code', title: entry.title });
    changed();
    /** @type {HTMLElement} */ ($('pick').querySelector(`[data-name="${name}"]`)?.closest('li')?.nextElementSibling?.querySelector('button:not(:disabled)') ?? $('find')).focus();
  });
  $('steps').addEventListener('change', (/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const step = steps.find(({ scenario }) => scenario === select.dataset.scenario);
    if (step) step.task = /** @type {'code' | 'query' | 'both'} */ (select.value);
    void drawClass();
  });
  $('steps').addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const { action, scenario } = /** @type {HTMLElement} */ (event.target).closest('button')?.dataset ?? {};
    const at = steps.findIndex((step) => step.scenario === scenario);
    if (!action || at < 0) return;
    const to = at + (action === 'up' ? -1 : 1);
    const [step] = steps.splice(at, 1);
    if (action !== 'remove') steps.splice(to, 0, step);
    tell('course-said', action === 'remove' ? `${step.title} removed.` : `${step.title} is now number ${to + 1}.`);
    changed();
    // The keyboard stays with the scenario, or goes to the one that took its place.
    const row = $('steps').children[Math.min(action === 'remove' ? at : to, steps.length - 1)];
    /** @type {HTMLElement} */ (row?.querySelector(`[data-action="${action}"]:not(:disabled)`) ?? row?.querySelector('button:not(:disabled)') ?? $('find')).focus();
  });
  $('own').addEventListener('change', async () => {
    const problems = [];
    for (const file of filesOf('own')) {
      try {
        const text = await textOf(file);
        const { title } = await engine.scenario({ name: file.name, text });
        const scenario = ownName(file);
        if (steps.some((step) => step.scenario === scenario)) throw new Error(`${file.name}: a file of this name is in the course already.`);
        add({ scenario, task: 'code', text, title });
      } catch (error) {
        problems.push(sentenceOf(error));
      }
    }
    changed();
    if (problems.length > 0) tell('pick-said', problems.join(' '), true);
  });
  $('open-course').addEventListener('change', async () => {
    const [file] = filesOf('open-course');
    if (!file) return;
    try {
      await takeCourse(file.name, await textOf(file));
      changed();
    } catch (error) {
      tell('course-said', sentenceOf(error), true);
    }
  });
  $('save-course').addEventListener('click', () => {
    const { name } = course();
    if (!name) {
      tell('course-said', 'Give the course a name first.', true);
      $('course-name').focus();
      return;
    }
    const file = `course-${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40)}.json`;
    save(file, writtenCourse(course()));
    tell('course-said', `Saved as ${file}. Keep it: the score sheets are of this course as it is now.`);
  });
}

// ---- the class

/** The titles of codes, as far as the code book has them. @param {Often[]} often */
const titled = (often) => Promise.all(often.slice(0, MOST_BARS).map(async ({ what, count }) => ({ count, label: await engine.explain(what).then(({ title }) => `${what} ${title}`, () => what) })));

/** What each rule of compliant queries looks for. @returns {Promise<ReadonlyMap<string, string>>} */
const ruleNames = async () => new Map((await engine.queryRules().catch(() => [])).map(({ rule, checks }) => [rule, checks.replace(/\.$/, '')]));

async function drawClass() {
  const mine = ++turn;
  const whole = course();
  const { counted, apart } = sorted(whole, collected);
  const others = [...refused, ...apart].sort((a, b) => (a.file < b.file ? -1 : 1));
  $('forget').disabled = collected.length + refused.length === 0;
  $('apart').hidden = others.length === 0;
  $('apart').lastElementChild.replaceChildren(...others.map(({ file, why }) => h('li', null, h('strong', null, file), `: ${why}`)));
  tell('collect-said', collected.length + refused.length === 0 ? '' : `${plural(counted.length, 'score sheet')} counted, ${others.length} not.`);
  $('class').hidden = counted.length === 0;
  if (counted.length === 0) return $('class').replaceChildren();

  const sheets = counted.map(({ sheet }) => sheet);
  const columns = columnsOf(whole, sheets);
  const [missed, near, extra, names] = await Promise.all([titled(oftenOf(sheets, 'missed')), titled(oftenOf(sheets, 'near')), titled(oftenOf(sheets, 'extra')), ruleNames()]);
  if (mine !== turn) return;
  const broken = oftenOf(sheets, 'broken').slice(0, MOST_BARS).map(({ what, count }) => ({ label: `${what} ${names.get(what) ?? ''}`.trim(), count }));
  /** @param {{ label: string, count: number }[]} often */
  const bars = (often) => often.map(({ label, count }) => ({ label, value: count, words: ofTrainees(count, counted.length), brief: `${count} of ${counted.length}` }));
  const lost = columns.flatMap(({ step, task, mean }) => (mean === null ? [] : [{ label: `${step + 1} ${TASKS[task]}: ${steps[step].title}`, value: 100 - mean, words: percent(100 - mean), brief: percent(100 - mean) }]))
    .sort((a, b) => b.value - a.value);
  const print = h('button', { type: 'button' }, 'Print');
  print.addEventListener('click', () => window.print());
  const wrap = h('div', { class: 'table-wrap', role: 'region', label: 'Trainees by scenarios', tabIndex: 0 }, classTable(counted, columns));
  $('class').replaceChildren(
    h('div', { class: 'class-head' }, h('h2', { id: 'class-head' }, `The class: ${whole.name}`), print),
    h('p', { class: 'hint' }, `${plural(counted.length, 'trainee')}. Percent of the points of each task; – is not done, and is in no mean.`), wrap,
    h('ol', { class: 'legend', label: 'The scenarios of the course' }, ...steps.map(({ title }) => h('li', null, title))),
    h('div', { class: 'plots' },
      drawPlot('plot-lost', 'Where points are lost', 'Points lost of each task, mean of those who did it; the worst first.', lost, 100, ''),
      drawPlot('plot-missed', 'Codes most often missed', 'Trainees who missed the code.', bars(missed), counted.length, 'No code was missed.'),
      drawPlot('plot-near', 'Right category, another code', 'Trainees who gave another code of its category.', bars(near), counted.length, 'None.'),
      drawPlot('plot-extra', 'Codes most often given too many', 'Trainees who gave the code, which the note does not support.', bars(extra), counted.length, 'No code was too many.'),
      drawPlot('plot-broken', 'Rules of compliant queries most often broken', 'Trainees of whom a query broke the rule.', bars(broken), counted.length, 'No rule was broken.')));
}

function collect() {
  $('sheets').addEventListener('change', async () => {
    const files = filesOf('sheets');
    /** @type {{ file: string, text: string }[]} */ const texts = [];
    for (const file of files) {
      try {
        texts.push({ file: file.name, text: await textOf(file) });
      } catch (error) {
        refused.push({ file: file.name, why: sentenceOf(error).slice(file.name.length + 2) });
      }
    }
    // The course first: the sheets are of it.
    for (const { file, text } of texts.filter(({ text }) => isCourse(text))) {
      try {
        if (steps.length > 0) throw new Error(`${file}: a course file; the one above is open already.`);
        await takeCourse(file, text);
        drawSteps();
        drawPick();
      } catch (error) {
        refused.push({ file, why: sentenceOf(error).slice(file.length).replace(/^[:,] /, '') });
      }
    }
    for (const { file, text } of texts.filter(({ text }) => !isCourse(text))) {
      try {
        if (steps.length === 0) throw new Error(`${file}: which course it is of is not known. Open the course file too, then this sheet again.`);
        collected.push({ file, sheet: readSheet(file, text) });
      } catch (error) {
        refused.push({ file, why: sentenceOf(error).slice(file.length).replace(/^[:,] /, '') });
      }
    }
    await drawClass();
  });
  $('forget').addEventListener('click', () => {
    collected = [];
    refused = [];
    void drawClass();
    $('sheets').focus();
  });
}

async function start() {
  if (!(await open())) return;
  const list = await waiting('Reading the list of scenarios…', scenarios, () => void start());
  if (!list) return;
  entries = [...list].sort((a, b) => a.level - b.level || (a.title < b.title ? -1 : 1));
  changed();
  document.body.dataset.state = 'ready';
}

makeCourse();
collect();
start();
