// Firefox's sidebar is one page for a window: it reads the tab in which the button was clicked, says when another is in
// front, and keeps what was accepted.
// Browsers: firefox

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { painted, start } from './harness.mjs';

describe('the sidebar and the tabs of its window', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  const shown = (panel, selector) => panel.page.waitForSelector(selector, { visible: true, timeout: 10_000 });
  const gone = (panel, selector) => panel.page.waitForSelector(selector, { hidden: true, timeout: 10_000 });

  test('another tab in front is said; back again, all is as it was', async () => {
    const first = await session.page('/pages/frames.html');
    const panel = await session.panel(first);
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    await panel.open(0);
    await panel.press('a');
    const kept = await panel.accepted();
    const cards = await panel.cards();
    assert.equal(await panel.text('#elsewhere'), '');

    const second = await session.page('/pages/textarea.html');
    await shown(panel, '#elsewhere');
    assert.deepEqual(await panel.cards(), cards);

    await first.bringToFront();
    await gone(panel, '#elsewhere');
    assert.deepEqual(await panel.accepted(), kept);
    assert.deepEqual(panel.errors, []);
    await second.close();
    await first.close();
  });

  test('a click in another tab reads that one; the list waits for a word; the first page keeps no paint', async () => {
    const first = await session.page('/pages/frames.html');
    const panel = await session.panel(first);
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    const label = await panel.text('#read-line');
    await panel.open(0);
    await panel.press('a');
    const kept = await panel.accepted();

    const second = await session.page('/pages/textarea.html');
    assert.equal((await session.panel(second, { fresh: false })).page, panel.page);
    await panel.page.waitForFunction((label) => document.getElementById('read-line').textContent.replace(/\s+/g, ' ').trim() !== label, { timeout: 20_000, polling: 50 }, label);
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    assert.equal(await panel.text('#elsewhere'), '');
    assert.deepEqual(await panel.accepted(), kept);
    await shown(panel, '#carried');
    for (const name of ['chartside-suggested', 'chartside-current']) assert.deepEqual(await painted(first, name), []);

    await second.close();
    await panel.page.waitForFunction(() => document.body.dataset.state === 'cleared', { timeout: 10_000, polling: 50 });
    assert.deepEqual(await panel.accepted(), kept);
    assert.deepEqual(panel.errors, []);
    await first.close();
  });

  test('a pop-up window has no sidebar: there the panel is a window of its own', async () => {
    const page = await session.page('/pages/empty.html');
    const opened = session.browser.waitForTarget((target) => target.url().endsWith('/pages/textarea.html'), { timeout: 10_000 });
    await page.evaluate(() => void globalThis.open('/pages/textarea.html', 'note', 'popup,width=700,height=600'));
    const popUp = await (await opened).page();
    await popUp.waitForSelector('textarea');
    const panel = await session.panel(popUp);
    assert.match(await panel.page.evaluate(() => document.URL), /panel\.html\?tab=\d+&own$/);
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    assert.ok((await panel.cards()).length > 0);
    await panel.page.close();
    await popUp.close();
    await page.close();
  });

  test('a page that Firefox keeps extensions out of is said to be one', async () => {
    const page = await session.page('/pages/empty.html');
    // Its loading is not told to those who drive the browser.
    await page.goto('about:license', { timeout: 3_000 }).catch(() => {});
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'problem');
    assert.match(await panel.text('#problem p'), /keeps extensions out of this page/);
    await page.close();
  });
});
