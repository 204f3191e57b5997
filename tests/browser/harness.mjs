// What every browser test starts from: the packaged extension, a server for its pages, the panel and the page as a
// person meets them. The same in Chromium and in Firefox: CHARTSIDE_BROWSER says in which, and a test file with the line
// `// Browsers: chromium, firefox` is run in both.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as chromium from '../../xtask/browser/chromium.mjs';
import * as firefox from '../../xtask/browser/firefox.mjs';
import { serve } from '../../xtask/browser/serve.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The browser at hand: 'chromium' or 'firefox'. */
export const BROWSER = process.env.CHARTSIDE_BROWSER || 'chromium';
/** The unpacked extension of a browser. */
export const extensionFor = (browser) => join(process.env.CHARTSIDE_EXTENSIONS ?? join(ROOT, 'target/dist'), browser);
export const EXTENSION = extensionFor(BROWSER);
/** The packages that are looked at without a browser. */
export const PACKAGES = (process.env.CHARTSIDE_PACKAGES || 'chromium,firefox').split(',');
export const SITE = process.env.CHARTSIDE_SITE ?? join(ROOT, 'target/dist/site');

const driver = { chromium, firefox }[BROWSER];
if (!driver) throw new Error(`CHARTSIDE_BROWSER is ${BROWSER}; it may be chromium or firefox.`);

/** States in which the panel waits for the reader. */
const SETTLED = ['empty', 'findings', 'nothing', 'problem', 'cleared'];

/**
 * A copy of the extension with something changed: `change(file, edit)` gets the paths of the copy's files by name, and
 * a function that rewrites one as text and fails if that changes nothing.
 */
export function variant(change) {
  const folder = mkdtempSync(join(tmpdir(), 'chartside-variant-'));
  cpSync(EXTENSION, folder, { recursive: true });
  const file = (name) => join(folder, name);
  change(file, (name, rewrite) => {
    const before = readFileSync(file(name), 'utf8');
    const after = rewrite(before);
    if (after === before) throw new Error(`nothing was changed in ${name}`);
    writeFileSync(file(name), after);
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** How often a page is asked whether what is waited for is there, in milliseconds. */
const POLLING = 25;

/**
 * Has a page or a frame answer `$eval`, `$$eval`, `waitForFunction` and `waitForSelector` in one message each time.
 * Puppeteer takes several, for each element found, and they were most of a run in Firefox. Arguments are values, no
 * handles; what waits gives nothing back.
 */
export function inOneMessage(page) {
  const listed = (values) => values.map((value) => JSON.stringify(value) ?? 'undefined').join(', ');
  const ask = (find, run, values) => page.evaluate(`((found) => (${run})(${['found', ...values.length ? [listed(values)] : []].join(', ')}))(${find})`);
  page.$$eval = (selector, run, ...values) => ask(`[...document.querySelectorAll(${JSON.stringify(selector)})]`, run, values);
  page.$eval = (selector, run, ...values) => {
    const name = JSON.stringify(selector);
    return ask(`document.querySelector(${name}) ?? (() => { throw new Error('nothing is there for ' + ${name}); })()`, run, values);
  };
  page.waitForFunction = async (run, { timeout = 30_000 } = {}, ...values) => {
    const asked = `Promise.resolve((${run})(${listed(values)})).then(Boolean)`;
    let why = 'it stayed as it was';
    for (const until = Date.now() + timeout; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, POLLING))) {
      try {
        if (await page.evaluate(asked)) return;
      } catch (error) {
        // A page that is on its way to another has nobody to answer.
        why = error.message;
      }
    }
    throw new Error(`waited ${timeout} ms for ${asked}: ${why}`);
  };
  const { waitForSelector } = page;
  page.waitForSelector = (selector, options = {}) =>
    'visible' in options || 'hidden' in options
      ? waitForSelector.call(page, selector, options)
      : page.waitForFunction((selector) => document.querySelector(selector), options, selector);
  return page;
}

/**
 * A server for the site (/, or another folder as `site`), the tests' own pages (/pages/) and what is made for them (/made/), and a browser with the extension. `launch(server)` may add
 * to what the browser is started with (see `start` in xtask/browser/).
 */
export async function start({ extension = EXTENSION, site = SITE, launch = () => ({}) } = {}) {
  if (extension && !existsSync(join(extension, 'manifest.json'))) {
    throw new Error(`There is no extension at ${extension}: run 'cargo xtask build' first.`);
  }
  const server = await serve({ '/': site, '/pages/': join(ROOT, 'tests/pages'), '/made/': join(ROOT, 'target/test/made') });
  const browser = await driver.start({ extension, ...launch(server) });
  return {
    browser,
    server,
    async page(path) {
      const page = await this.at(server.origin + path);
      // The chart page loads its note by itself.
      if (path === '/') await page.waitForSelector('#note > *');
      return page;
    },
    /** A page at a whole address; `watch` is given it before anything is loaded. */
    async at(address, watch = () => {}) {
      const page = inOneMessage(await driver.newPage(browser));
      watch(page);
      // Scrolling that takes no time can be looked at at once.
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
      await page.goto(address, { waitUntil: 'load' });
      return page;
    },
    async panel(page, options) {
      return new Panel(await driver.openPanel(browser, page, options));
    },
    /** A click on the toolbar button, whatever comes of it. */
    click: (page) => driver.clickButton(browser, page),
    /** How many panels stand beside tabs. */
    besides: () => driver.besides(browser),
    /** The panel in a window of its own. */
    ownWindow: async () => new Panel(await driver.ownWindow(browser)),
    /** The options page, once it shows what is set. */
    async options() {
      const page = inOneMessage(await driver.openOptions(browser));
      await page.waitForSelector('body[data-state=ready]');
      return page;
    },
    /** What the panel saves goes into this folder. */
    saveIn: (folder) => driver.saveIn(browser, folder),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The panel, driven as a person drives it: a page of its own, or a frame of one on the trainers' site. */
export class Panel {
  constructor(page, frame = page) {
    this.page = inOneMessage(frame);
    this.keyboard = page.keyboard;
    this.errors = [];
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => this.errors.push(`${message.type()}: ${message.text()}`));
  }

  state() {
    return this.page.$eval('body', (body) => body.dataset.state);
  }

  /** Waits until the panel has done what it was doing; gives its state. */
  async settled(timeout = 30_000) {
    await this.page.waitForFunction((states) => states.includes(document.body?.dataset.state), { timeout, polling: 50 }, SETTLED);
    return this.state();
  }

  async text(selector) {
    return this.page.$eval(selector, (element) => (element.hidden ? '' : element.textContent.replace(/\s+/g, ' ').trim()));
  }

  click(selector) {
    return this.page.click(selector);
  }

  press(key) {
    return this.keyboard.press(key);
  }

  /** Waits for a sentence of the live region. */
  says(pattern) {
    return this.page.waitForFunction((source) => new RegExp(source).test(document.getElementById('status').textContent), { timeout: 10_000 }, pattern.source);
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

  /** Makes a card the current one, with a click on its title. */
  async open(index) {
    const card = (await this.page.$$('.card'))[index];
    await (await card.$('.title')).click();
    await this.page.waitForFunction((index) => document.querySelectorAll('.card')[index]?.ariaCurrent === 'true', {}, index);
  }

  /** The quotes that the current card lists. */
  quotes() {
    return this.page.$$eval('.card[aria-current=true] [data-evidence] q', (quotes) => quotes.map((quote) => quote.textContent.trim()));
  }

  /** Asks for one of them to be shown in the note, and waits until it is. */
  async show(place) {
    const button = await this.page.$(`.card[aria-current=true] [data-evidence="${place}"]`);
    await button.click();
    await this.page.waitForSelector(`.card[aria-current=true] [data-evidence="${place}"][aria-current=true]`);
    await new Promise((resolve) => setTimeout(resolve, 150)); // the answer of the page
  }

  accepted() {
    return this.page.$$eval('#accepted-list > li[data-code]', (items) => items.map((item) => item.dataset.code));
  }
}

/**
 * Runs `look(document, argument)` in a page for its document and for those of its frames, and gives all it found. (All
 * frames here are of the same origin; one that has not been loaded yet has an empty document.)
 */
async function inAllDocuments(page, look, argument) {
  return page.evaluate(
    `((look, argument) => {
      const documents = (doc) => [doc, ...[...doc.querySelectorAll('iframe')].flatMap((f) => (f.contentDocument ? documents(f.contentDocument) : []))];
      return documents(document).flatMap((doc) => look(doc, argument));
    })(${look}, ${JSON.stringify(argument)})`,
  );
}

/** What is painted under a name in a page and its frames, and whether it can be seen. */
export function painted(page, name) {
  const look = (doc, name) =>
    [...(doc.defaultView.CSS.highlights.get(name) ?? [])].map((range) => {
      let { top, bottom } = range.getBoundingClientRect();
      let seen = bottom > top;
      for (let view = doc.defaultView; ; view = view.parent) {
        seen &&= top >= 0 && bottom <= view.innerHeight;
        if (view === view.parent) break;
        const frame = view.frameElement.getBoundingClientRect();
        [top, bottom] = [top + frame.top, bottom + frame.top];
      }
      return { text: range.toString().replace(/\s+/g, ' ').trim(), seen };
    });
  return inAllDocuments(page, look, name);
}

/** How many points of a page's picture have a colour: what is painted is not what a style sheet asks for. */
export async function pointsOf(session, page, colour) {
  await page.bringToFront();
  const picture = await page.screenshot({ encoding: 'base64' });
  const desk = await session.browser.newPage();
  const points = await desk.evaluate(
    async (picture, [red, green, blue]) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      let points = 0;
      for (let i = 0; i < data.length; i += 4) points += data[i] === red && data[i + 1] === green && data[i + 2] === blue ? 1 : 0;
      return points;
    },
    picture, colour,
  );
  await desk.close();
  return points;
}

/** What is selected in the text fields of a page, as a quote. */
export async function selected(page) {
  const look = (doc) => [...doc.querySelectorAll('textarea')].map((field) => field.value.slice(field.selectionStart, field.selectionEnd));
  return (await inAllDocuments(page, look)).join('').replace(/\s+/g, ' ').trim();
}

/** What a person gets who pastes now. */
export async function pasted(session) {
  const page = await session.page('/pages/paste.html');
  await page.bringToFront();
  await page.focus('textarea');
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyV', { commands: ['Paste'] });
  await page.keyboard.up('Control');
  const text = await page.$eval('textarea', (field) => field.value);
  await page.close();
  return text;
}

/** A digest of the whole DOM of a page and its frames: elements, attributes, texts, what fields hold. */
export async function domDigest(page) {
  const look = (doc) => {
    const fields = [...doc.querySelectorAll('textarea, input, select')].map((field) => field.value);
    const sheets = doc.styleSheets.length + doc.adoptedStyleSheets.length;
    return [doc.documentElement.outerHTML, doc.title, doc.location.href, fields, sheets];
  };
  return createHash('sha256').update(JSON.stringify(await inAllDocuments(page, look))).digest('hex');
}
