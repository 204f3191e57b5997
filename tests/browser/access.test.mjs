// WCAG 2.2 A and AA as far as a program can tell (axe-core), in every state that the panel has, light and dark, as
// narrow as 320 px.
// Browsers: chromium, firefox

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
async function violations({ page }) {
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
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

/** What a reader would have to scroll to sideways. */
const sideways = ({ page }) => page.evaluate(() => {
  const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX) || e === document.documentElement;
  const wide = [...document.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth && scrolls(e));
  return wide.map((e) => e.id || e.className || e.localName);
});

/** Controls and words that lie outside the width of the page. */
const outside = ({ page }) => page.evaluate(() => {
  const out = [...document.querySelectorAll('button, input:not(.hidden, [type=radio]), select, textarea, summary, p, h2')].filter((e) => {
    const { left, right, width } = e.getBoundingClientRect();
    return e.checkVisibility() && width > 1 && (left < -1 || right > innerWidth + 1);
  });
  return out.map((e) => e.id || e.className || e.textContent.slice(0, 30));
});

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
    test(`${name}: light and dark, 420 and 320 px, and at 200 %`, async () => {
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
        // A side panel of 420 px at 200 % has 210 px to lay its content out in.
        for (const width of [420, 320, 210]) {
          await panel.page.setViewport({ width, height: 800 });
          if (width === 210) assert.deepEqual(await outside(panel), [], `${scheme}, 200 %`);
          else assert.deepEqual(await violations(panel), [], `${scheme}, ${width} px`);
          assert.deepEqual(await sideways(panel), [], `${scheme}, ${width} px: scrolls sideways`);
        }
      }
      await page.close();
    });
  }

  test('with reduced motion nothing moves; without, this would notice', async () => {
    const page = await session.page('/');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.page.$eval('#progress', (progress) => void (progress.hidden = false));
    const moving = async (value) => {
      await panel.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value }]);
      return panel.page.evaluate(() => {
        const lasts = (times) => times.split(',').some((time) => Number.parseFloat(time) > 0);
        const moves = (style) => (style.animationName !== 'none' && lasts(style.animationDuration)) || lasts(style.transitionDuration) || style.scrollBehavior === 'smooth';
        return [...document.querySelectorAll('*')].filter((e) => [undefined, '::before', '::after'].some((part) => moves(getComputedStyle(e, part)))).map((e) => e.id || e.localName);
      });
    };
    assert.deepEqual(await moving('no-preference'), ['progress']);
    assert.deepEqual(await moving('reduce'), []);
    await page.close();
  });

  test('this would notice: a label taken away, a colour made pale, a button too wide', async () => {
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
    assert.deepEqual(await outside(panel), []);
    await panel.page.evaluate(() => {
      const wide = new CSSStyleSheet();
      wide.replaceSync('#scan { min-width: 900px; }');
      document.adoptedStyleSheets = [wide];
    });
    assert.deepEqual(await outside(panel), ['scan']);
    assert.ok((await sideways(panel)).length > 0);
    await page.close();
  });
});

describe('the options page for everyone', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  test('light and dark, from 900 to 320 px, and at 200 %; with files, refusals, and a policy', async () => {
    const page = await session.options();
    await page.evaluate(async () => {
      const file = { name: 'our-rules-of-the-whole-system-2026.toml', text: 'off = []', about: '3 rules, 1 rule switched off' };
      chrome.permissions.getAll = async () => ({ origins: ['https://a-rather-long-name-of-an-ehr.hospital.example.org/*'], permissions: [] });
      await chrome.storage.local.set({ facility: { rules: [file], template: file }, settings: { theme: 'pink' } });
    });
    await page.waitForSelector('#rules li');
    await page.$eval('#rules-said', (p) => void (p.textContent = 'our.toml, line 4: unknown variant. The file was not used.'));
    await page.$eval('#policy', (p) => void ((p.hidden = false), (p.textContent = 'Your organization has set: defaultSetting.')));
    await page.evaluate(AXE);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      for (const width of [900, 420, 320, 210]) {
        await page.setViewport({ width, height: 800 });
        if (width > 210) assert.deepEqual(await violations({ page }), [], `${scheme}, ${width} px`);
        assert.deepEqual(await sideways({ page }), [], `${scheme}, ${width} px: scrolls sideways`);
        assert.deepEqual(await outside({ page }), [], `${scheme}, ${width} px: outside`);
      }
    }
    await page.evaluate(() => chrome.storage.local.clear());
    await page.close();
  });

  test('every control is reached by Tab, in the order of the page, and is seen to be', async () => {
    const page = await session.options();
    const all = await page.$$eval('select, input, textarea, button', (controls) => controls.map((c) => c.id || c.dataset.command || c.textContent));
    const reached = [];
    for (let presses = 0; presses < all.length; presses++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        const seen = element.classList.contains('hidden') ? element.parentElement.querySelector('.choose') : element;
        const { outlineStyle, outlineWidth } = getComputedStyle(seen);
        return { name: element.id || element.dataset.command || element.textContent, seen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 };
      });
      assert.ok(at.seen, `${at.name} is not seen to have the keyboard`);
      reached.push(at.name);
    }
    assert.deepEqual(reached, all);
    await page.close();
  });

  test('a setting is chosen by keys alone, and said to be kept', async () => {
    const page = await session.options();
    await page.focus('#theme');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.getElementById('status').textContent === 'Kept.');
    assert.equal(await page.$eval('html', (html) => html.dataset.theme), 'light');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'theme');
    await page.evaluate(() => chrome.storage.local.clear());
    await page.close();
  });
});
