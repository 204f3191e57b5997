// The panel in a window of its own: it takes over from the panel beside a tab, goes with the reader from tab to tab, keeps
// what was made in each apart, and never shows the note of one tab as another's.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSER, painted, start } from './harness.mjs';

describe('a window of its own', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  /** The window, opened from the panel beside a page. */
  async function opened(page) {
    const beside = await session.panel(page);
    await beside.settled();
    assert.equal(await session.besides(), 1);
    await beside.click('#settings summary');
    await beside.click('#own-window');
    const panel = await session.ownWindow();
    await panel.settled();
    return panel;
  }

  const reads = (panel, pattern) => panel.page.waitForFunction((source) => document.body.dataset.state === 'findings' && new RegExp(source).test(document.getElementById('tiers').textContent), { timeout: 15_000, polling: 50 }, pattern.source);
  const noneBeside = async () => {
    for (let tries = 0; tries < 100 && (await session.besides()) > 0; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    return (await session.besides()) === 0;
  };

  test('it takes over from the panel beside the tab, and goes with the reader; each tab keeps its own', async () => {
    const first = await session.page('/pages/gaps.html');
    const second = await session.page('/pages/textarea.html');
    await first.bringToFront();
    const panel = await opened(first);
    assert.ok(await noneBeside(), 'no panel beside the tab');
    await reads(panel, /heart failure/i);
    await panel.open(0);
    await panel.press('a');
    const [taken] = await panel.accepted();
    await panel.page.$eval('#check-text', (area) => void (area.value = 'a query on the first'));
    const before = await panel.text('#tiers');

    await session.click(second);
    await panel.page.waitForFunction((before) => document.body.dataset.state === 'findings' && document.getElementById('tiers').textContent.replace(/\s+/g, ' ').trim() !== before, { timeout: 15_000, polling: 50 }, before);
    assert.deepEqual(await panel.accepted(), []);
    assert.equal(await panel.page.$eval('#check-text', (area) => area.value), '');
    assert.ok(await noneBeside(), 'no panel beside the second tab');
    await panel.open(0);
    await panel.press('a');
    const [other] = await panel.accepted();

    await first.bringToFront();
    await panel.page.waitForFunction((code) => document.querySelector('#accepted-list > li')?.dataset.code === code, { timeout: 15_000, polling: 50 }, taken);
    assert.deepEqual(await panel.accepted(), [taken]);
    assert.equal(await panel.page.$eval('#check-text', (area) => area.value), 'a query on the first');
    await panel.open(0);
    await panel.show(0);
    assert.equal((await painted(first, 'chartside-current')).length, 1);

    await second.bringToFront();
    await panel.page.waitForFunction((code) => document.querySelector('#accepted-list > li')?.dataset.code === code, { timeout: 15_000, polling: 50 }, other);
    assert.deepEqual(panel.errors, []);
    await panel.page.close();
    await Promise.all([first.close(), second.close()]);
  });

  test('a tab that may not be read is not taken for the one that was', async () => {
    const other = await session.page('/pages/textarea.html');
    const page = await session.page('/pages/gaps.html');
    const panel = await opened(page);
    assert.equal(await panel.text('#elsewhere'), '');
    await other.bringToFront();
    await panel.page.waitForSelector('#elsewhere:not([hidden])', { timeout: 10_000 });
    assert.match(await panel.text('#elsewhere'), /^This is the note of another tab/);
    assert.equal(await panel.state(), 'findings');
    await page.bringToFront();
    await panel.page.waitForSelector('#elsewhere', { hidden: true, timeout: 10_000 });
    await panel.page.close();
    await Promise.all([page.close(), other.close()]);
  });

  test('what was put aside goes when its page moves on, and with “Clear now”', async () => {
    const first = await session.page('/pages/gaps.html');
    const second = await session.page('/pages/textarea.html');
    await first.bringToFront();
    const panel = await opened(first);
    await session.click(second);
    await panel.page.waitForFunction(() => document.body.dataset.state === 'findings' && !/heart failure type/i.test(document.body.textContent), { timeout: 15_000, polling: 50 });
    await first.goto(`${session.server.origin}/pages/empty.html`);
    await session.click(first);
    await panel.page.waitForFunction(() => document.body.dataset.state === 'empty', { timeout: 15_000, polling: 50 });
    assert.doesNotMatch(await panel.text('main'), /LVEF|heart failure/i);

    await second.bringToFront();
    await panel.page.waitForFunction(() => document.body.dataset.state === 'findings', { timeout: 15_000, polling: 50 });
    await first.bringToFront();
    await panel.page.waitForFunction(() => document.body.dataset.state === 'empty', { timeout: 15_000, polling: 50 });
    await panel.click('#settings summary');
    await panel.click('#clear-now');
    await second.bringToFront();
    await panel.page.waitForFunction(() => document.body.dataset.state === 'cleared', { timeout: 15_000, polling: 50 });
    assert.deepEqual(await panel.cards(), []);
    assert.deepEqual(panel.errors, []);
    await panel.page.close();
    await Promise.all([first.close(), second.close()]);
  });

  // An EHR's own window has no side panel. No button can be clicked there by a program in Chromium: the click is handed to
  // the background script, without the gesture that a side panel asks for.
  test('where nothing can stand beside a tab there is one window, and the next click comes to it', { skip: BROWSER !== 'chromium' }, async () => {
    const page = await session.page('/pages/gaps.html');
    const other = await session.page('/pages/textarea.html');
    const background = await (await session.browser.waitForTarget((target) => target.type() === 'service_worker')).worker();
    const clickIn = async (page) => {
      await page.bringToFront();
      await background.evaluate(async () => {
        const [tab] = await chrome.tabs.query({ active: true, windowType: 'normal' });
        chrome.action.onClicked.dispatch(tab);
      });
    };
    await clickIn(page);
    const panel = await session.ownWindow();
    assert.equal(await panel.settled(), 'problem'); // no click of a person, no leave to read
    await clickIn(other);
    await panel.settled();
    const windows = session.browser.targets().filter((target) => target.url().endsWith('&own'));
    assert.equal(windows.length, 1);
    assert.deepEqual(panel.errors, []);
    await panel.page.close();
    await Promise.all([page.close(), other.close()]);
  });
});
