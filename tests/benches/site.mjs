// The trainers' site from a cold cache: a browser with a new profile, a page of it, and the time until its first result
// stands. Writes site.json.
//
// node tests/benches/site.mjs --site <folder of the site> --out <folder>

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as chromium from '../../xtask/browser/chromium.mjs';
import * as firefox from '../../xtask/browser/firefox.mjs';
import { serve } from '../../xtask/browser/serve.mjs';

const { values: { site, out } } = parseArgs({ options: { site: { type: 'string' }, out: { type: 'string' } } });
const TIMES = 5;
const FILE = pathToFileURL(resolve(site, 'chartside.html')).href;

/** Where it begins, and what stands when the first result does. */
const pages = (origin) => ({
  'code book, a search': [`${origin}/codebook.html#?diabetic foot ulcer`, '.book-index button[data-code]'],
  'Demonstrate, a scenario': [`${origin}/demonstrate.html#sodium-result`, 'body[data-state=scenario]'],
  'Practise, the cases': [`${origin}/practise.html`, '.choice'],
  'the one file, a search': [`${FILE}#?diabetic foot ulcer`, '.book-index button[data-code]'],
});

async function firstResult(driver, url, result) {
  const browser = await driver.start({ extension: null });
  try {
    const page = await driver.newPage(browser);
    await page.evaluateOnNewDocument((result) => {
      const look = () => {
        if (document.querySelector(result)) globalThis.stands ??= performance.now();
        else setTimeout(look, 5);
      };
      look();
    }, result);
    // What a new profile does at its start is not ours.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await page.goto(url);
    await page.waitForFunction(() => globalThis.stands > 0, { polling: 50 });
    return Math.round(await page.evaluate(() => globalThis.stands));
  } finally {
    await browser.close();
  }
}

const server = await serve({ '/': site });
try {
  const rows = [];
  for (const [name, driver] of Object.entries({ Chromium: chromium, Firefox: firefox })) {
    for (const [what, [url, result]] of Object.entries(pages(server.origin))) {
      const all = [];
      for (let time = 0; time < TIMES; time++) all.push(await firstResult(driver, url, result));
      all.sort((a, b) => a - b);
      console.error(`${name}, ${what}: ${all.join(' ')}`);
      rows.push({ browser: name, what, min: all[0], p50: all[Math.floor(TIMES / 2)], max: all[TIMES - 1] });
    }
  }
  writeFileSync(join(out, 'site.json'), `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  await server.close();
}
