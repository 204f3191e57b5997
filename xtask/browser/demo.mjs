// The chart page in Chromium with the extension loaded, the panel open and the note read. With a window it stays open;
// without one (--headless) the findings are printed and screenshots left in --out.

import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openPanel, start } from './chromium.mjs';
import { serve } from './serve.mjs';

const { values: given } = parseArgs({
  options: {
    extension: { type: 'string' },
    site: { type: 'string' },
    out: { type: 'string' },
    headless: { type: 'boolean', default: false },
  },
});

const server = await serve({ '/': given.site });
let browser;
try {
  browser = await start({ extension: given.extension, headless: given.headless, window: [1360, 900] });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const [page] = await browser.pages();
await page.goto(`${server.origin}/`);
await page.waitForSelector('#note > *');
const panel = await openPanel(browser, page);
await panel.waitForFunction(() => ['findings', 'nothing', 'problem', 'empty'].includes(document.body.dataset.state), {
  timeout: 60_000,
  polling: 100,
});

if (given.headless) {
  await print(panel);
  await picture();
  await browser.close();
} else {
  console.log(`The chart page is open at ${server.origin}/ with the panel beside it. Close the window to end.`);
  process.once('SIGINT', () => browser.close());
  await new Promise((resolve) => browser.once('disconnected', resolve));
}
await server.close();

/** The findings, as the panel shows them; of what is held back, the first few. */
async function print(panel) {
  await panel.keyboard.press('h'); // cards in a closed list are empty
  const shown = await panel.evaluate(() => {
    const text = (element) => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
    return {
      lines: ['code-set', 'read-line', 'status'].map((id) => [...document.getElementById(id).childNodes].map(text).filter(Boolean).join(', ')),
      notices: [...document.querySelectorAll('#notices li')].map(text),
      problem: document.getElementById('problem').hidden ? '' : text(document.querySelector('#problem p')),
      tiers: ['suggested', 'decide', 'held'].map((tier) => ({
        name: text(document.querySelector(`#tier-${tier} h2`)),
        cards: [...document.querySelectorAll(`.card[data-tier=${tier}]`)].map((card) => ({
          code: card.dataset.code,
          title: text(card.querySelector('.title')),
          reason: text(card.querySelector('.reason')),
          quotes: [...card.querySelectorAll('.evidence q')].map(text),
        })),
      })),
    };
  });
  for (const line of [...shown.lines, ...shown.notices, shown.problem].filter(Boolean)) console.log(line);
  for (const { name, cards } of shown.tiers) {
    if (!cards.length) continue;
    console.log(`\n${name}`);
    const few = name.startsWith('Held') ? cards.slice(0, 12) : cards;
    for (const { code, title, reason, quotes } of few) {
      console.log(`  ${code.padEnd(8)} ${title}`);
      console.log(`           ${quotes.map((quote) => `“${quote}”`).join(', ')}${reason ? `  (${reason})` : ''}`);
    }
    if (few.length < cards.length) console.log(`  and ${cards.length - few.length} more`);
  }
  console.log();
  await panel.keyboard.press('h');
}

/** light.png, dark.png, narrow.png: the panel; note-with-highlights.png: the note beside it; both.png: the two. */
async function picture() {
  mkdirSync(given.out, { recursive: true });
  const save = async (name, from) => {
    const path = join(given.out, name);
    await from.screenshot({ path });
    console.log(relative(process.cwd(), path));
    return path;
  };
  const scheme = (value) => [
    { name: 'prefers-color-scheme', value },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ];
  await page.emulateMediaFeatures(scheme('light'));
  // The first finding, its evidence shown in the note.
  const first = await panel.$('.card .title');
  await panel.emulateMediaFeatures(scheme('light'));
  await panel.setViewport({ width: 420, height: 900, deviceScaleFactor: 2 });
  await first?.click();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const light = await save('light.png', panel);
  await page.setViewport({ width: 940, height: 900, deviceScaleFactor: 2 });
  const note = await save('note-with-highlights.png', page);
  await panel.emulateMediaFeatures(scheme('dark'));
  await save('dark.png', panel);
  await panel.emulateMediaFeatures(scheme('light'));
  await panel.setViewport({ width: 320, height: 900, deviceScaleFactor: 2 });
  await save('narrow.png', panel);

  const both = await browser.newPage();
  const image = (path) => `<img height="900" src="data:image/png;base64,${readFileSync(path, 'base64')}">`;
  await both.setViewport({ width: 1361, height: 900, deviceScaleFactor: 2 });
  await both.setContent(`<body style="margin: 0; display: flex; gap: 1px; background: #999">${image(note)}${image(light)}`);
  await save('both.png', both);
}
