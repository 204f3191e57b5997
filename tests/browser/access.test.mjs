// WCAG 2.2 A and AA as far as a program can tell (axe-core), in every state that the panel has, light and dark, as
// narrow as 320 px.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { start } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const GAPS = `HOSPITAL COURSE:
1. CHF exacerbation. IV furosemide. Echo 03/12: LVEF 30%.
2. Gastroenteritis. Creatinine 2.1 on admission, baseline 0.9. Received IV fluids, creatinine 1.0 at discharge.
`;

/** What is wrong, one line a rule. */
async function violations(panel) {
  const { violations } = await panel.page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`);
}

/** A note with gaps, as of a stay. */
async function scanGaps(panel) {
  await panel.click('label[for=setting-inpatient]');
  await panel.press('4');
  await panel.page.$eval('#paste-text', (field, text) => void (field.value = text), GAPS);
  await panel.click('#paste-scan');
  await panel.settled();
  await panel.press('2');
}

const STATES = {
  async findings(panel) {
    await panel.open(0);
    await panel.press('w');
  },
  async 'held back, open'(panel) {
    await panel.press('h');
  },
  async rejecting(panel) {
    await panel.open(0);
    await panel.press('x');
  },
  async accepted(panel) {
    await panel.open(0);
    await panel.press('a');
    await panel.press('3');
  },
  async queries(panel) {
    await scanGaps(panel);
    await panel.page.click('#gaps-first .gap .title');
    await panel.page.waitForSelector('.gap[aria-current=true] .lint :is(.passed, li)');
    await panel.page.click('.by-hand summary');
    await panel.page.click('.gap[aria-current=true] .places input');
    await panel.page.waitForSelector('.gap[aria-current=true] .off');
  },
  async 'closing a gap, a query that is not compliant'(panel) {
    await scanGaps(panel);
    await panel.page.click('#gaps-first .gap .title');
    await panel.press('x');
    await panel.press('1');
    await panel.page.click('#gaps-closed summary');
    await panel.press('e');
    await panel.keyboard.type('An MCC is missing. ');
    await panel.page.waitForSelector('.gap[aria-current=true] .lint .error');
    await panel.press('Escape');
    await panel.press('x');
  },
  async 'checking a query'(panel) {
    await panel.press('2');
    await panel.page.click('#check summary');
    await panel.page.type('#check-text', 'Please document sepsis, it would add an MCC.');
    await panel.page.waitForSelector('#check-findings .error');
  },
  async paste(panel) {
    await panel.press('4');
  },
  async settings(panel) {
    await panel.click('#settings summary');
  },
  async keys(panel) {
    await panel.press('?');
  },
};

describe('the panel for everyone', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  for (const [name, come] of Object.entries(STATES)) {
    test(`${name}: light and dark, 420 and 320 px`, async () => {
      const page = await session.page('/');
      const panel = await session.panel(page);
      assert.equal(await panel.settled(), 'findings');
      await panel.page.evaluate(AXE);
      await come(panel);
      for (const scheme of ['light', 'dark']) {
        await panel.page.emulateMediaFeatures([
          { name: 'prefers-color-scheme', value: scheme },
          { name: 'prefers-reduced-motion', value: 'reduce' },
        ]);
        for (const width of [420, 320]) {
          await panel.page.setViewport({ width, height: 800 });
          assert.deepEqual(await violations(panel), [], `${scheme}, ${width} px`);
          const wide = await panel.page.evaluate(() => {
            const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX) || e === document.documentElement;
            const wide = [...document.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth && scrolls(e));
            return wide.map((e) => e.id || e.className || e.localName);
          });
          assert.deepEqual(wide, [], `${scheme}, ${width} px: scrolls sideways`);
        }
      }
      await page.close();
    });
  }

  test('this would notice: a label taken away, a colour made pale', async () => {
    const page = await session.page('/');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.page.evaluate(AXE);
    await panel.page.evaluate(() => {
      const pale = new CSSStyleSheet();
      pale.replaceSync('.card .title { color: #ddd !important; background: #fff !important; }');
      document.adoptedStyleSheets = [pale];
      document.getElementById('filter')?.remove();
      document.getElementById('help-open').replaceChildren();
      document.getElementById('help-open').removeAttribute('title');
    });
    const found = (await violations(panel)).map((line) => line.split(':')[0]);
    assert.ok(found.includes('color-contrast'), String(found));
    assert.ok(found.includes('button-name'), String(found));
    await page.close();
  });
});
