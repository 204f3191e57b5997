// @ts-check
/**
 * A chart with invented patients, for trying Chartside: with the extension, or with the same panel in a column of the
 * page. Nothing here knows of codes. It shows a note in the three ways that web charts do: as headings, paragraphs and
 * preformatted blocks, in a text field, and in a frame.
 *
 * @typedef {{ file: string, title: string, kind: string, setting: string, date: string, patient?: string }} Entry
 */

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);

/** @param {string} file @returns {Promise<Response>} */
async function load(file) {
  const response = await fetch(`notes/${file}`);
  if (!response.ok) throw new Error(`${file} is not there: build the site again.`);
  return response;
}

/** A short line of capitals, or a short line that ends in a colon. @param {string} line */
const isHeading = (line) => /^[A-Z][A-Z /&,()'-]{3,60}:?$/.test(line.trim());
/** Columns made with spaces keep their spaces. @param {string[]} lines */
const isTabular = (lines) => lines.some((line) => /\S {3,}\S/.test(line));

/** The note as a page shows it. @param {Document} doc @param {string} text @returns {HTMLElement[]} */
function rendered(doc, text) {
  /** @type {HTMLElement[]} */
  const blocks = [];
  /** @param {string} tag @param {string} words */
  const add = (tag, words) => {
    const element = doc.createElement(tag);
    element.textContent = words;
    blocks.push(element);
  };
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line.trim());
    if (lines[0] && isHeading(lines[0])) add('h2', /** @type {string} */ (lines.shift()));
    if (lines.length) add(isTabular(lines) ? 'pre' : 'p', lines.join('\n'));
  }
  return blocks;
}

let text = '';
let view = 'page';

function draw() {
  $('note').hidden = view !== 'page';
  $('note-edit').hidden = view !== 'field';
  $('note-frame').hidden = view !== 'frame';
  $('note').replaceChildren(...(view === 'page' ? rendered(document, text) : []));
  $('note-edit').value = view === 'field' ? text : '';
  const inner = /** @type {Document | null} */ ($('note-frame').contentDocument);
  inner?.body?.replaceChildren(...(view === 'frame' ? rendered(inner, text) : []));
  for (const button of document.querySelectorAll('.shown button')) {
    button.setAttribute('aria-pressed', String(/** @type {HTMLElement} */ (button).dataset.view === view));
  }
}

/** @param {Entry} entry */
async function open(entry) {
  text = await (await load(entry.file)).text();
  $('patient').textContent = entry.patient ?? 'Invented patient';
  $('encounter').textContent = entry.kind;
  $('setting').textContent = entry.setting;
  $('note-kind').textContent = entry.kind;
  $('note-title').textContent = entry.title;
  $('note-date').textContent = entry.date;
  $('note-date').dateTime = entry.date;
  for (const button of document.querySelectorAll('#notes-list button')) {
    const here = /** @type {HTMLElement} */ (button).dataset.file === entry.file;
    /** @type {any} */ (button).ariaCurrent = here ? 'true' : null;
  }
  draw();
}

/** @param {Entry} entry */
function row(entry) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  const under = document.createElement('small');
  button.type = 'button';
  button.dataset.file = entry.file;
  under.textContent = `${entry.date} · ${entry.title}`;
  button.append(entry.kind, under);
  button.addEventListener('click', () => open(entry).catch(failed));
  item.append(button);
  return item;
}

/** @param {unknown} error */
function failed(error) {
  text = error instanceof Error ? error.message : String(error);
  draw();
}

for (const button of document.querySelectorAll('.shown button')) {
  button.addEventListener('click', () => {
    view = /** @type {HTMLElement} */ (button).dataset.view ?? 'page';
    draw();
  });
}
$('note-frame').addEventListener('load', draw);
$('open-panel').addEventListener('click', () => {
  // The frame loads when it is first seen.
  const place = $('panel-place');
  place.hidden = !place.hidden;
  $('open-panel').setAttribute('aria-pressed', String(!place.hidden));
  $('open-panel').textContent = place.hidden ? 'Open the panel here' : 'Close the panel';
});

async function start() {
  const entries = /** @type {Entry[]} */ (await (await load('index.json')).json());
  $('notes-list').replaceChildren(...entries.map(row));
  if (entries[0]) await open(entries[0]);
}

start().catch(failed);
