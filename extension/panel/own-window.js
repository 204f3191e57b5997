// @ts-check
/**
 * The panel in a window of its own: for EHR windows that have nothing beside them, and for a second monitor.
 *
 * It goes with the reader, to the tab in which the button was clicked and to the tab that comes in front where that may
 * be read. What was before the reader in a tab is put aside, in memory only, and comes back with it. A tab that may not
 * be read leaves the panel where it is, and the panel says that its note is of another tab. There is one such window;
 * a panel beside a tab gives way to it.
 */

import { $, h } from './dom.js';
import { extensionHost } from './host-extension.js';
import { START, reduce } from './state.js';

/** @import { Host, State } from './types' */

/** @typedef {{ state: State, pasted: string, checked: string }} Sitting what is before the reader in one tab */

/** Numbers of notes are given in each tab apart from the others'. */
const NOTES = 100_000;

const GIVEN_WAY = 'Chartside is open in a window of its own, and reads this tab there. Close that window to read here.';

/** Whether this page is that window. */
export const isOwn = new URLSearchParams(location.search).has('own');

/** Opens that window for a tab. @param {number} tab */
export const openOwn = (tab) =>
  chrome.windows.create({ url: chrome.runtime.getURL(`panel/panel.html?tab=${tab}&own`), type: 'popup', width: 420, height: 900 });

/** Beside a tab: whether there is a window of its own, which takes this over. @returns {Promise<string>} a sentence if there is */
export async function givesWay() {
  const taken = await chrome.runtime.sendMessage({ type: 'window' }).catch(() => false);
  if (taken !== true) return '';
  window.close(); // a sidebar stays
  return GIVEN_WAY;
}

/**
 * A host that is always the one of the tab at hand.
 * @param {number} first
 */
export function tabHosts(first) {
  let at = first;
  /** @type {Map<number, Host>} */
  const hosts = new Map();
  const heard = { onchanged() {}, onclosed() {}, onasked() {} };
  /** @type {(tab: number, what: 'changed' | 'closed') => void} */
  let elsewhere = () => {};

  /** @param {number} tab @returns {Host} */
  function of(tab) {
    const known = hosts.get(tab);
    if (known) return known;
    const made = extensionHost(tab);
    made.onchanged = () => (tab === at ? heard.onchanged() : elsewhere(tab, 'changed'));
    made.onclosed = () => (tab === at ? heard.onclosed() : elsewhere(tab, 'closed'));
    hosts.set(tab, made);
    return made;
  }

  return {
    host: /** @type {Host} */ (new Proxy(heard, { get: (own, name) => Reflect.get(name in own ? own : of(at), name) })),
    at: () => at,
    /** @param {number} tab */
    goTo: (tab) => void (at = tab),
    /** @param {number} tab */
    drop: (tab) => hosts.delete(tab),
    clear: () => hosts.forEach((host) => host.clear()),
    /** @param {typeof elsewhere} listener */
    onElsewhere: (listener) => void (elsewhere = listener),
  };
}

/**
 * Goes with the reader from tab to tab.
 * @param {{ tabs: ReturnType<typeof tabHosts>, state: () => State, replace: (state: State) => void, forget: () => void, scan: () => void, left: string }} panel
 *   `forget` ends what is on its way and empties the fields
 */
export function goWithTabs({ tabs, state, replace, forget, scan, left }) {
  /** @type {Map<number, Sitting>} */
  const aside = new Map();
  let count = 0;

  /** @param {number} tab @param {boolean} [asked] the reader wants it read, whatever was known of it */
  function goTo(tab, asked = false) {
    showElsewhere(false);
    if (tab === tabs.at()) return void (asked && scan());
    const { settings, policy, engine, codeSet, brief, headings, refused, today } = state();
    aside.set(tabs.at(), { state: reduce(state(), { type: 'phase', phase: 'still' }), pasted: $('paste-text').value, checked: $('check-text').value });
    forget();
    tabs.goTo(tab);
    const sitting = aside.get(tab);
    aside.delete(tab);
    const next = sitting?.state ?? { ...START, settings, notes: (count += NOTES) };
    replace({ ...next, settings: { ...settings, setting: next.settings.setting }, policy, engine, codeSet, brief, headings, refused, today });
    $('paste-text').value = sitting?.pasted ?? '';
    $('check-text').value = sitting?.checked ?? '';
    if (sitting?.checked) $('check-text').dispatchEvent(new Event('input'));
    if (asked || !sitting || (!next.report && !next.problem)) scan();
    else if (next.changed) tabs.host.onchanged();
  }

  /** @param {boolean} is */
  function showElsewhere(is) {
    $('elsewhere').hidden = !is;
  }

  /** A tab has come in front. @param {number} tab */
  async function front(tab) {
    if (tab === tabs.at()) return showElsewhere(false);
    const may = await chrome.scripting.executeScript({ target: { tabId: tab }, func: () => true, injectImmediately: true }).catch(() => null);
    // Firefox answers with nothing, rather than an error, for some pages that it keeps to itself.
    if (may?.some((frame) => frame?.result === true)) goTo(tab);
    else showElsewhere(true);
  }

  tabs.onElsewhere((tab, what) => {
    const sitting = aside.get(tab);
    if (!sitting) return;
    sitting.state = reduce(sitting.state, what === 'closed' ? { type: 'clear', sentence: left } : { type: 'changed' });
    if (what === 'closed') [sitting.pasted, sitting.checked] = ['', ''];
  });

  chrome.tabs.onRemoved.addListener((tab) => {
    aside.delete(tab);
    if (tab !== tabs.at()) tabs.drop(tab);
  });

  chrome.runtime.onMessage.addListener((message, sender, answer) => {
    // Our own pages and our background script; not what runs in a page.
    if (sender.id !== chrome.runtime.id || !sender.url?.startsWith(chrome.runtime.getURL(''))) return;
    if (message?.type === 'window') answer(true);
    if (message?.type !== 'clicked' || !Number.isInteger(message.tab)) return;
    answer(true);
    goTo(message.tab, true);
    chrome.windows.getCurrent().then(({ id }) => void (id !== undefined && chrome.windows.update(id, { focused: true })));
  });

  void chrome.windows.getCurrent().then(({ id: own }) => {
    chrome.tabs.onActivated.addListener(({ tabId, windowId }) => void (windowId !== own && front(tabId)));
    chrome.windows.onFocusChanged.addListener(async (windowId) => {
      if (windowId === own || windowId === chrome.windows.WINDOW_ID_NONE) return;
      const [tab] = await chrome.tabs.query({ active: true, windowId }).catch(() => []);
      if (tab?.id !== undefined) front(tab.id);
    });
  });

  return {
    /** What was put aside goes as well. @param {string} sentence */
    clear(sentence) {
      tabs.clear();
      for (const sitting of aside.values()) {
        sitting.state = reduce(sitting.state, { type: 'clear', sentence });
        [sitting.pasted, sitting.checked] = ['', ''];
      }
    },
    /** Whether there is something to clear. */
    holds: () => [...aside.values()].some(({ state, pasted, checked }) => state.source || pasted || checked),
  };
}

/** A button in the panel beside a tab that opens the window. @param {number} tab NaN in a sidebar, which has none of its own @param {() => boolean} mayClose */
export async function offerOwn(tab, mayClose) {
  const button = $('own-window');
  button.hidden = isOwn;
  let at = tab;
  button.addEventListener('click', () => {
    const opening = openOwn(at);
    if (!mayClose()) return void $('settings').querySelector('.sheet').append(h('p', { class: 'hint' }, 'This panel stays open: it holds codes that you accepted.'));
    // A sidebar is closed in the turn of the click or not at all.
    /** @type {any} */ (chrome).sidebarAction?.close();
    opening.then(() => window.close());
  });
  if (Number.isInteger(tab) || isOwn) return;
  const { id: here } = await chrome.windows.getCurrent();
  chrome.tabs.onActivated.addListener(({ tabId, windowId }) => void (windowId === here && (at = tabId)));
  const [front] = await chrome.tabs.query({ active: true, windowId: here });
  at = front?.id ?? at;
}
