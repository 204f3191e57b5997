// @ts-check
/**
 * Demonstrate: the library of scenarios, one scenario with both notes beside each other, and the same step by step for a
 * projector. The address says which: `#sodium-result` is a scenario, `#sodium-result/3` its third step.
 */

import { codes, notes } from './compare.js';
import { filesOf, ownName, sentenceOf, tell, textOf } from './files.js';
import { CHAPTERS, entryOf, LEVELS, nameOf, scenario as load, scenarios } from './library.js';
import { toPractice, toScenario } from './links.js';
import { answerKey, handOut } from './demonstrate-paper.js';
import { badges, balance, besides, codeTable, compared, gapList, marked, missingList, queryBody, teachingList } from './scenario-view.js';
import { calm, engine, open, trouble, waiting } from './site.js';
import { $, h, plural, say } from './panel/dom.js';

/** @import { CodeRow, Row } from './compare.js' */
/** @import { Results } from './scenario-view.js' */
/** @import { Scenario, ScenarioEntry } from './panel/types' */

/** @typedef {{ entry: ScenarioEntry, scenario: Scenario, rows: Row[], results: Results }} Shown */

/** @type {readonly (readonly [name: string, draw: (shown: Shown) => (Node | null)[]])[]} */
const STEPS = [
  ['The note', ({ scenario }) => [h('div', { class: 'sheet columns' }, marked(scenario.before.note, []))]],
  ['What is missing', ({ scenario }) => [h('div', { class: 'halves' },
    h('div', { class: 'sheet' }, marked(scenario.before.note, scenario.missing)), missingList(scenario))]],
  ['The query', ({ scenario }) => [h('div', { class: 'sheet columns' }, queryBody(scenario))]],
  ['The note as it should read', ({ rows }) => [sides(rows)]],
  ['Codes side by side', (shown) => [balance(shown.scenario, codeRows(shown), shown.results), codeTable(codeRows(shown), shown.results), gapSides(shown)]],
  ['Teaching points', ({ scenario }) => [h('div', { class: 'sheet' }, teachingList(scenario))]],
];

/** @type {ScenarioEntry[]} */
let list = [];
/** From files of the reader's own, for as long as the page is open. @type {Map<ScenarioEntry, Scenario>} */
const own = new Map();
/** @type {Shown | null} */
let shown = null;
/** Step on the stage, from 1; 0 for the overview. */
let step = 0;

/** In the order in which they are reported, as the engine puts them. @param {Shown} of @returns {CodeRow[]} */
function codeRows({ scenario, results }) {
  const ordered = (/** @type {'before' | 'after'} */ side) => {
    const place = new Map(results[side]?.suggestions.map(({ code, sequence }) => [code, sequence ?? 1e9]));
    return scenario[side].codes.toSorted((a, b) => (place.get(a) ?? 1e9) - (place.get(b) ?? 1e9));
  };
  return codes(ordered('before'), ordered('after'), results.titles);
}

// ---- the library

const FILTERS = /** @type {const} */ ({ level: 'by-level', setting: 'by-setting', chapter: 'by-chapter', topic: 'by-topic' });

function fillFilters() {
  const names = /** @type {Record<string, (value: string) => string>} */ ({
    level: (value) => LEVELS[Number(value)] ?? value, chapter: (value) => `${value}  ${CHAPTERS[Number(value) - 1] ?? ''}`,
    setting: (value) => value[0].toUpperCase() + value.slice(1), topic: (value) => value[0].toUpperCase() + value.slice(1),
  });
  for (const [name, id] of /** @type {['level' | 'setting' | 'chapter' | 'topic', string][]} */ (Object.entries(FILTERS))) {
    const values = [...new Set(list.map((entry) => String(entry[name])))];
    values.sort((a, b) => Number(a) - Number(b) || a.localeCompare(b));
    const [all] = $(id).options;
    const chosen = $(id).value;
    $(id).replaceChildren(all, ...values.map((value) => h('option', { value }, `${names[name](value)} (${list.filter((entry) => String(entry[name]) === value).length})`)));
    $(id).value = chosen;
  }
}

/** @param {ScenarioEntry} entry */
const about = (entry) => badges(entry, `Chapter ${entry.chapter}: ${CHAPTERS[entry.chapter - 1] ?? ''}`, LEVELS[entry.level] ?? `Level ${entry.level}`);

/** @param {ScenarioEntry} entry */
function matches(entry) {
  const chosen = Object.entries(FILTERS).every(([name, id]) => !$(id).value || String(/** @type {any} */ (entry)[name]) === $(id).value);
  const text = [entry.title, entry.summary, entry.topic, CHAPTERS[entry.chapter - 1], LEVELS[entry.level]].join(' ').toLowerCase();
  return chosen && $('find').value.toLowerCase().split(/\s+/).every((/** @type {string} */ word) => text.includes(word));
}

function drawLibrary() {
  const found = list.filter(matches);
  const narrowed = found.length < list.length || $('find').value !== '';
  $('all').hidden = !narrowed;
  $('found').textContent = found.length === 0 ? 'No scenario is of this kind. Take a filter away, or show all.' : narrowed ? `${found.length} of ${plural(list.length, 'scenario')}` : plural(list.length, 'scenario');
  $('library').replaceChildren(...found.map((entry) => h('li', { class: 'sheet card', data: { file: entry.file } },
    h('h2', null, toScenario(nameOf(entry), entry.title)), h('p', null, entry.summary), about(entry), own.has(entry) && h('p', { class: 'hint' }, 'A file of yours'))));
}

/** Opens scenarios of the reader's own; the last is shown. A file of the same name takes the place of the earlier. */
async function openOwn() {
  const problems = [];
  let last = '';
  for (const file of filesOf('own')) {
    try {
      const scenario = await engine.scenario({ name: file.name, text: await textOf(file) });
      const entry = entryOf(ownName(file), scenario);
      const before = list.find((one) => one.file === entry.file);
      if (before) own.delete(before);
      own.set(entry, scenario);
      list = [entry, ...list.filter((one) => one !== before)];
      last = nameOf(entry);
    } catch (error) {
      problems.push(sentenceOf(error));
    }
  }
  tell('own-said', problems.join(' '), problems.length > 0);
  fillFilters();
  drawLibrary();
  if (!last || problems.length > 0) return;
  if (place()[0] === last) await follow();
  else location.hash = last;
}

// ---- one scenario

/** Both notes, line beside line. @param {Row[]} rows */
const sides = (rows) => {
  const made = h('div', { class: 'sides' },
    h('section', { class: 'sheet before', label: 'The note as documented' }, h('h3', null, 'As documented'), compared(rows, 'before')),
    h('section', { class: 'sheet after', label: 'The note as it should read' }, h('h3', null, 'As it should read'), compared(rows, 'after')));
  made.style.setProperty('--rows', String(rows.length));
  return made;
};

/** @param {Shown} of */
const gapSides = ({ scenario, results }) => h('div', { class: 'halves gap-sides' }, .../** @type {const} */ (['before', 'after']).map((side) => h('section', { class: 'sheet' },
  h('h3', null, side === 'before' ? 'Gaps as documented' : 'Gaps as it should read'), gapList(scenario, results, side), besides(scenario, results, side))));

/** @param {string} id @param {string} title @param {...(Node | null)} parts */
const part = (id, title, ...parts) => h('section', { id, class: 'part' }, h('h2', null, title), ...parts);

/** @param {Shown} of */
function overview(of) {
  const { scenario, rows } = of;
  return [
    part('part-notes', 'Before and after', sides(rows)),
    part('part-query', 'The query between them', h('div', { class: 'halves' },
      h('div', { class: 'sheet' }, queryBody(scenario)),
      h('div', null, h('h3', null, 'What is missing, and why it matters'), missingList(scenario)))),
    part('part-codes', 'Codes side by side', ...codesPart(of)),
    part('part-teaching', 'Teaching points', h('div', { class: 'sheet' }, teachingList(scenario))),
  ];
}

/** @param {Shown} of */
const codesPart = (of) => [balance(of.scenario, codeRows(of), of.results), codeTable(codeRows(of), of.results), gapSides(of)];

function drawScenario() {
  if (!shown) return;
  const { entry, scenario } = shown;
  const root = document.documentElement;
  $('title').textContent = scenario.title;
  $('about').replaceChildren(...(step ? [] : [h('p', { class: 'lead' }, scenario.summary), h('div', { class: 'bar wide' }, about(entry), !own.has(entry) && toPractice(nameOf(entry), 'Practise this note'))]));
  $('overview').hidden = step > 0;
  $('stage').hidden = step === 0;
  if (step) root.dataset.stage = String(step);
  else delete root.dataset.stage;
  if (!step) {
    $('overview').replaceChildren(...overview(shown));
    return;
  }
  const [name, draw] = STEPS[step - 1];
  $('steps').replaceChildren(h('ol', null, ...STEPS.map(([title], i) => h('li', null, Object.assign(toScenario(`${nameOf(entry)}/${i + 1}`, h('span', { class: 'n' }, String(i + 1)), ' ', title), { ariaCurrent: i + 1 === step ? 'step' : null })))));
  $('step-title').textContent = name;
  $('step-body').replaceChildren(...draw(shown).filter((node) => node !== null));
  // Above the bar at the bottom, what this step is about is in sight.
  $('step-body').querySelector('.differs, mark')?.scrollIntoView({ block: 'center' });
  $('back').disabled = step === 1;
  $('next').disabled = step === STEPS.length;
  say(`Step ${step} of ${STEPS.length}: ${name}.`);
}

/** The engine's own scan of both notes, and the titles of the expected codes. @param {Shown} of */
async function scan(of) {
  const { entry, scenario } = of;
  const read = (/** @type {'before' | 'after'} */ side) => engine.scan({ id: `${entry.file} ${side}`, text: scenario[side].note, setting: scenario.setting });
  const expected = [...new Set([...scenario.before.codes, ...scenario.after.codes])];
  const titles = new Map();
  for (const code of expected) titles.set(code, (await engine.explain(code).catch(() => null))?.title ?? '');
  of.results = { titles, before: await read('before'), after: await read('after') };
}

/** @param {ScenarioEntry} entry */
async function show(entry) {
  const scenario = own.get(entry) ?? (await waiting('Opening the scenario…', () => load(engine, entry), () => void follow()));
  if (!scenario) return null;
  /** @type {Shown} */
  const of = { entry, scenario, rows: notes(scenario.before.note, scenario.after.note), results: { titles: new Map(), before: null, after: null } };
  return of;
}

// ---- the address

/** @returns {[name: string, step: number]} */
function place() {
  try {
    const [name, at] = decodeURIComponent(location.hash.slice(1)).split('/');
    const n = Number(at ?? 0);
    return [name, Number.isInteger(n) && n >= 0 && n <= STEPS.length ? n : 0];
  } catch {
    return [location.hash.slice(1), 0];
  }
}

/** Shows what the address says. */
async function follow() {
  const [name, at] = place();
  const entry = list.find((one) => nameOf(one) === name);
  calm();
  document.body.dataset.state = 'opening';
  if (!entry) {
    shown = null;
    step = 0;
    delete document.documentElement.dataset.stage;
    if (name) trouble(name.startsWith('own-') ? 'Files of your own are not kept when the page is left. Open the file again.' : `There is no scenario “${name.slice(0, 60)}” here. Choose one of these.`);
    $('view-scenario').hidden = true;
    $('view-library').hidden = false;
    drawLibrary();
    document.body.dataset.state = 'library';
    return;
  }
  step = at;
  if (shown?.entry !== entry) {
    shown = null;
    const next = await show(entry);
    if (place()[0] !== name) return;
    if (!next) {
      // The others can be chosen.
      $('view-scenario').hidden = true;
      $('view-library').hidden = false;
      drawLibrary();
      document.body.dataset.state = 'trouble';
      return;
    }
    shown = next;
    step = place()[1];
    $('view-library').hidden = true;
    $('view-scenario').hidden = false;
    drawScenario();
    scrollTo(0, 0);
    $('title').focus({ preventScroll: true });
    await waiting('The engine reads both notes…', () => scan(next), () => void follow());
    if (shown !== next) return;
  }
  const was = Number(document.documentElement.dataset.stage ?? 0);
  if (was !== step) scrollTo(0, 0);
  drawScenario();
  document.body.dataset.state = step ? 'step' : 'scenario';
}

/** @param {number} to */
function go(to) {
  if (!shown || to < 0 || to > STEPS.length) return;
  location.hash = nameOf(shown.entry) + (to ? `/${to}` : '');
}

// ---- keys, buttons, paper

const whole = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => say('This browser does not show pages on the full screen.'));

/** @type {Record<string, () => void>} */
const ON_STAGE = {
  ArrowRight: () => go(Math.min(step + 1, STEPS.length)), PageDown: () => go(Math.min(step + 1, STEPS.length)), ' ': () => go(Math.min(step + 1, STEPS.length)),
  ArrowLeft: () => go(Math.max(step - 1, 1)), PageUp: () => go(Math.max(step - 1, 1)),
  Home: () => go(1), End: () => go(STEPS.length), Escape: () => go(0), f: whole,
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest('input, select, textarea')) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Space and Enter on a control are the control's.
  if (key === ' ' && target.closest('button, a, summary')) return;
  const act = key === 'l' ? () => $('large').click()
    : step && shown ? ON_STAGE[event.shiftKey && key === ' ' ? 'ArrowLeft' : key]
    : shown && key === 'p' ? () => go(1)
    : !shown && key === '/' ? () => $('find').focus()
    : undefined;
  if (!act) return;
  event.preventDefault();
  act();
});

$('present').addEventListener('click', () => go(1));
$('back').addEventListener('click', ON_STAGE.ArrowLeft);
$('next').addEventListener('click', ON_STAGE.ArrowRight);
$('end').addEventListener('click', ON_STAGE.Escape);
$('full').addEventListener('click', whole);

/** @param {'handout' | 'key'} kind @param {(shown: Shown) => Node} make */
function paper(kind, make) {
  if (!shown) return;
  $('paper').replaceChildren(make(shown));
  document.body.dataset.paper = kind;
  print();
}
$('print-handout').addEventListener('click', () => paper('handout', ({ entry, scenario }) => handOut(entry, scenario)));
$('print-key').addEventListener('click', () => paper('key', (of) => answerKey(of.entry, of.scenario, of.rows, codeRows(of), of.results)));
addEventListener('afterprint', () => {
  $('paper').replaceChildren();
  delete document.body.dataset.paper;
});

for (const id of Object.values(FILTERS)) $(id).addEventListener('change', drawLibrary);
$('find').addEventListener('input', drawLibrary);
$('filters').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
$('all').addEventListener('click', () => {
  for (const id of ['find', ...Object.values(FILTERS)]) $(id).value = '';
  drawLibrary();
  $('find').focus();
});
$('own').addEventListener('change', () => void openOwn());
addEventListener('hashchange', () => void follow());

async function start() {
  const listed = await waiting('Opening the library…', scenarios, () => void start());
  if (!listed) return void (document.body.dataset.state = 'trouble');
  list = listed;
  fillFilters();
  await follow();
  await open();
}

void start();
