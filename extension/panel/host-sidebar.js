// @ts-check
/**
 * The note beside Firefox's sidebar. A sidebar belongs to a window, and a page of its own for each tab would be loaded
 * anew, and forget what was accepted, whenever the reader looks at another tab. So one page stays: it reads the tab in
 * which the toolbar button was clicked last, and says so while another one is in front.
 */

import { extensionHost } from './host-extension.js';

/** @import { Host } from './types' */

/** @returns {Host} */
export function sidebarHost() {
  /** By tab. @type {Map<number, Host>} */
  const hosts = new Map();
  let bound = NaN;
  let current = extensionHost(bound);

  /** @param {number} tab */
  function bind(tab) {
    if (tab === bound) return;
    current.clear();
    const next = hosts.get(tab) ?? extensionHost(tab);
    hosts.set(tab, next);
    bound = tab;
    current = next;
    next.onchanged = () => next === current && host.onchanged();
    next.onclosed = () => next === current && host.onclosed();
  }

  /** @type {Host} */
  const own = /** @type {any} */ ({
    async list() {
      if (Number.isNaN(bound)) {
        const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
        bind(tab?.id ?? NaN);
      }
      return current.list();
    },
    onchanged() {},
    onclosed() {},
    onasked() {},
    onaway() {},
  });
  /** Everything else is the tab's own. @type {Host} */
  const host = new Proxy(own, { get: (own, name) => Reflect.get(name in own ? own : current, name) });

  const here = chrome.windows.getCurrent();
  // It gives no answer, not even a promise of one: a window of its own answers.
  chrome.runtime.onMessage.addListener((message, sender) => {
    if (sender.id === chrome.runtime.id && message?.type === 'clicked') clicked(message.window, message.tab);
  });
  /** @param {number} window @param {number} tab */
  async function clicked(window, tab) {
    if (window !== (await here).id) return;
    bind(tab);
    host.onaway?.(false);
    host.onasked();
  }
  chrome.tabs.onActivated.addListener(async ({ tabId, windowId }) => {
    if (windowId === (await here).id) host.onaway?.(!Number.isNaN(bound) && tabId !== bound);
  });
  chrome.tabs.onRemoved.addListener((tabId) => {
    hosts.delete(tabId);
    if (tabId !== bound) return;
    bound = NaN;
    host.onaway?.(false);
  });

  return host;
}
