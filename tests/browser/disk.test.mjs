// Nothing of a note is on the disk. A sentinel stands in the note, in the text that is pasted, in a draft; it is scanned,
// shown, copied, cleared, and the browser closed: then no file of the browser's profile holds it. The same search finds it
// when it is stored on purpose.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { start } from './harness.mjs';

/** Words that are nowhere else, in letters that no compression shortens. */
const SENTINEL = 'Quvxolberzit Wyfjandhemkup';

/** As it may be written: in one byte a character, in two, in an encoding for addresses and texts, without its space. */
const FORMS = [
  Buffer.from(SENTINEL),
  Buffer.from(SENTINEL, 'utf16le'),
  Buffer.from(encodeURIComponent(SENTINEL)),
  // What is encoded by threes looks different at each of three places; this is the part that stays.
  ...[0, 1, 2].map((at) => Buffer.from(Buffer.concat([Buffer.alloc(at), Buffer.from(SENTINEL)]).toString('base64').slice(4, -4))),
  ...SENTINEL.split(' ').map((word) => Buffer.from(word)),
];

/** The files under a folder that hold the sentinel. */
function holding(folder) {
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  return files.filter((file) => {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
    const bytes = readFileSync(file);
    return FORMS.some((form) => bytes.includes(form));
  });
}

const NOTE = `HOSPITAL COURSE for ${SENTINEL}:
1. CHF exacerbation in ${SENTINEL}. IV furosemide. Echo 03/12: LVEF 30%.
2. Essential hypertension, above goal. Increase lisinopril.
`;

/** Does `job` in a browser with a profile of its own, and gives what of the profile holds the sentinel, and how many files it has. */
async function onDisk(job) {
  const profile = mkdtempSync(join(tmpdir(), 'chartside-profile-'));
  try {
    const session = await start({ launch: () => ({ profile }) });
    try {
      const page = await session.page('/pages/note.html');
      // The page itself keeps nothing either: its server forbids it, and the note comes by a script.
      await page.$eval('#note', (element, note) => void (element.textContent = note), NOTE);
      await job(await session.panel(page), page);
    } finally {
      await session.close();
    }
    return { found: holding(profile), files: readdirSync(profile, { recursive: true }).length };
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

async function wholeJob(panel) {
  assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
  await panel.open(0);
  await panel.show(0);
  await panel.press('a');
  await panel.press('c');
  await panel.says(/^Copied/);
  await panel.press('4');
  await panel.page.$eval('#paste-text', (field, note) => void (field.value = note), NOTE);
  await panel.click('#paste-scan');
  assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
  assert.ok((await panel.text('#preview')).includes(SENTINEL), 'it has been in the panel');
  await panel.click('label[for=setting-inpatient]');
  await panel.settled();
  await panel.press('2');
  await panel.page.click('#gaps-first .gap .title');
  await panel.page.type('.gap .draft', `${SENTINEL} `);
  await panel.page.waitForSelector('.gap[aria-current=true] .lint :is(.passed, li)');
  await panel.click('#settings summary');
  await panel.click('#clear-now');
  assert.equal(await panel.settled(), 'cleared');
  assert.ok(!(await panel.page.evaluate(() => document.documentElement.outerHTML)).includes(SENTINEL), 'the panel has forgotten it');
}

const PLANTED = {
  'the storage of the extension': (sentinel) => globalThis.chrome.storage.local.set({ note: sentinel }),
  'the local storage of the panel': (sentinel) => void localStorage.setItem('note', sentinel),
  'a database of the panel': (sentinel) =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open('notes', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('notes').put(sentinel, 1);
      asked.onsuccess = () => resolve(asked.result.close());
      asked.onerror = () => reject(asked.error);
    }),
};

describe('what is left on the disk', { timeout: 300_000 }, () => {
  test('after a scan, a draft and clearing: nothing of the note', async () => {
    const { found, files } = await onDisk(wholeJob);
    assert.ok(files > 20, `a profile has more than ${files} files`);
    assert.deepEqual(found, []);
  });

  for (const [name, plant] of Object.entries(PLANTED)) {
    test(`this would notice: a note kept in ${name}`, async () => {
      const { found } = await onDisk(async (panel) => {
        await panel.settled();
        await panel.page.evaluate(plant, SENTINEL);
        await new Promise((resolve) => setTimeout(resolve, 1500)); // written behind the script's back
      });
      assert.notDeepEqual(found, []);
    });
  }
});
