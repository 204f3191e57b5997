// @ts-check
/**
 * Author: a scenario is written in a form, with what the engine makes of it beside it, and goes out and in as a file. All of it is
 * in this tab only.
 *
 * @import { Made } from './author-live.js'
 * @import { Scenario, ScenarioEntry } from './panel/types'
 */

import { $, h, plural } from './panel/dom.js';
import { save } from './panel/save.js';
import { beside, codesOf, gapsOf } from './author-beside.js';
import { empty, fileNameOf, tooLong, written } from './author-file.js';
import { at, emptyRow, Form, put, select } from './author-form.js';
import { withoutNames } from './author-identifiers.js';
import { Live } from './author-live.js';
import { todoOf } from './author-todo.js';
import { Undo } from './author-undo.js';
import { drawBeside, drawLint, drawNamed, drawTodo, show } from './author-view.js';
import { codes, notes } from './compare.js';
import { answerKey } from './demonstrate-paper.js';
import { CHAPTERS, LEVELS, scenario as load, scenarios } from './library.js';
import { filesOf, sentenceOf, tell, textOf } from './files.js';
import { engine, open, trouble, waiting } from './site.js';

/** @typedef {{ file: string, title: string }} Origin */

const SIDES = /** @type {const} */ (['before', 'after']);

/** @type {ScenarioEntry[]} */ let entries = [];
/** @type {Made} */ let made = { before: null, after: null, findings: [], named: [], book: new Map() };
/** As it was last saved, opened or begun. */
let kept = '';
/** The file that it was opened from. @type {Origin | null} */ let origin = null;
/** The words of which the author has said that they are invented. @type {Set<string>} */ let invented = new Set();
/** Whether the engine could not answer. */
let failed = false;
/** What is to be done once the author says that what is written may go. @type {(() => void) | null} */ let wanted = null;

const form = new Form($('scenario'), { changed, refuse: (sentence) => said(sentence, true) });
const undo = new Undo();
const live = new Live(engine, {
  drafted: () => form.read(),
  texts: () => form.texts(),
  busy(busy) {
    document.body.dataset.live = busy ? 'busy' : 'settled';
    for (const side of SIDES) $(`${side}-engine`).ariaBusy = String(busy);
  },
  made(given) {
    made = given;
    failed = false;
    draw();
  },
  failed(error) {
    failed = true;
    trouble(error, () => void live.now());
  },
});

/** @param {string} sentence @param {boolean} [bad] */
const said = (sentence, bad = false) => tell('said', sentence, bad);

const isChanged = () => JSON.stringify(form.read()) !== kept;

/** All that may name a person has been looked at by the author. */
const isInvented = () => made.named.every(({ words }) => invented.has(words));

// ---- what is shown

function drawKept() {
  const open = isChanged();
  $('kept').textContent = open ? 'Not saved' : '';
  if (!open) $('sure').hidden = true;
}

function draw() {
  const scenario = form.read();
  const offered = (/** @type {string} */ place) => undo.offered(place, scenario);
  /** @type {Record<'before' | 'after', ReturnType<typeof beside> | null>} */
  const results = { before: null, after: null };
  for (const side of SIDES) {
    const report = made[side];
    results[side] = report && beside(scenario[side], report);
    show(`${side}-engine`, results[side] && report ? drawBeside(side, results[side], report, scenario[side].codes, made.book, offered)
      : [h('p', { class: 'hint' }, 'Write or paste the note: the codes and gaps that the engine finds in it come here.')]);
  }
  $('copy-note').hidden = !scenario.before.note.trim() || scenario.after.note.trim() !== '';
  show('lint', drawLint(scenario.query.text, made.findings));
  show('query-undo', [offered('query.text') && h('button', { type: 'button', class: 'small', data: { undo: 'query.text' } }, 'Undo: use the draft')]);
  for (const list of /** @type {const} */ (['missing', 'teaching'])) show(`${list}-undo`, [offered(list) && h('button', { type: 'button', class: 'small', data: { undo: list } }, 'Undo: remove')]);
  const unknown = [...made.book].filter(([, entry]) => !entry?.billable).map(([code]) => code);
  const todo = todoOf(scenario, results, made.findings, unknown);
  show('todo', drawTodo(todo));
  show('identifiers', drawNamed(made.named, (path) => String(at(scenario, path)), offered('identifiers'), isInvented()));
  $('brief-todo').textContent = todo.length === 0 ? 'Nothing left to do' : `${plural(todo.length, 'thing')} left to do`;
  $('brief-named').textContent = `${plural(made.named.length, 'place')} may name a person`;
  $('brief-named').hidden = made.named.length === 0 || isInvented();
}

/** Something was typed or chosen. */
function changed() {
  drawKept();
  live.soon();
}

/** Changes the scenario in one step, which can be taken back at its place. @param {string} place @param {readonly string[]} paths @param {Scenario} next @param {string} sentence */
function step(place, paths, next, sentence) {
  undo.note(place, paths, form.read(), next);
  form.fill(next);
  said(sentence);
  drawKept();
  draw();
  void live.now();
}

/** Takes another scenario up in the place of this one. @param {Scenario} scenario @param {Origin | null} from */
function begin(scenario, from) {
  const { title, case: said = '', topic, chapter, level, setting, summary, before, after, missing, teaching, query } = scenario;
  form.fill({ title, case: said, topic, chapter, level, setting, summary, before, after, missing, teaching, query });
  kept = JSON.stringify(form.read());
  origin = from;
  invented = new Set();
  undo.forget();
  made = { ...made, before: null, after: null, findings: [], named: [] };
  drawKept();
  draw();
  void live.now();
}

// ---- files

/** Does it, or asks first where something would be lost. @param {() => void} act */
function carefully(act) {
  if (!isChanged()) return act();
  wanted = act;
  $('sure').hidden = false;
  $('sure-keep').focus();
}

/** Opens a file, whole or not at all. @param {string} name @param {() => Promise<Scenario>} read */
async function openAs(name, read) {
  try {
    const scenario = await read();
    begin(scenario, { file: name, title: scenario.title });
    said(`${name} is open.`);
  } catch (error) {
    said(sentenceOf(error), true);
  }
}

/** @param {File} file */
const openFile = (file) => openAs(file.name, async () => {
  const text = await textOf(file);
  const why = tooLong(text.length);
  if (why) throw new Error(`${file.name} has ${why} Nothing of it was taken.`);
  return engine.scenario({ name: file.name, text });
});

async function saveFile() {
  // An engine that does not run is no reason to lose what was written.
  if (!(await live.now()) && !failed) return said('Not saved: the text was changed meanwhile. Save it again.', true);
  const scenario = form.read();
  const unknown = todoOf(scenario, { before: null, after: null }, [], []).filter(({ needed }) => needed);
  if (unknown.length > 0) {
    said(`Not saved yet. ${unknown.map(({ sentence }) => sentence).join(' ')}`, true);
    go(unknown[0].path);
    return;
  }
  if (!failed && !isInvented()) {
    said(`Not saved yet: ${plural(made.named.length, 'place')} may name a real person. Replace them all, or say that they are invented.`, true);
    $('identifiers-head').scrollIntoView();
    $('replace-all').focus();
    return;
  }
  const file = origin && origin.title === scenario.title ? origin.file : fileNameOf(scenario.title);
  const text = written(scenario);
  try {
    const why = tooLong(text.length);
    if (why) throw new Error(`Not saved: the file would have ${why}`);
    await engine.scenario({ name: file, text }).catch((error) => {
      if (error?.kind === 'input') throw error;
    });
  } catch (error) {
    said(sentenceOf(error).replace('The file was not used.', 'It was not saved.'), true);
    return;
  }
  save(file, text);
  kept = JSON.stringify(scenario);
  origin = { file, title: scenario.title };
  drawKept();
  said(`Saved as ${file}.`);
}

/** @param {string} path of a field, or the id of a button */
function go(path) {
  const place = form.field(path) ?? $(path);
  place?.scrollIntoView({ block: 'center' });
  place?.focus({ preventScroll: true });
}

// ---- buttons

/** The keyboard goes to where the step can be taken back. @param {string} path */
const toUndo = (path) => $(`${path.replace('.', '-')}-beside`)?.querySelector('[data-undo]')?.focus({ preventScroll: true });

/** @type {Record<string, (value: string, data: DOMStringMap) => void>} */
const ACTIONS = {
  take(path) {
    const [side, kind] = /** @type {['before' | 'after', 'codes' | 'gaps']} */ (path.split('.'));
    const report = made[side];
    if (!report) return;
    const next = form.read();
    put(next, path, kind === 'codes' ? codesOf(next[side], report) : gapsOf(next[side], report));
    step(path, [path], next, `The engine’s ${kind} are expected of the ${form.nameOf(`${side}.note`).toLowerCase()} now.`);
    toUndo(path);
  },
  undo(place) {
    const next = form.read();
    for (const { path, before } of undo.take(place)) put(next, path, before);
    form.fill(next);
    said('Taken back.');
    drawKept();
    draw();
    void live.now();
    if (/\./.test(place)) form.field(place)?.focus();
    else if (place === 'identifiers') $('replace-all')?.focus();
    else $(`add-${place}`).focus();
  },
  add(path, { word = '' }) {
    const next = form.read();
    put(next, path, [...at(next, path), word]);
    step(path, [path], next, `${word} is expected now.`);
    toUndo(path);
  },
  remove(path, { word = '' }) {
    const next = form.read();
    put(next, path, at(next, path).filter((/** @type {string} */ one) => one !== word));
    step(path, [path], next, `${word} is not expected any more.`);
    toUndo(path);
  },
  draft(rule) {
    const gap = made.before?.gaps.find((one) => one.rule === rule);
    if (!gap) return;
    const next = form.read();
    next.query.text = gap.query;
    step('query.text', ['query.text'], next, `The draft of ${rule} is the query now.`);
    go('query.text');
  },
  show(path, { start, end }) {
    const field = form.field(path);
    if (field && !(field instanceof HTMLSelectElement)) select(field, Number(start), Number(end));
  },
  go,
};

$('main').addEventListener('click', (/** @type {MouseEvent} */ event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest('button');
  if (!button) return;
  for (const [name, act] of Object.entries(ACTIONS)) {
    const value = button.dataset[name];
    if (value !== undefined) return act(value, button.dataset);
  }
});

for (const list of /** @type {const} */ (['missing', 'teaching'])) {
  $(`add-${list}`).addEventListener('click', () => {
    const next = form.read();
    const row = emptyRow(list);
    // What is selected in the note is what the gap is seen from.
    const { value, selectionStart, selectionEnd } = /** @type {HTMLTextAreaElement} */ (form.field('before.note'));
    if ('quote' in row) row.quote = value.slice(selectionStart, selectionEnd);
    put(next, list, [...next[list], row]);
    form.fill(next);
    changed();
    form.field(`${list}.${next[list].length - 1}.${list === 'missing' ? 'what' : 'point'}`)?.focus();
  });
  $(list).addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button');
    const row = button?.closest('li');
    const action = button?.dataset.action;
    if (!row || !action) return;
    const next = form.read();
    const i = [...$(list).children].indexOf(row);
    /** @type {any[]} */ const rows = [...next[list]];
    const to = action === 'up' ? i - 1 : i + 1;
    const [moved] = rows.splice(i, 1);
    if (action !== 'remove') rows.splice(to, 0, moved);
    put(next, list, rows);
    if (action === 'remove') {
      step(list, [list], next, `${row.ariaLabel} removed.`);
      $(`${list}-undo`).querySelector('button')?.focus();
      return;
    }
    form.fill(next);
    changed();
    const buttons = [...$(list).children[to].querySelectorAll('button:not(:disabled)')];
    (buttons.find((one) => one.dataset.action === action) ?? buttons[0]).focus();
  });
}

$('copy-note').addEventListener('click', () => {
  const next = form.read();
  next.after.note = next.before.note;
  form.fill(next);
  changed();
  draw();
  form.field('after.note')?.focus();
});
$('identifiers').addEventListener('click', async (/** @type {MouseEvent} */ event) => {
  const { id } = /** @type {HTMLElement} */ (event.target);
  if (id === 'invented') {
    for (const { words } of made.named) invented.add(words);
    draw();
    said('You said that they are invented. Save when you are ready.');
    $('save-file').focus();
  }
  if (id !== 'replace-all') return;
  // The places are to be those of the text as it stands now.
  if (!(await live.now())) return;
  const { scenario, paths } = withoutNames(form.read(), made.named);
  step('identifiers', paths, scenario, `${plural(made.named.length, 'place')} replaced. Read the texts: a search by form finds most, never all.`);
  $('identifiers').querySelector('[data-undo]')?.focus();
});

$('save-file').addEventListener('click', () => void saveFile());
$('open-file').addEventListener('change', () => {
  const [file] = filesOf('open-file');
  if (file) carefully(() => void openFile(file));
});
$('open-library').addEventListener('click', () => {
  const entry = entries.find(({ file }) => file === $('library').value);
  if (!entry) {
    said('Choose one of the library first.', true);
    $('library').focus();
    return;
  }
  carefully(() => void openAs(entry.file, () => load(engine, entry)));
});
$('new').addEventListener('click', () => carefully(() => {
  begin(empty(), null);
  said('A new scenario.');
  form.field('title')?.focus();
}));
$('sure-replace').addEventListener('click', () => {
  $('sure').hidden = true;
  wanted?.();
  wanted = null;
});
$('sure-keep').addEventListener('click', () => {
  $('sure').hidden = true;
  wanted = null;
  $('save-file').focus();
});
addEventListener('beforeunload', (event) => {
  if (isChanged()) event.preventDefault();
});

// ---- paper: the whole scenario as a sheet, whichever way printing was asked for

addEventListener('beforeprint', () => {
  const scenario = form.read();
  const results = { before: made.before, after: made.after, titles: new Map([...made.book].map(([code, entry]) => [code, entry?.title ?? ''])) };
  const entry = { ...scenario, file: '', title: scenario.title.trim() || 'Scenario without a title' };
  $('paper').replaceChildren(answerKey(entry, scenario, notes(scenario.before.note, scenario.after.note), codes(scenario.before.codes, scenario.after.codes, results.titles), results, 'Scenario'));
  document.body.dataset.paper = 'scenario';
});
addEventListener('afterprint', () => {
  $('paper').replaceChildren();
  delete document.body.dataset.paper;
});
$('print').addEventListener('click', () => window.print());

async function start() {
  const opened = await open();
  if (!opened) return;
  const list = await waiting('Reading the list of scenarios…', scenarios, () => void start());
  entries = list ?? [];
  const levels = LEVELS.map((words, level) => ({ words, of: entries.filter((entry) => entry.level === level) })).filter(({ of }) => of.length > 0);
  $('library').append(...levels.map(({ words, of }) => {
    const group = /** @type {HTMLOptGroupElement} */ (h('optgroup', null, ...of.map(({ file, title }) => h('option', { value: file }, title))));
    group.label = words;
    return group;
  }));
  await live.now();
  document.body.dataset.state = 'ready';
}

form.field('chapter')?.append(...CHAPTERS.map((words, i) => h('option', { value: String(i + 1) }, `${i + 1}  ${words}`)));
form.field('level')?.append(...LEVELS.flatMap((words, i) => (words ? [h('option', { value: String(i) }, words)] : [])));
form.fill(empty());
kept = JSON.stringify(form.read());
draw();
void start();
