// Finds a Chromium on this machine. Needs no package: it also runs before anything is installed.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const WINDOWS_FOLDERS = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name]);
const WINDOWS_FILES = [
  'Chromium\\Application\\chrome.exe',
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

const USUAL_PLACES = {
  darwin: ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: WINDOWS_FOLDERS.filter(Boolean).flatMap((folder) => WINDOWS_FILES.map((file) => join(folder, file))),
};

/** The browser's program; throws one sentence that says what to install. */
export function findChromium() {
  const own = process.env.CHARTSIDE_CHROMIUM;
  if (own) {
    if (runs(own)) return own;
    throw new Error(`CHARTSIDE_CHROMIUM names ${own}, and there is no program there.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [...onPath, ...(USUAL_PLACES[process.platform] ?? [])].find(runs);
  if (found) return found;
  throw new Error(
    'No Chromium was found. Install one (Debian, Ubuntu: sudo apt install chromium; Fedora: sudo dnf install chromium; ' +
      'macOS: brew install --cask chromium; Google Chrome and Microsoft Edge do as well), ' +
      'or set CHARTSIDE_CHROMIUM to its program.',
  );
}

function runs(program) {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
