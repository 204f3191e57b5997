// Starts Chromium with an unpacked extension, on a fresh profile that is thrown away.

import process from 'node:process';
import puppeteer from 'puppeteer-core';
import { findChromium } from './find.mjs';

/**
 * Starts the browser. `extension` is the folder of an unpacked extension, or null for a browser without one.
 * Unless a `profile` is named, puppeteer makes one and deletes it when the browser closes.
 */
export async function start({ extension, headless = true, args = [], env, profile, window = [1280, 900] }) {
  const quiet = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--window-size=${window.join(',')}`,
  ];
  if (headless) quiet.push('--disable-gpu');
  // As root Chromium refuses to start with its sandbox.
  if (process.getuid?.() === 0) quiet.push('--no-sandbox');
  const browser = await puppeteer.launch({
    executablePath: findChromium(),
    headless,
    userDataDir: profile,
    env: { ...process.env, ...env },
    pipe: true,
    enableExtensions: extension ? [extension] : false,
    defaultViewport: null,
    // Scroll bars take room on a person's screen, and a person's window has no banner about automation.
    ignoreDefaultArgs: ['--hide-scrollbars', '--enable-automation'],
    args: [...quiet, ...args],
  });
  if (extension) await installed(browser);
  return browser;
}

/** A new tab. */
export const newPage = (browser) => browser.newPage();

/** Waits until the extension's background listens to clicks: one before that is lost. */
async function installed(browser) {
  const target = await browser.waitForTarget((target) => target.type() === 'service_worker', { timeout: 15_000 });
  const background = await target.worker();
  for (let tries = 0; tries < 100; tries++) {
    if (await background.evaluate('!!globalThis.chrome?.action?.onClicked.hasListeners()')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Clicks the extension's toolbar button on `page`, and gives the side panel that opens as a page. */
export async function openPanel(browser, page) {
  const [extension] = [...(await browser.extensions()).values()];
  const before = new Set(browser.targets());
  await page.bringToFront();
  await extension.triggerAction(page);
  const isPanel = (target) => target.url().startsWith(`chrome-extension://${extension.id}/panel/`);
  const target = await browser.waitForTarget((target) => isPanel(target) && !before.has(target), { timeout: 15_000 });
  return target.asPage();
}

/** Clicks the extension's toolbar button on `page`, whatever comes of it. */
export async function clickButton(browser, page) {
  const [extension] = [...(await browser.extensions()).values()];
  await page.bringToFront();
  await extension.triggerAction(page);
}

/** How many panels stand beside tabs. */
export const besides = async (browser) => browser.targets().filter((target) => /panel\.html\?tab=\d+$/.test(target.url())).length;

/** The panel in a window of its own, once there is one. */
export async function ownWindow(browser) {
  const target = await browser.waitForTarget((target) => target.url().endsWith('&own'), { timeout: 15_000 });
  return target.asPage();
}

/** The options page, in a tab. */
export async function openOptions(browser) {
  const [id] = [...(await browser.extensions()).keys()];
  const page = await browser.newPage();
  await page.goto(`chrome-extension://${id}/options/options.html`);
  return page;
}

/** What is saved from now on is saved in this folder, and nobody is asked. */
export async function saveIn(browser, folder) {
  const client = await browser.target().createCDPSession();
  await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
}
