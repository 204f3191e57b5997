// @ts-check
/**
 * Practise: a note is chosen, coded with the code book beside it or queried, and compared with the expert's answer.
 * `#sodium-result` is a note to code, `#sodium-result/query` the same note to query; the way back is the browser's own.
 * `#course` is the course that was opened from a file, in which the same desk is gone to step by step.
 *
 * @import { Misses } from './course-file.js'
 * @import { Report, Scenario, ScenarioEntry } from './panel/types'
 * @typedef {{ entry: ScenarioEntry, scenario: Scenario, report(): Promise<Report> }} Desk
 */

import { $, h } from './panel/dom.js';
import { caseOf, LEVELS, nameOf, scenario as load, scenarios } from './library.js';
import { missesOf } from './course-file.js';
import { Choosing } from './practise-choose.js';
import { Coding } from './practise-code.js';
import { Walk } from './practise-course.js';
import { Querying } from './practise-query.js';
import { Sheet } from './practise-results.js';
import { Progress } from './progress.js';
import { calm, engine, open, trouble, waiting } from './site.js';

const progress = new Progress();
/** @type {ScenarioEntry[]} */ let entries = [];
/** @type {Desk | null} */ let desk = null;
/** What the address asked for last. */
let turn = 0;
/** What is wrong with the address before this one. */
let said = '';

/** @param {'code' | 'query'} task @param {{ points: number, of: number, percent: number }} score @param {Misses} misses */
function scored(task, { points, of, percent }, misses) {
  if (!desk) return;
  const result = { scenario: nameOf(desk.entry), task, points, of, percent: Math.round(percent), date: new Date().toISOString() };
  walk.add({ ...result, ...misses });
  // What the trainer wrote is in the course file only, its name too.
  if (!entries.includes(desk.entry)) return;
  progress.add(result);
  sheet.draw();
}

/** Marks a quote of the note, and brings it into sight. @param {{ start: number, end: number } | null} span */
export function showInNote(span) {
  CSS.highlights.delete('note-shown');
  const text = $('note').firstChild;
  if (!span || !text || span.end > text.length) return;
  const range = document.createRange();
  range.setStart(text, span.start);
  range.setEnd(text, span.end);
  CSS.highlights.set('note-shown', new Highlight(range));
  const pre = $('note');
  const box = range.getBoundingClientRect();
  const frame = pre.getBoundingClientRect();
  if (pre.scrollHeight > pre.clientHeight + 1) pre.scrollTop += (box.top + box.bottom - frame.top - frame.bottom) / 2;
  const after = range.getBoundingClientRect();
  if (after.top < 0 || after.bottom > innerHeight) $('note-place').scrollIntoView({ block: 'start' });
}

const choosing = new Choosing(progress);
const sheet = new Sheet(progress, (name) => {
  const entry = entries.find((one) => nameOf(one) === name);
  return entry ? caseOf(entry) : name;
}, () => choosing.draw());
const coding = new Coding(engine, { scored: (score) => scored('code', score, missesOf(score.lines)), show: showInNote, query: () => void (location.hash = addressOf('query')) });
const querying = new Querying(engine, { scored: (score, broken) => scored('query', score, { missed: [], near: [], extra: [], broken: [...new Set(broken)] }), show: showInNote });
const walk = new Walk(engine, () => entries);
progress.onchanged = () => {
  sheet.draw();
  choosing.draw();
};

/** @param {'code' | 'query'} task */
const addressOf = (task) => (desk ? `${encodeURIComponent(nameOf(desk.entry))}${task === 'query' ? '/query' : ''}` : '');

/** @param {ScenarioEntry} entry @param {Scenario} scenario @returns {Desk} */
function deskOf(entry, scenario) {
  /** @type {Promise<Report> | null} */
  let report = null;
  const { note } = scenario.before;
  return {
    entry,
    scenario,
    report() {
      report ??= engine.scan({ id: nameOf(entry), text: note, setting: scenario.setting }).catch((error) => {
        report = null;
        throw error;
      });
      return report;
    },
  };
}

async function follow() {
  const [asked = '', task] = location.hash.slice(1).split('/');
  if (asked === 'main') return; // the link that skips to the content
  const mine = ++turn;
  calm();
  if (said) trouble(said);
  said = '';
  if (asked === 'course' && !walk.course) {
    // Gone with the tab that it was opened in: its file is opened again.
    location.hash = '';
    return;
  }
  walk.at(asked, task === 'query' ? 'query' : 'code');
  if (!asked) {
    desk = null;
    $('course-place').hidden = true;
    showInNote(null);
    $('practising').hidden = true;
    $('choosing').hidden = false;
    choosing.draw();
    sheet.draw();
    if (document.body.dataset.state === 'ready') $('choosing-head').focus();
    return;
  }
  if (asked === 'course') {
    desk = null;
    showInNote(null);
    $('practising').hidden = true;
    $('choosing').hidden = true;
    $('course-place').hidden = false;
    walk.draw();
    $('walk-head').focus();
    return;
  }
  let name = asked;
  try {
    name = decodeURIComponent(asked).replace(/\.toml$/, '');
  } catch {
    // Shown as it is.
  }
  if (!desk || nameOf(desk.entry) !== name) {
    const own = walk.own.get(name);
    const entry = own?.entry ?? entries.find((one) => nameOf(one) === name);
    const scenario = await waiting('Opening the note…', async () => {
      if (!entry) throw new Error(`There is no scenario “${name.slice(0, 80)}”. Choose one of the list.`);
      return own?.scenario ?? load(engine, entry);
    });
    if (mine !== turn) return;
    if (!entry || !scenario) {
      // The list takes its place; the sentence stays.
      said = $('trouble').textContent;
      location.hash = '';
      return;
    }
    desk = deskOf(entry, scenario);
    const { level, setting } = scenario;
    $('title').textContent = caseOf(scenario);
    $('badges').replaceChildren(...[LEVELS[level] ?? '', setting].map((word) => h('span', { class: 'badge' }, word)));
    $('note').replaceChildren(document.createTextNode(scenario.before.note));
    $('note').scrollTop = 0;
    showInNote(null);
    coding.start(desk);
    querying.start(desk);
    $('choosing').hidden = true;
    $('course-place').hidden = true;
    $('practising').hidden = false;
    $('title').focus();
    // While the note is being read by a person. What fails now fails again when it is needed, and is said then.
    desk.report().catch(() => {});
  }
  const isQuery = task === 'query';
  $('task-code').ariaPressed = String(!isQuery);
  $('task-query').ariaPressed = String(isQuery);
  $('coding').hidden = isQuery;
  $('querying').hidden = !isQuery;
}

for (const task of /** @type {const} */ (['code', 'query'])) {
  $(`task-${task}`).addEventListener('click', () => void (location.hash = addressOf(task)));
}

async function start() {
  if (!(await open())) return;
  const list = await waiting('Reading the list of scenarios…', scenarios, () => void start());
  if (!list) return;
  entries = list;
  choosing.take(entries);
  window.addEventListener('hashchange', () => void follow());
  await follow();
  document.body.dataset.state = 'ready';
}

start();
