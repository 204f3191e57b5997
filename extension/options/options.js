// @ts-check
/** The options page: what is kept on this machine, and what an organization has set, which wins and is shown with a lock. */

import { $, h, say, showSeconds } from '../panel/dom.js';
import { save } from '../panel/save.js';
import { LARGEST_FILE, holding, managedBy, sentenceOf, settingsFrom, settingsFromFile } from '../panel/settings.js';
import { load, saveSettings, watch } from '../panel/store.js';
import { files } from './files.js';
import { keysTable } from './keys-table.js';
import { sites } from './sites.js';

/** @import { Loaded, Settings } from '../panel/types' */

/** @type {Loaded} */
let loaded = { settings: {}, refused: [], policy: {}, refusedPolicy: [], facility: { rules: [], synonyms: [], template: null } };

/** How many changes are on their way to the store. */
let saving = 0;

/** The controls by what they set. */
const CONTROLS = /** @type {const} */ ({ setting: 'setting', theme: 'theme', idleSeconds: 'idle', follow: 'follow', internal: 'internal' });

const facility = files(() => loaded, (facility) => {
  loaded = { ...loaded, facility };
  draw();
});

const origins = sites(() => loaded.policy);
const keys = keysTable(set);

/** @param {Partial<Settings>} settings @returns {Promise<string>} what is wrong with them, or nothing */
async function set(settings) {
  const next = { ...loaded.settings, ...settings };
  const { refused: [first] } = settingsFrom(next);
  if (first) return sentenceOf(first);
  loaded = { ...loaded, settings: next };
  saving++;
  await saveSettings(next).finally(() => saving--);
  draw();
  say('Kept.');
  return '';
}

function draw() {
  const { settings, policy, refused, refusedPolicy } = loaded;
  const held = holding(settings, policy);
  const managed = managedBy(policy);
  document.documentElement.dataset.theme = held.theme;
  for (const [name, id] of Object.entries(CONTROLS)) {
    const control = $(id);
    const value = held[/** @type {keyof Settings} */ (name)];
    const shown = Array.isArray(value) ? value.join('\n') : String(value);
    if (control.type === 'checkbox') control.checked = value === true;
    else if (id === 'idle') showSeconds(control, Number(value));
    else if (control.value !== shown && control !== document.activeElement) control.value = shown;
    control.disabled = managed.has(/** @type {keyof Settings} */ (name));
    const row = control.closest('.row');
    row.querySelector('.lock')?.remove();
    if (control.disabled) row.append(h('span', { class: 'lock' }, 'Set by your organization'));
  }
  const set = Object.keys(policy);
  $('policy').hidden = set.length === 0;
  $('policy').textContent = `Your organization has set: ${set.join(', ')}. What it sets cannot be changed here.`;
  const wrong = [
    ...refusedPolicy.map((r) => `The policy of your organization was refused at ${sentenceOf(r)} What held before holds still; where nothing did, its other values hold.`),
    ...refused.map((r) => `A stored setting was refused at ${sentenceOf(r)} Our own value holds.`),
  ];
  $('refused').hidden = wrong.length === 0;
  $('refused').replaceChildren(...wrong.map((sentence) => h('li', null, sentence)));
  facility.draw();
  keys.draw(held.keys, managed.has('keys'));
  origins.draw();
}

$('setting').addEventListener('change', () => set({ setting: $('setting').value }));
$('theme').addEventListener('change', () => set({ theme: $('theme').value }));
$('idle').addEventListener('change', () => set({ idleSeconds: Number($('idle').value) }));
$('follow').addEventListener('change', () => set({ follow: $('follow').checked }));
$('settings-save').addEventListener('click', () => save('chartside-settings.json', `${JSON.stringify(loaded.settings, null, 2)}\n`));
$('settings-file').addEventListener('change', async () => {
  const [file] = $('settings-file').files;
  if (!file) return;
  const place = $('settings-said');
  place.classList.remove('good');
  try {
    if (file.size > LARGEST_FILE) throw new Error(`${file.name} is too large for a settings file. Nothing was changed.`);
    const settings = settingsFromFile(await file.text());
    // Whole: what the file does not set is as delivered again.
    loaded = { ...loaded, settings: {} };
    await set(settings);
    place.classList.add('good');
    place.textContent = `The settings of ${file.name} hold.`;
  } catch (error) {
    place.textContent = error instanceof Error ? error.message : String(error);
  }
  $('settings-file').value = '';
});
$('internal').addEventListener('change', async () => {
  const internal = $('internal').value.split('\n').map((/** @type {string} */ line) => line.trim()).filter(Boolean);
  $('internal-said').textContent = await set({ internal });
});

async function begin() {
  const kept = await load();
  // What is being kept is newer; it is told when it is.
  if (saving > 0) return;
  loaded = kept;
  draw();
}

watch(begin);
await begin();
document.body.dataset.state = 'ready';
