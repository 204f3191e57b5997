// What the tests of the site's pages share: a page that is ready, axe in both themes, what is wider than the page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A page of the site that has opened its code book; what it complains of is in `page.errors`. */
export async function ready(session, path) {
  const page = await session.page(path);
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(String(error)));
  page.on('console', (message) => page.errors.push(`${message.type()}: ${message.text()}`));
  await page.setViewport({ width: 1366, height: 900 });
  await page.waitForSelector('body[data-state=ready]');
  return page;
}

/** The text of an element, its spaces made one. */
export const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent.replace(/\s+/g, ' ').trim());

/** What axe finds wrong, one line a rule. */
export async function violations(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`);
}

/** That nothing is wrong in either theme, and that nothing has to be scrolled to sideways, down to 320 px and at large type. */
export async function fitForAll(page, name) {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    for (const width of [1366, 320]) {
      await page.setViewport({ width, height: 900 });
      assert.deepEqual(await violations(page), [], `${name}, ${scheme}, ${width} px`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}, ${width} px: scrolls sideways`);
    }
  }
  await page.setViewport({ width: 1366, height: 900 });
}
