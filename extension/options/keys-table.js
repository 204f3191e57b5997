// @ts-check
/** The keys, each with a field for another. A change that would leave two commands with one key is refused. */

import { $, h } from '../panel/dom.js';
import { KEYS, MOVABLE, faultOfKeys, ownKey } from '../panel/keys.js';

/** @import { Settings } from '../panel/types' */

/**
 * @param {(settings: Partial<Settings>) => Promise<string>} set gives what is wrong
 */
export function keysTable(set) {
  const said = (/** @type {string} */ sentence) => void ($('keys-said').textContent = sentence);
  /** @type {Map<string, HTMLInputElement>} */
  const fields = new Map();
  /** What holds. @type {Readonly<Record<string, string>>} */
  let keys = {};
  const keyOf = (/** @type {string} */ command) => keys[command] ?? ownKey(command);

  for (const [command, , help] of KEYS.filter(([command]) => MOVABLE.includes(command))) {
    const field = /** @type {HTMLInputElement} */ (h('input', { type: 'text', maxLength: 2, data: { command } }));
    field.setAttribute('autocomplete', 'off');
    field.spellcheck = false;
    fields.set(command, field);
    $('keys').append(h('label', null, h('span', null, help), field));
    field.addEventListener('focus', () => field.select());
    field.addEventListener('change', async () => {
      const key = field.value.trim().toLowerCase();
      const { [command]: _, ...rest } = keys;
      const next = key === '' || key === ownKey(command) ? rest : { ...rest, [command]: key };
      const why = faultOfKeys(next);
      // At once: the next field may change before this one is kept.
      if (!why) keys = next;
      field.value = keyOf(command);
      said(why ? `${why[0].toUpperCase()}${why.slice(1)}. The key stays as it was.` : await set({ keys: next }));
    });
  }
  $('keys-own').addEventListener('click', async () => said(await set({ keys: {} })));

  /** @param {Readonly<Record<string, string>>} now @param {boolean} locked */
  function draw(now, locked) {
    keys = now;
    for (const [command, field] of fields) {
      // Not what somebody is writing.
      if (field !== document.activeElement) field.value = keyOf(command);
      field.disabled = locked;
    }
    $('keys-own').disabled = locked;
    const section = $('keys').closest('section');
    section.querySelector('.lock')?.remove();
    if (locked) section.querySelector('h2').after(h('p', { class: 'lock' }, 'Set by your organization'));
  }
  return { draw };
}
