// @ts-check
/**
 * Rule files, synonym files and the query template: a file is read, tried whole by the engine in its Worker, and only then kept. A file
 * that is refused changes nothing, and the sentence says line and reason.
 */

import { $, h, plural } from '../panel/dom.js';
import { Engine } from '../panel/engine.js';
import { LARGEST_FILE, MOST_FILES } from '../panel/settings.js';
import { saveFacility } from '../panel/store.js';

/** @import { Facility, FacilityFile, Policy } from '../panel/types' */

/**
 * The kinds of file. Of some there are many; of the others a new one takes the place of the old.
 * @typedef {{ many: boolean, locked: string, lockedBy: 'rulePacksLocked' | 'queryTemplatesLocked', try: (engine: Engine, file: { name: string, text: string }) => Promise<string> }} Kind
 */
/** @type {Record<keyof Facility, Kind>} */
const KINDS = {
  rules: {
    many: true,
    locked: 'Rule files are managed by your organization.',
    lockedBy: 'rulePacksLocked',
    try: async (engine, file) => inWords(await engine.addRules(file)),
  },
  synonyms: {
    many: true,
    locked: 'Synonym files are managed by your organization.',
    lockedBy: 'rulePacksLocked',
    try: async (engine, file) => plural(await engine.addSynonyms(file), 'synonym'),
  },
  template: {
    many: false,
    locked: 'The query template is managed by your organization.',
    lockedBy: 'queryTemplatesLocked',
    try: async (engine, file) => `“${(await engine.setTemplate(file)).name}”`,
  },
};
const NAMES = /** @type {(keyof Facility)[]} */ (Object.keys(KINDS));

/** The files of one kind. @param {Facility} facility @param {keyof Facility} kind @returns {readonly FacilityFile[]} */
const filesOf = (facility, kind) => (kind === 'template' ? (facility.template ? [facility.template] : []) : facility[kind]);

/** The facility with other files of one kind. @param {Facility} facility @param {keyof Facility} kind @param {readonly FacilityFile[]} files @returns {Facility} */
const withFiles = (facility, kind, files) => ({ ...facility, [kind]: KINDS[kind].many ? files : (files.at(-1) ?? null) });

/** @param {{ rules: number, off: number, definitions: number }} holding */
function inWords({ rules, off, definitions }) {
  const parts = [rules && plural(rules, 'rule'), off && `${plural(off, 'rule')} switched off`, definitions && `${plural(definitions, 'definition')} chosen`];
  return parts.filter(Boolean).join(', ') || 'nothing in it';
}

/** @param {string} id @param {string} sentence @param {boolean} [good] */
function said(id, sentence, good = false) {
  const place = $(id);
  place.classList.toggle('good', good);
  place.textContent = sentence;
}

/** @param {File} file @returns {Promise<{ name: string, text: string }>} */
async function textOf(file) {
  const name = file.name.slice(0, 80);
  if (file.size > LARGEST_FILE) throw new Error(`${name} has ${plural(file.size, 'byte')}; a file has at most ${plural(LARGEST_FILE, 'byte')}. The file was not used.`);
  const text = (await file.text()).replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const bad = text.search(/[\ufffd\0]/);
  if (bad >= 0) throw new Error(`${name}, line ${text.slice(0, bad).split('\n').length}: this is no text in UTF-8. The file was not used.`);
  return { name, text };
}

/**
 * Has the engine read a file beside those that are kept.
 * @param {Facility} others @param {keyof Facility} kind @param {{ name: string, text: string }} file
 * @returns {Promise<FacilityFile>}
 */
async function tried(others, kind, file) {
  const engine = new Engine();
  engine.facility = others;
  try {
    await engine.open();
    return { ...file, about: await KINDS[kind].try(engine, file) };
  } finally {
    engine.stop();
  }
}

/** @param {() => { facility: Facility, policy: Policy }} current @param {(facility: Facility) => void} changed */
export function files(current, changed) {
  /** @param {Facility} facility */
  async function keep(facility) {
    await saveFacility(facility);
    changed(facility);
  }

  /** @param {keyof Facility} kind @param {File} file */
  async function add(kind, file) {
    said(`${kind}-said`, `Reading ${file.name}…`, true);
    document.body.dataset.state = 'trying';
    try {
      const read = await textOf(file);
      const { facility } = current();
      const rest = filesOf(facility, kind).filter(({ name }) => KINDS[kind].many && name !== read.name);
      if (rest.length >= MOST_FILES) throw new Error(`There are ${MOST_FILES} files already: remove one first.`);
      const good = await tried(withFiles(facility, kind, rest), kind, read);
      await keep(withFiles(facility, kind, [...rest, good]));
      said(`${kind}-said`, `${good.name} is in use: ${good.about}.`, true);
    } catch (error) {
      said(`${kind}-said`, error instanceof Error ? error.message : String(error));
    }
    document.body.dataset.state = 'ready';
  }

  for (const kind of NAMES) {
    const field = $(`${kind}-file`);
    field.addEventListener('change', async () => {
      const [file] = field.files;
      if (file) await add(kind, file);
      field.value = ''; // the same file may be chosen again once it is mended
    });
    $(kind).addEventListener('click', async (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest('[data-remove]'));
      const name = button?.dataset.remove;
      if (name === undefined) return;
      const { facility } = current();
      await keep(withFiles(facility, kind, filesOf(facility, kind).filter((file) => file.name !== name)));
      said(`${kind}-said`, `${name} was removed.`, true);
      field.focus();
    });
  }

  /** @param {FacilityFile} file @param {boolean} locked */
  const row = (file, locked) => h('li', null,
    h('div', { class: 'what' }, h('span', { class: 'name' }, file.name), ' ', h('span', { class: 'about' }, file.about)),
    h('button', { type: 'button', disabled: locked, data: { remove: file.name }, label: `Remove ${file.name}` }, 'Remove'));

  return {
    draw() {
      const { facility, policy } = current();
      for (const kind of NAMES) {
        const { locked, lockedBy } = KINDS[kind];
        const isLocked = !!policy[lockedBy];
        $(kind).replaceChildren(...filesOf(facility, kind).map((file) => row(file, isLocked)));
        $(`${kind}-file`).disabled = isLocked;
        const section = $(kind).closest('section');
        section.querySelector('.lock')?.remove();
        if (isLocked) section.querySelector('h2').after(h('p', { class: 'lock' }, locked));
      }
    },
  };
}
