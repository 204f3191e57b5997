// What goes wrong, as the reader meets it: one clear sentence that says what to do, and nothing lost that was accepted.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { domDigest, painted, start, variant } from './harness.mjs';

const asSentence = /^[A-Z].*[.?]$/;

describe('a knowledge pack that cannot be used', { timeout: 300_000 }, () => {
  const PACKS = [
    { name: 'missing', change: (pack) => rmSync(pack), says: /pack is missing/ },
    { name: 'empty', change: (pack) => truncateSync(pack, 0), says: /pack.* is empty/ },
    { name: 'cut short', change: (pack) => truncateSync(pack, readFileSync(pack).length >> 1), says: /pack.* cut short/ },
    { name: 'corrupt', change: (pack) => edit(pack, (bytes) => (bytes[bytes.length >> 1] ^= 0x40)), says: /pack.* damaged/ },
    { name: 'of a newer schema', change: (pack) => edit(pack, makeNewer), says: /newer Chartside/ },
    { name: 'something else', change: (pack) => writeFileSync(pack, 'no pack at all, but long enough to be one'), says: /not a Chartside pack/ },
  ];

  function edit(file, change) {
    const bytes = readFileSync(file);
    change(bytes);
    writeFileSync(file, bytes);
  }

  /** The next schema, with the header's checksum set right (src/pack/container.rs has the layout). */
  function makeNewer(bytes) {
    bytes.writeUInt32LE(bytes.readUInt32LE(8) + 1, 8);
    const header = bytes.subarray(0, bytes.readUInt32LE(12));
    bytes.writeUInt32LE(crc32(header.subarray(20), crc32(header.subarray(0, 16))), 16);
  }

  for (const { name, change, says } of PACKS) {
    test(`${name}: said in one sentence`, async () => {
      const extension = variant((file) => change(file('knowledge.pack')));
      const session = await start({ extension: extension.folder });
      try {
        const page = await session.page('/pages/textarea.html');
        const panel = await session.panel(page);
        assert.equal(await panel.settled(), 'problem');
        const sentence = await panel.text('#problem p');
        assert.match(sentence, says);
        assert.match(sentence, asSentence);
        assert.deepEqual(await panel.cards(), []);
      } finally {
        await session.close();
        extension.remove();
      }
    });
  }
});

describe('a page that cannot be read', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  const PAGES = [
    { path: '/pages/empty.html', state: 'empty', says: /No note was found/ },
    { path: '/pages/no-note.html', state: 'nothing', says: /No codes were found/ },
  ];
  for (const { path, state, says } of PAGES) {
    test(`${path}: ${state}`, async () => {
      const page = await session.page(path);
      const panel = await session.panel(page);
      assert.equal(await panel.settled(), state);
      assert.match(await panel.text('#problem p'), says);
      assert.match(await panel.text('#problem p'), asSentence);
      await page.close();
    });
  }

  test('the page moves on after it was scanned: findings go, what was accepted stays', async () => {
    const page = await session.page('/pages/textarea.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.open(0);
    await panel.press('a');
    const kept = await panel.accepted();
    assert.equal(kept.length, 1);
    await page.goto(`${session.server.origin}/pages/empty.html`);
    await panel.page.waitForFunction(() => document.body.dataset.state !== 'findings', { timeout: 10_000 });
    await panel.settled();
    assert.match(await panel.text('#problem p'), asSentence);
    assert.deepEqual(await panel.cards(), []);
    assert.deepEqual(await panel.accepted(), kept);
    await page.close();
  });

  test('the frame with the note moves on: its evidence is not shown elsewhere, what was accepted stays', async () => {
    const page = await session.page('/pages/frames.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.open(0);
    await panel.press('a');
    const kept = await panel.accepted();
    await page.$eval('#frame', (frame) => {
      return new Promise((resolve) => {
        frame.addEventListener('load', resolve, { once: true });
        frame.src = 'no-note.html';
      });
    });
    if ((await panel.state()) === 'findings') {
      await panel.open(0);
      await panel.says(/no longer|has gone|moved on/);
    } else {
      assert.match(await panel.text('#problem p'), asSentence);
    }
    assert.deepEqual(await painted(page, 'chartside-current'), []);
    await panel.click('#tab-codes');
    await panel.click('#scan');
    assert.notEqual(await panel.settled(), 'findings');
    assert.deepEqual(await panel.accepted(), kept);
    await page.close();
  });

  test('a frame that moves on again and again while it is read', async () => {
    const page = await session.page('/pages/frames.html');
    await page.$eval('#frame', (frame) => {
      let turn = 0;
      setInterval(() => (frame.src = `inner.html?${turn++}`), 15);
    });
    const panel = await session.panel(page);
    const state = await panel.settled();
    if (state !== 'findings') assert.match(await panel.text('#problem p'), asSentence);
    assert.deepEqual(panel.errors, []);
    await page.close();
  });

  test('an edit after the scan is noticed, and evidence that is gone is not pointed at', async () => {
    const page = await session.page('/pages/frames.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.click('#settings summary');
    await panel.click('#follow');
    await panel.press('Escape'); // the settings lie over the first card
    await page.evaluate(() => {
      const doc = document.getElementById('frame').contentDocument;
      for (const item of doc.querySelectorAll('li, p')) item.textContent = 'Parking permit.';
    });
    await panel.page.waitForFunction(() => !document.getElementById('changed').hidden, { timeout: 10_000 });
    await panel.open(0);
    await panel.says(/no longer/);
    assert.deepEqual(await painted(page, 'chartside-current'), []);
    await page.close();
  });

  test('a hostile note is text and nothing else', async () => {
    const page = await session.page('/pages/hostile.html');
    const whole = await domDigest(page);
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    assert.deepEqual(await panel.accepted(), []);
    const cards = await panel.cards();
    for (const index of cards.keys()) if (cards[index].tier !== 'held') await panel.open(index);
    assert.equal(await panel.page.title(), 'Chartside');
    assert.equal(await page.title(), 'Hostile note');
    assert.equal(await panel.page.$$eval('img, script:not([src]), iframe, a', (found) => found.length), 0);
    assert.equal(await domDigest(page), whole);
    assert.deepEqual(panel.errors, []);
    await page.close();
  });

  test('five megabytes of text are scanned or refused in a sentence, and the panel lives on', async () => {
    const page = await session.page('/pages/empty.html');
    const panel = await session.panel(page);
    await panel.settled();
    await panel.click('#tab-paste');
    const line = 'Assessment: essential hypertension, controlled. Denies chest pain. Lungs are clear to auscultation.\n';
    await panel.page.$eval('#paste-text', (field, line) => void (field.value = line.repeat(Math.ceil(5e6 / line.length))), line);
    await panel.click('#paste-scan');
    const state = await panel.settled(120_000);
    if (state !== 'findings') assert.match(await panel.text('#problem p'), asSentence);
    await panel.click('#tab-paste');
    await panel.page.$eval('#paste-text', (field, line) => void (field.value = line), line);
    await panel.click('#paste-scan');
    assert.equal(await panel.settled(), 'findings');
    await page.close();
  });
});
