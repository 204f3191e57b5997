// @ts-check
/**
 * What was set, in the panel: read at the start and whenever it changes elsewhere (the options page, another panel, the
 * organization's policy), changed by the few controls that stand here. What a policy has set is shown with a lock.
 */

import { $, h, say } from './dom.js';
import { keysFor, setKeys, shown } from './keys.js';
import { holding, inForce, managedBy, mayLeave } from './settings.js';
import { drawHelp } from './view.js';

/** @import { Action, State } from './actions' */
/** @import { Facility, Host, Loaded, Settings } from './types' */
/** @import { Engine } from './engine.js' */

/** The controls of settings that a policy can take over. */
const CONTROLS = /** @type {const} */ ({ theme: 'theme', idleSeconds: 'idle', follow: 'follow' });

/**
 * @param {{ state: () => State, dispatch: (action: Action) => void, engine: Engine, host: Host, used: () => void, rescan: () => void, reopen: () => void }} panel
 */
export function preferences({ state, dispatch, engine, host, used, rescan, reopen }) {
  /** What the person has set, without the policy's values. @type {Partial<Settings>} */
  let own = {};

  /** @param {Facility} facility */
  const nameOf = ({ rules, synonyms, template }) => JSON.stringify([rules, synonyms, template].flat().map((file) => file && [file.name, file.text]));

  /** @param {Loaded} loaded @returns {boolean} whether the facility's files are others than before */
  function take({ settings, policy, facility }) {
    own = settings;
    const held = holding(own, policy);
    const now = inForce(facility, policy);
    const others = nameOf(now) !== nameOf(engine.facility);
    engine.facility = now;
    setKeys(held.keys);
    writeKeys();
    lock(managedBy(policy));
    for (const way of /** @type {const} */ (['clipboard', 'print', 'file'])) document.body.classList.toggle(`no-${way}`, !mayLeave(policy, way));
    dispatch({ type: 'settings', settings: held, policy });
    return others;
  }

  /** @param {Set<keyof Settings>} managed */
  function lock(managed) {
    for (const [name, id] of Object.entries(CONTROLS)) {
      const control = $(id);
      const locked = managed.has(/** @type {keyof Settings} */ (name));
      control.disabled = locked;
      control.parentElement.querySelector('.lock')?.remove();
      if (locked) control.before(h('span', { class: 'lock' }, 'Set by your organization'));
    }
  }

  /** Keys that stand in the page as it was written. */
  function writeKeys() {
    for (const key of document.querySelectorAll('kbd[data-command]')) {
      key.textContent = shown(keysFor(/** @type {HTMLElement} */ (key).dataset.command ?? '')[0] ?? '');
    }
    drawHelp();
  }

  /** @param {Partial<Settings>} settings */
  function set(settings) {
    own = { ...own, ...settings };
    dispatch({ type: 'settings', settings });
    host.settings.save(own);
    used();
  }

  for (const name of /** @type {const} */ (['inpatient', 'outpatient'])) {
    $(`setting-${name}`).addEventListener('change', () => {
      set({ setting: name });
      rescan();
    });
  }
  $('theme').addEventListener('change', () => set({ theme: $('theme').value }));
  $('idle').addEventListener('change', () => set({ idleSeconds: Number($('idle').value) }));
  $('follow').addEventListener('change', () => set({ follow: $('follow').checked }));

  host.settings.watch(async () => {
    const loaded = await host.settings.load().catch(() => null);
    if (!loaded) return;
    const { setting } = state().settings;
    const others = take({ ...loaded, settings: { ...loaded.settings } });
    // The setting of care on view is this panel's own.
    dispatch({ type: 'settings', settings: { setting } });
    used();
    if (!others) return;
    say('The facility’s files have changed: the note is scanned again.');
    reopen();
  });

  return {
    /** Reads what was set. What cannot be read leaves our own values. */
    async load() {
      const loaded = await host.settings.load().catch(() => null);
      if (loaded) take(loaded);
      else writeKeys();
    },
  };
}
