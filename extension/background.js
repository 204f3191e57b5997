// @ts-check
/**
 * Opens the panel on the user's click (or its keyboard shortcut), and nothing else.
 *
 * The click is what grants `activeTab`; the panel then reads the tab by itself, over ports that it opens to the
 * content script. This script listens to no port and never receives text of a note: it passes on a tab's number.
 */

chrome.action.onClicked.addListener((tab) => {
  if (tab.id === undefined) return;
  // Both calls stand in the same turn as the click: `open` is refused after an await.
  const path = `panel/panel.html?tab=${tab.id}`;
  const beside = openBeside(tab.id, tab.windowId, path);
  // A panel that is open already reads again, now with the click's permission; one in a window of its own comes to this
  // tab, and says so. Nobody listens on the first click.
  const taken = chrome.runtime.sendMessage({ type: 'clicked', tab: tab.id, window: tab.windowId }).catch(() => false);
  beside.catch(async () => (await taken) === true || openWindow(`${path}&own`));
});

/**
 * Beside the tab: Chromium's side panel, with a page of its own for each tab, or Firefox's sidebar, which is one page for
 * a window (`panel/host-sidebar.js`).
 * @param {number} tabId
 * @param {number} windowId
 * @param {string} path
 * @returns {Promise<unknown>}
 */
function openBeside(tabId, windowId, path) {
  const { sidePanel, sidebarAction } = /** @type {any} */ (chrome);
  if (!sidePanel) {
    // In a pop-up window Firefox does nothing, and says that it went well.
    const isPopUp = chrome.windows.get(windowId).then(({ type }) => type !== 'normal' && Promise.reject(new Error('a pop-up')));
    return Promise.all([sidebarAction.open(), isPopUp]);
  }
  sidePanel.setOptions({ tabId, path, enabled: true });
  return sidePanel.open({ tabId });
}

/**
 * EHRs open notes in pop-up windows, which have nothing beside them: there the panel is a window of its own.
 * @param {string} path
 */
function openWindow(path) {
  return chrome.windows.create({ url: chrome.runtime.getURL(path), type: 'popup', width: 420, height: 900 });
}
