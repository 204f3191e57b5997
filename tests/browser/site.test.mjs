// The trainers' site: the same panel in a column of the page, without any extension.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Panel, painted, selected, inOneMessage, start } from './harness.mjs';

describe('the panel on the site, without the extension', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start({ extension: null })));
  after(() => session.close());

  async function open(page) {
    await page.click('#open-panel');
    await page.waitForSelector('#panel-frame');
    const frame = inOneMessage(await (await page.$('#panel-frame')).contentFrame());
    await frame.waitForSelector('body[data-state]');
    const panel = new Panel(page, frame);
    return panel;
  }

  test('every note on the chart page is scanned, and its evidence shown', async () => {
    const page = await session.page('/');
    const files = await page.$$eval('#notes-list button', (buttons) => buttons.map((button) => button.dataset.file));
    assert.ok(files.length >= 5);
    const panel = await open(page);
    for (const file of files) {
      const before = await page.$eval('#note', (note) => note.textContent);
      await page.click(`#notes-list button[data-file="${file}"]`);
      if (file !== files[0]) await page.waitForFunction((before) => document.getElementById('note').textContent !== before, {}, before);
      await panel.click('#scan');
      assert.equal(await panel.settled(), 'findings', `${file}: ${await panel.text('#problem p')}`);
      const cards = (await panel.cards()).filter((card) => card.tier !== 'held');
      assert.ok(cards.length > 0, file);
      await panel.open(0);
      const [quote] = await panel.quotes();
      await panel.show(0);
      assert.deepEqual(await painted(page, 'chartside-current'), [{ text: quote, seen: true }], file);
    }
    assert.deepEqual(panel.errors, []);
    await page.close();
  });

  test('a note in a text field is edited and scanned again', async () => {
    const page = await session.page('/');
    await page.click('[data-view=field]');
    const panel = await open(page);
    assert.equal(await panel.settled(), 'findings');
    const before = (await panel.cards()).length;
    await page.$eval('#note-edit', (field) => {
      field.value = 'Assessment:\n1. Essential hypertension. Increase lisinopril.\n';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await panel.click('#scan');
    assert.equal(await panel.settled(), 'findings');
    const cards = await panel.cards();
    assert.ok(cards.length < before);
    await panel.open(cards.findIndex((card) => card.code === 'I10'));
    await panel.show(0);
    assert.match(await selected(page), /hypertension/i);
    await page.close();
  });
});
