// Starts Firefox with an extension, on a fresh profile that is thrown away, and opens the extension's sidebar.
//
// Everything goes over WebDriver BiDi. What it has no word for (the toolbar button, the sidebar, colour schemes) is done
// in the browser's own window, which `-remote-allow-system-access` opens to it.

import puppeteer from 'puppeteer-core';
import { findFirefox } from './find.mjs';

/** The sidebar takes a while to come on a machine that has other work. */
const PATIENCE = 20_000;

/** By browser: the extension's id, and the sidebars that are driven as pages. */
const known = new WeakMap();

/** Starts the browser. `extension` is the folder of an unpacked extension, or null; `prefs` are set before it starts. */
export async function start({ extension, headless = true, args = [], prefs = {}, env, profile, window = [1280, 900] }) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: findFirefox(),
    headless,
    defaultViewport: null,
    userDataDir: profile,
    env: { ...process.env, ...env },
    args: ['-remote-allow-system-access', `--width=${window[0]}`, `--height=${window[1]}`, ...args],
    extraPrefsFirefox: {
      // Nobody is asked, told or welcomed.
      'browser.aboutwelcome.enabled': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'sidebar.revamp': false,
      // As a person's browser has it; puppeteer opens it.
      'security.fileuri.strict_origin_policy': true,
      ...prefs,
    },
  });
  const id = extension ? await browser.installExtension(extension) : '';
  known.set(browser, { id, sidebars: new Map() });
  await inBrowser(browser, reachSidebars);
  return browser;
}

/** A tab with `emulateMediaFeatures` and `emulateMediaType`, which puppeteer has for Chromium only. */
export async function newPage(browser) {
  return withMedia(browser, await browser.newPage());
}

/**
 * Clicks the extension's toolbar button on `page`, and gives the panel that opens as a page: the sidebar of its window,
 * or the window of its own that the panel gets where there is no sidebar. The panel is a fresh one, unless `fresh` is
 * false: then an open sidebar stays as it is and reads the page.
 */
export async function openPanel(browser, page, { fresh = true } = {}) {
  await page.bringToFront();
  const { id, sidebars } = known.get(browser);
  const windows = new Set(await browser.pages());
  await inBrowser(browser, click, { context: contextOf(page), id, fresh });
  for (const until = Date.now() + PATIENCE; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
    for (const own of (await browser.pages()).filter((page) => !windows.has(page))) {
      // Puppeteer is not told that the window has gone to a page of the extension.
      if (await inBrowser(browser, isPanel, contextOf(own))) return withMedia(browser, own);
    }
    const sidebar = await inBrowser(browser, sidebarOf, { context: contextOf(page) });
    if (!sidebar) continue;
    const open = sidebars.get(sidebar.context);
    if (open?.document === sidebar.document) return open.page;
    return withMedia(browser, await adopt(browser, sidebar));
  }
  throw new Error('The sidebar did not open.');
}

/** Clicks the extension's toolbar button on `page`, whatever comes of it. */
export async function clickButton(browser, page) {
  await page.bringToFront();
  await inBrowser(browser, click, { context: contextOf(page), id: known.get(browser).id, fresh: false });
}

/** How many sidebars are open. */
export const besides = (browser) => inBrowser(browser, countSidebars);

/** The panel in a window of its own, once there is one. */
export const ownWindow = (browser) => opened(browser, new Set(), '&own');

/** The options page, in a tab. */
export async function openOptions(browser) {
  const before = new Set((await browser.pages()).map(contextOf));
  await inBrowser(browser, options, { id: known.get(browser).id });
  return opened(browser, before, '/options/options.html');
}

/** A page that the browser has opened. Puppeteer is not told of where such a one goes. */
async function opened(browser, before, ending) {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const { contexts } = (await browser.connection.send('browsingContext.getTree', { maxDepth: 0 })).result;
    const found = contexts.find(({ context, url }) => !before.has(context) && url.endsWith(ending));
    const page = found && (await browser.pages()).find((page) => contextOf(page) === found.context);
    if (page) return withMedia(browser, page);
  }
  throw new Error(`No page opened that ends in ${ending}.`);
}

/** What is saved from now on is saved in this folder, and nobody is asked. */
export function saveIn(browser, folder) {
  return inBrowser(browser, keepDownloads, folder);
}

const contextOf = (page) => page.mainFrame()._id;

/** Runs a function in the browser's own window, where all of Firefox is at hand. */
async function inBrowser(browser, run, argument = null) {
  const { connection } = browser;
  const scope = { 'moz:scope': 'chrome' };
  const { contexts } = (await connection.send('browsingContext.getTree', { maxDepth: 0, ...scope })).result;
  const expression = `JSON.stringify((${run})(${JSON.stringify(argument)}) ?? null)`;
  const { result } = await connection.send('script.evaluate', { expression, target: { context: contexts[0].context }, awaitPromise: false });
  if (result.type !== 'success') throw new Error(result.exceptionDetails.text);
  return JSON.parse(result.result.value);
}

// The next functions run in the browser's window.
/* global ChromeUtils, WebExtensionPolicy, Services */

/** BiDi knows the pages in tabs; this lets it find those in sidebars by their name as well. */
function reachSidebars() {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const usual = NavigableManager.getBrowserById;
  NavigableManager.getBrowserById = function (id) {
    for (const window of Services.wm.getEnumerator('navigator:browser')) {
      const sidebar = window.document.getElementById('sidebar')?.contentDocument?.getElementById('webext-panels-browser');
      if (sidebar?.permanentKey && this.getIdForBrowser(sidebar) === id) return sidebar;
    }
    return usual.call(this, id);
  };
}

/** A click on the toolbar button, in the window of a tab. With `fresh`, a sidebar that is open there is closed before. */
function click({ context, id, fresh }) {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');
  const { browserActionFor } = ExtensionParent.apiManager.global;
  const { topChromeWindow } = NavigableManager.getBrowsingContextById(context);
  if (fresh) topChromeWindow.SidebarController?.hide();
  const box = topChromeWindow.document.getElementById('sidebar-box');
  if (box) box.style.width = '380px'; // as wide as Chromium's side panel
  browserActionFor(WebExtensionPolicy.getByID(id).extension).triggerAction(topChromeWindow);
}

/** The sidebar beside a tab, once it has loaded the panel. */
function sidebarOf({ context }) {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const window = NavigableManager.getBrowsingContextById(context).topChromeWindow;
  const sidebar = window.document.getElementById('sidebar')?.contentDocument?.getElementById('webext-panels-browser');
  const url = sidebar?.currentURI?.spec ?? '';
  if (!url.includes('/panel/') || sidebar.webProgress?.isLoadingDocument) return null;
  sidebar.permanentKey ??= {};
  return { context: NavigableManager.getIdForBrowser(sidebar), document: sidebar.browsingContext.currentWindowGlobal.innerWindowId, url };
}

/** @param {{ context: string, features?: Record<string, string>, type?: string }} given */
function showAs({ context, features = {}, type }) {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const shown = NavigableManager.getBrowsingContextById(context);
  if (type !== undefined) shown.mediumOverride = type === 'screen' ? '' : type;
  const scheme = features['prefers-color-scheme'];
  if (scheme) shown.prefersColorSchemeOverride = scheme;
  const motion = features['prefers-reduced-motion'];
  if (motion) Services.prefs.setIntPref('ui.prefersReducedMotion', motion === 'reduce' ? 1 : 0);
}

function countSidebars() {
  return [...Services.wm.getEnumerator('navigator:browser')].filter((window) => window.SidebarController.isOpen).length;
}

function options({ id }) {
  const { gBrowser } = Services.wm.getMostRecentWindow('navigator:browser');
  gBrowser.selectedTab = gBrowser.addTrustedTab(WebExtensionPolicy.getByID(id).getURL('options/options.html'));
}

function isPanel(context) {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const { embedderElement } = NavigableManager.getBrowsingContextById(context) ?? {};
  return !!embedderElement?.currentURI.spec.includes('/panel/panel.html') && !embedderElement.webProgress.isLoadingDocument;
}

function keepDownloads(folder) {
  Services.prefs.setIntPref('browser.download.folderList', 2);
  Services.prefs.setCharPref('browser.download.dir', folder);
}

/** The keyboard goes to the sidebar. */
function focus({ context }) {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  NavigableManager.getBrowsingContextById(context).embedderElement.focus();
}

/** Puppeteer learns of a page by an event of the browser; there is none for a sidebar, so it is told here. */
async function adopt(browser, { context, document, url }) {
  const { sidebars } = known.get(browser);
  const { connection } = browser;
  const info = { context, url, userContext: 'default', originalOpener: null, clientWindow: '', parent: null, children: [] };
  if (sidebars.has(context)) connection.emit('browsingContext.contextDestroyed', info);
  connection.emit('browsingContext.contextCreated', info);
  const page = (await browser.pages()).find((page) => contextOf(page) === context);
  page.bringToFront = () => inBrowser(browser, focus, { context });
  sidebars.set(context, { document, page });
  return page;
}

function withMedia(browser, page) {
  const show = (how) => inBrowser(browser, showAs, { context: contextOf(page), ...how });
  page.emulateMediaFeatures = (features) => show({ features: Object.fromEntries(features.map(({ name, value }) => [name, value])) });
  page.emulateMediaType = (type) => show({ type: type ?? 'screen' });
  return page;
}
