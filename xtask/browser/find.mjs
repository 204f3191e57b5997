// Finds the browsers of this machine. Needs no package: it also runs before anything is installed.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const WINDOWS_FOLDERS = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name]).filter(Boolean);

const CHROMIUM = {
  own: 'CHARTSIDE_CHROMIUM',
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
  darwin: ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'],
  missing:
    'No Chromium was found. Install one (Debian, Ubuntu: sudo apt install chromium; Fedora: sudo dnf install chromium; ' +
    'macOS: brew install --cask chromium; Google Chrome and Microsoft Edge do as well), ' +
    'or set CHARTSIDE_CHROMIUM to its program.',
};

const FIREFOX = {
  own: 'CHARTSIDE_FIREFOX',
  // The long-term release first: it is what hospitals install.
  names: ['firefox-esr', 'firefox'],
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: ['Mozilla Firefox\\firefox.exe'],
  missing:
    'No Firefox was found. Install one (Debian: sudo apt install firefox-esr; Ubuntu: sudo apt install firefox; ' +
    'Fedora: sudo dnf install firefox; macOS: brew install --cask firefox), or set CHARTSIDE_FIREFOX to its program.',
};

export const findChromium = () => find(CHROMIUM);
export const findFirefox = () => find(FIREFOX);

/** The browser's program; throws one sentence that says what to install. */
function find({ own, names, darwin, win32, missing }) {
  const given = process.env[own];
  if (given) {
    if (runs(given)) return given;
    throw new Error(`${own} names ${given}, and there is no program there.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const onWindows = WINDOWS_FOLDERS.flatMap((folder) => win32.map((file) => join(folder, file)));
  const usual = { darwin, win32: onWindows }[process.platform] ?? [];
  const found = [...onPath, ...usual].find(runs);
  if (found) return found;
  throw new Error(missing);
}

function runs(program) {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
