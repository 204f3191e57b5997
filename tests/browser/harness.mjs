// What every browser test starts from: the packaged extension, a server for its pages, the panel and the page as a
// person meets them.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { openPanel, startChromium } from '../../xtask/browser/chromium.mjs';
import { serve } from '../../xtask/browser/serve.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const EXTENSION = process.env.CHARTSIDE_EXTENSION ?? join(ROOT, 'target/dist/chromium');
export const SITE = process.env.CHARTSIDE_SITE ?? join(ROOT, 'target/dist/site');

/** States in which the panel waits for the reader. */
const SETTLED = ['empty', 'findings', 'nothing', 'problem', 'cleared'];

/** A server for the site (/) and the tests' own pages (/pages/), and a browser with the extension. */
export async function start({ extension = EXTENSION, args = () => [] } = {}) {
  const server = await serve({ '/': SITE, '/pages/': join(ROOT, 'tests/pages') });
  const browser = await startChromium({ extension, args: args(server) });
  return {
    browser,
    server,
    async page(path) {
      const page = await browser.newPage();
      // Scrolling that takes no time can be looked at at once.
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
      await page.goto(server.origin + path, { waitUntil: 'networkidle0' });
      return page;
    },
    async panel(page) {
      return new Panel(await openPanel(browser, page));
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The panel, driven as a person drives it. */
export class Panel {
  constructor(page) {
    this.page = page;
    this.errors = [];
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => this.errors.push(`${message.type()}: ${message.text()}`));
  }

  state() {
    return this.page.$eval('body', (body) => body.dataset.state);
  }

  /** Waits until the panel has done what it was doing; gives its state. */
  async settled(timeout = 60_000) {
    await this.page.waitForFunction((states) => states.includes(document.body?.dataset.state), { timeout }, SETTLED);
    return this.state();
  }

  async text(selector) {
    return this.page.$eval(selector, (element) => (element.hidden ? '' : element.textContent.replace(/\s+/g, ' ').trim()));
  }

  click(selector) {
    return this.page.$eval(selector, (element) => element.click());
  }

  cards() {
    return this.page.$$eval('.card', (cards) =>
      cards.map((card) => ({
        code: card.dataset.code,
        tier: card.dataset.tier,
        verdict: card.dataset.verdict,
        current: card.getAttribute('aria-current') === 'true',
      })),
    );
  }

  accepted() {
    return this.page.$$eval('#accepted-list > li[data-code]', (items) => items.map((item) => item.dataset.code));
  }
}

/** What is painted under a name, in all frames of a page, and whether it can be seen. */
export async function painted(page, name) {
  const found = [];
  for (const frame of page.frames()) {
    const here = await frame.evaluate((name) => {
      const ranges = [...(CSS.highlights.get(name) ?? [])];
      return ranges.map((range) => {
        let { top, bottom } = range.getBoundingClientRect();
        let seen = bottom > top;
        for (let view = window; ; view = view.parent) {
          seen &&= top >= 0 && bottom <= view.innerHeight;
          if (view === view.parent) break;
          const frame = view.frameElement.getBoundingClientRect();
          [top, bottom] = [top + frame.top, bottom + frame.top];
        }
        return { text: range.toString().replace(/\s+/g, ' ').trim(), seen };
      });
    }, name);
    found.push(...here);
  }
  return found;
}

/** A digest of the whole DOM of a page and its frames: elements, attributes, texts, what fields hold. */
export async function domDigest(page) {
  const hash = createHash('sha256');
  for (const frame of page.frames()) {
    const whole = await frame.evaluate(() => {
      const fields = [...document.querySelectorAll('textarea, input, select')].map((field) => field.value);
      const sheets = [...document.styleSheets, ...document.adoptedStyleSheets].length;
      return JSON.stringify([document.documentElement.outerHTML, document.title, location.href, fields, sheets]);
    });
    hash.update(whole);
  }
  return hash.digest('hex');
}
