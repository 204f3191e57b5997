// The main job in a real browser: the note is read where it stands, its codes appear, each leads back to its words in
// the note; a person accepts, takes back, copies; and the page is afterwards as it was before.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { domDigest, painted, pasted, pointsOf, selected, start } from './harness.mjs';

const PLACES = [
  { name: 'the chart page', path: '/' },
  { name: 'the chart page, note in a text field', path: '/', view: 'field' },
  { name: 'the chart page, note in a frame', path: '/', view: 'frame' },
  { name: 'a page with a text field', path: '/pages/textarea.html' },
  { name: 'a page with a frame of the same origin', path: '/pages/frames.html' },
  { name: "a page whose policy is default-src 'none'", path: '/strict/pages/inner.html' },
];

/** How many cards a test goes through; all notes have more findings than a person would click in a test. */
const CARDS = 6;

describe('the note in the tab', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  for (const { name, path, view } of PLACES) {
    test(`${name}: scanned, shown, accepted, copied`, async () => {
      const page = await session.page(path);
      if (view) {
        await page.click(`[data-view=${view}]`);
      }
      const whole = await domDigest(page);
      const panel = await session.panel(page);
      assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
      assert.match(await panel.text('#read-line'), /^Read: .*\d+ words.*the text visible in this tab/);
      assert.match(await panel.text('#code-set'), /ICD-10-CM .*\d{4}/);

      const cards = (await panel.cards()).filter((card) => card.tier !== 'held');
      assert.ok(cards.length > 0, 'the note names conditions that it manages');
      const field = path.includes('textarea') || view === 'field';
      if (!field) {
        const marked = [...(await painted(page, 'chartside-suggested')), ...(await painted(page, 'chartside-decide'))];
        assert.ok(marked.length >= cards.length, 'every finding is marked in the note');
      }

      // Each piece of evidence, chosen in the panel, is the one that is marked in the note, and it is in sight.
      for (const [index] of cards.slice(0, CARDS).entries()) {
        await panel.open(index);
        for (const [place, quote] of (await panel.quotes()).entries()) {
          await panel.show(place);
          if (field) {
            assert.equal(await selected(page), quote);
          } else {
            assert.deepEqual(await painted(page, 'chartside-current'), [{ text: quote, seen: true }]);
          }
        }
      }

      await panel.open(0);
      await panel.press('a');
      const [first] = await panel.accepted();
      assert.equal(first, cards[0].code);
      assert.equal((await panel.cards())[0].verdict, 'accepted');
      await panel.press('u');
      assert.deepEqual(await panel.accepted(), []);
      assert.equal((await panel.cards())[0].verdict, 'open');

      const wanted = cards.slice(0, 2).map((card) => card.code);
      for (const index of wanted.keys()) {
        await panel.open(index);
        await panel.press('a');
      }
      assert.deepEqual(await panel.accepted(), wanted);
      await panel.click('#tab-accepted');
      await panel.click('#copy');
      await panel.says(/^Copied/);
      assert.equal(await domDigest(page), whole, 'the page is as it was');

      const lines = (await pasted(session)).split('\n');
      assert.deepEqual(lines.map((line) => line.split('\t')[0]), wanted);
      assert.ok(lines.every((line) => line.split('\t')[1]?.length > 3), 'each line has the title of its code');
      assert.deepEqual(panel.errors, []);
      await page.close();
    });
  }

  for (const path of ['/pages/frames.html', '/strict/pages/inner.html']) {
    test(`${path}: what is shown has its colour on a page that gives none`, async () => {
      const page = await session.page(path);
      const panel = await session.panel(page);
      assert.equal(await panel.settled(), 'findings');
      await panel.open(0);
      await panel.show(0);
      assert.ok((await pointsOf(session, page, [255, 207, 77])) > 200);
      await page.close();
    });
  }

  test('a finding that is rejected is no longer marked, and one undo brings it back', async () => {
    const page = await session.page('/pages/frames.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    const marks = async () => (await painted(page, 'chartside-suggested')).length + (await painted(page, 'chartside-decide')).length;
    const all = await marks();
    await panel.open(0);
    await panel.press('x');
    await panel.press('1');
    assert.equal((await panel.cards())[0].verdict, 'rejected');
    assert.ok((await marks()) < all);
    await panel.press('u');
    assert.equal((await panel.cards())[0].verdict, 'open');
    assert.equal(await marks(), all);
    await page.close();
  });

  test('the setting decides anew, and what was accepted stays', async () => {
    const page = await session.page('/pages/textarea.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.open(0);
    await panel.press('a');
    const kept = await panel.accepted();
    for (const setting of ['inpatient', 'outpatient']) {
      await panel.click(`label[for=setting-${setting}]`);
      assert.equal(await panel.settled(), 'findings');
      assert.ok(await panel.page.$eval(`#setting-${setting}`, (radio) => radio.checked));
      assert.deepEqual(await panel.accepted(), kept);
    }
    await page.close();
  });

  test('text pasted into the panel is scanned without a page', async () => {
    const page = await session.page('/pages/empty.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'empty');
    await panel.click('#tab-paste');
    await panel.page.type('#paste-text', 'Assessment:\n1. Essential hypertension. Increase lisinopril.\n');
    await panel.click('#paste-scan');
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    assert.match(await panel.text('#read-line'), /the text pasted here/);
    assert.ok((await panel.cards()).some((card) => card.code === 'I10'));
    await page.close();
  });

  test('the keyboard alone is enough', async () => {
    const page = await session.page('/pages/textarea.html');
    const panel = await session.panel(page);
    assert.equal(await panel.settled(), 'findings');
    await panel.page.focus('body');
    await panel.press('j');
    assert.equal((await panel.cards()).findIndex((card) => card.current), 0);
    const [quote] = await panel.quotes();
    assert.equal(await selected(page), quote);
    await panel.press('a');
    assert.equal((await panel.accepted()).length, 1);
    await panel.press('3');
    assert.equal(await panel.page.$eval('#tab-accepted', (tab) => tab.getAttribute('aria-selected')), 'true');
    await panel.press('c');
    await panel.says(/^Copied 1 code/);
    await page.close();
  });
});
