// The Queries tab in a real browser: gaps are raised, each leads to its words in the note; a person leaves indicators
// out, adds one, edits under the lint, copies, prints, saves, closes; and a gap that is closed or answered stays so.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { domDigest, painted, pasted, start } from './harness.mjs';

/** The tab with the note of `gaps.html` scanned as of a stay. */
class Queries {
  constructor(panel) {
    this.panel = panel;
    this.page = panel.page;
  }

  static async open(session, page) {
    const panel = await session.panel(page);
    await panel.settled();
    await panel.click('label[for=setting-inpatient]');
    await panel.settled();
    await panel.press('2');
    await panel.page.waitForSelector('#view-queries:not([hidden])');
    return new Queries(panel);
  }

  rules(place = '#view-queries') {
    return this.page.$$eval(`${place} .gap`, (gaps) => gaps.map((gap) => gap.dataset.rule));
  }

  async choose(rule) {
    if (!(await this.page.$eval(`.gap[data-rule=${rule}]`, (gap) => gap.checkVisibility()))) await this.page.click('#gaps-more summary');
    await this.page.click(`.gap[data-rule=${rule}] .title`);
    await this.page.waitForSelector(`.gap[data-rule=${rule}][aria-current=true] .draft`);
  }

  draft() {
    return this.page.$eval('.gap[aria-current=true] .draft', (area) => area.value);
  }

  /** Waits for a draft that matches, and gives it. */
  async drafted(pattern, not = /^$/) {
    await this.page.waitForFunction(
      (yes, no) => {
        const text = document.querySelector('.gap[aria-current=true] .draft')?.value ?? '';
        return new RegExp(yes).test(text) && !new RegExp(no).test(text);
      },
      { timeout: 10_000 }, pattern.source, not.source,
    );
    return this.draft();
  }

  /** Waits until the checks have said so. */
  linted(pattern, place = '.gap[aria-current=true] .lint') {
    return this.page.waitForFunction(
      (place, source) => new RegExp(source).test(document.querySelector(place)?.textContent ?? ''),
      { timeout: 10_000 }, place, pattern.source,
    );
  }

  async scan() {
    await this.panel.click('#scan');
    await this.panel.settled();
  }

  closed() {
    return this.page.$$eval('#gaps-closed li', (items) => items.map((item) => `${item.dataset.rule} ${item.querySelector('.where').textContent}`));
  }
}

const write = (page, id, text) => page.$eval(`#${id}`, (element, text) => void (element.textContent = text), text);

describe('queries', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start()));
  after(() => session.close());

  async function opened() {
    const page = await session.page('/pages/gaps.html');
    const queries = await Queries.open(session, page);
    return { page, queries, panel: queries.panel };
  }

  test('gaps are raised, each leads to its words, and the page stays as it was', async () => {
    const page = await session.page('/pages/gaps.html');
    const whole = await domDigest(page);
    const queries = await Queries.open(session, page);
    const { panel } = queries;
    const rules = await queries.rules('#gaps-asked');
    assert.ok(rules.includes('GAP37') && rules.includes('GAP26'), String(rules));
    assert.match(await panel.text('#tab-queries'), /^Queries [1-9]/);
    assert.match(await panel.text('#basis'), /^Based on the text scanned in this tab; not found there says nothing of the rest of the record\.$/);
    await queries.choose('GAP37');
    const quotes = await panel.page.$$eval('.gap[aria-current=true] button.place q', (all) => all.map((q) => q.textContent));
    assert.ok(quotes.includes('LVEF 30%'), String(quotes));
    for (const [i, quote] of quotes.entries()) {
      await panel.page.click(`.gap[aria-current=true] [data-place="${i}"]`);
      await panel.page.waitForSelector(`.gap[aria-current=true] [data-place="${i}"][aria-current=true]`);
      await new Promise((resolve) => setTimeout(resolve, 150));
      assert.deepEqual(await painted(page, 'chartside-current'), [{ text: quote, seen: true }]);
    }
    await queries.linted(/Passes the checks of the practice brief \(ACDIS\/AHIMA 2022/);
    assert.doesNotMatch(await panel.text('#view-queries'), /payment|reimburs|DRG|\bMCC\b/i);
    assert.equal(await domDigest(page), whole);
    assert.deepEqual(panel.errors, []);
    await page.close();
  });

  test('an indicator that is left out takes its answer with it; one by hand is marked so', async () => {
    const { page, queries, panel } = await opened();
    await queries.choose('GAP37');
    await queries.drafted(/\[ \] Systolic heart failure/);
    const box = await panel.page.evaluateHandle(() => [...document.querySelectorAll('.gap[aria-current=true] .places li')].find((li) => li.textContent.includes('LVEF 30%')).querySelector('input'));
    await box.click();
    await queries.drafted(/CHF exacerbation/, /LVEF|Systolic/);
    assert.match(await panel.text('.gap[aria-current=true] .off q'), /LVEF 30%/);
    assert.match(await panel.text('.gap[aria-current=true] .answers'), /Systolic.*its indicator is not in the draft/);

    await panel.page.click('.by-hand summary');
    await page.evaluate(() => getSelection().selectAllChildren(document.getElementById('output')));
    await panel.page.click('[data-action=selection]');
    await panel.page.waitForFunction(() => document.querySelector('[data-field=quote]').value.startsWith('Urine output 15 mL'));
    assert.equal(await panel.page.$eval('[data-field=section]', (field) => field.value), 'OBJECTIVE');
    await panel.page.type('[data-field=date]', '03/10');
    await panel.page.click('[data-action=add]');
    const draft = await queries.drafted(/added by hand/);
    assert.match(draft, /“Urine output 15 mL per hour.*” \(OBJECTIVE, 03\/10, added by hand\)/);
    assert.match(await panel.text('.gap[aria-current=true] .basis'), /added by hand/);
    await page.close();
  });

  test('the checks follow the hand; a text of one’s own is kept until it is given up', async () => {
    const { page, queries, panel } = await opened();
    await queries.choose('GAP26');
    await panel.press('e');
    await panel.press('End');
    await panel.keyboard.down('Control');
    await panel.press('End');
    await panel.keyboard.up('Control');
    await panel.keyboard.type('This would be an MCC.');
    await queries.linted(/To change.*QL02/);
    await panel.page.click('.gap[aria-current=true] .lint .error [data-action=select]');
    const chosen = await panel.page.$eval('.gap[aria-current=true] .draft', (area) => area.value.slice(area.selectionStart, area.selectionEnd));
    assert.match(chosen, /MCC/);

    await panel.press('Escape');
    await panel.page.click('.gap[aria-current=true] .places input');
    await panel.page.waitForFunction(() => /not in it/.test(document.querySelector('.gap[aria-current=true] .behind').textContent));
    assert.match(await queries.draft(), /MCC/);
    await panel.page.click('[data-action=again]');
    await queries.drafted(/Title: Change in renal function/, /MCC/);
    await queries.linted(/^(?!.*QL02)/);
    await page.close();
  });

  test('closed is not raised again; answered resolves; undo and reopen', async () => {
    const { page, queries, panel } = await opened();
    await queries.choose('GAP26');
    await panel.press('x');
    await panel.page.waitForSelector('.gap .chooser');
    await panel.press('3');
    await panel.says(/GAP26 closed: not clinically relevant/);
    assert.deepEqual(await queries.closed(), ['GAP26 Not clinically relevant']);
    await write(page, 'output', 'Slept well, urine clear.');
    await queries.scan();
    assert.ok(!(await queries.rules()).includes('GAP26'));
    await panel.page.focus('.gap[aria-current=true]');
    await panel.press('u');
    assert.ok((await queries.rules()).includes('GAP26'));

    await write(page, 'heart', 'Acute systolic CHF exacerbation. Furosemide 40 mg IV twice daily. Echo 03/12: LVEF 30%.');
    await queries.scan();
    assert.ok(!(await queries.rules()).includes('GAP37'));
    assert.ok((await queries.closed()).includes('GAP37 Resolved: found in the text scanned now'), String(await queries.closed()));
    await write(page, 'heart', 'CHF exacerbation. Furosemide 40 mg IV twice daily. Echo 03/12: LVEF 30%.');
    await queries.scan();
    assert.ok((await queries.rules()).includes('GAP37'));
    assert.deepEqual(panel.errors, []);
    await page.close();
  });

  test('clearing forgets quotes and drafts, and the note is known again', async () => {
    const { page, queries, panel } = await opened();
    await queries.choose('GAP37');
    await panel.press('x');
    await panel.page.waitForSelector('.gap .chooser');
    await panel.press('1');
    await panel.click('#settings summary');
    await panel.click('#clear-now');
    assert.doesNotMatch(await panel.text('main'), /LVEF|CHF|Creatinine|Heart failure type/);
    assert.deepEqual(await queries.closed(), ['GAP37 Query sent']);
    await queries.scan();
    assert.ok(!(await queries.rules()).includes('GAP37'));
    await page.close();
  });

  test('copied as text, printed alone, saved as a file', async () => {
    const { page, queries, panel } = await opened();
    await queries.choose('GAP37');
    const draft = await queries.draft();
    await panel.press('c');
    await panel.says(/^Copied the draft of GAP37/);
    assert.equal((await pasted(session)).trim(), draft.trim());

    await panel.page.bringToFront();
    await panel.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await panel.page.emulateMediaType('print');
    const paper = await panel.page.evaluate(() => document.body.innerText.trim());
    assert.match(paper, /^Heart failure type/);
    assert.doesNotMatch(paper, /Scan again|Close this gap|Creatinine/);
    await panel.page.emulateMediaType('screen');
    await panel.page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal(await panel.page.$eval('#sheet', (sheet) => sheet.textContent), '');

    const folder = mkdtempSync(join(tmpdir(), 'chartside-save-'));
    try {
      await session.saveIn(folder);
      await panel.page.click('.gap[aria-current=true] [data-action=save]');
      const file = join(folder, 'query-GAP37.txt');
      for (let tries = 0; tries < 50 && !existsSync(file); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(readFileSync(file, 'utf8'), draft);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual(panel.errors, []);
    await page.close();
  });

  test('any query can be checked', async () => {
    const { page, queries, panel } = await opened();
    await panel.click('#check summary');
    await panel.page.type('#check-text', 'Title: Sepsis\nPlease document sepsis, it would add an MCC.');
    await queries.linted(/QL02/, '#check-findings');
    await panel.page.click('#check-findings [data-action=select]');
    assert.equal(await panel.page.evaluate(() => document.activeElement.id), 'check-text');
    await page.close();
  });

  test('the keyboard alone is enough', async () => {
    const { page, queries, panel } = await opened();
    const [first, second] = await queries.rules('#gaps-first');
    const current = () => panel.page.$eval('.gap[aria-current=true]', (gap) => gap.dataset.rule);
    await panel.page.focus('body');
    await panel.press('j');
    assert.equal(await current(), first);
    assert.equal((await painted(page, 'chartside-current')).length, 1);
    await panel.press('Enter');
    await panel.says(/place 2 of/);
    await panel.press('j');
    assert.equal(await current(), second);
    await panel.press('k');
    await panel.press('e');
    assert.ok(await panel.page.evaluate(() => document.activeElement.classList.contains('draft')));
    await panel.keyboard.type('j');
    assert.equal(await current(), first);
    await panel.press('Escape');
    await panel.press('x');
    await panel.page.waitForSelector('.chooser');
    await panel.press('Escape');
    assert.deepEqual(await queries.closed(), []);
    // A spelling checker of the browser fetches its dictionary, and may send what is written.
    const checked = await panel.page.$$eval('textarea, input[type=text], input[type=search]', (fields) => fields.filter((f) => f.spellcheck).map((f) => f.id || f.className));
    assert.deepEqual(checked, []);
    await page.close();
  });

  test('a note pasted into the panel: its gaps lead to it', async () => {
    const page = await session.page('/pages/empty.html');
    const panel = await session.panel(page);
    await panel.settled();
    await panel.click('label[for=setting-inpatient]');
    await panel.click('#tab-paste');
    await panel.page.type('#paste-text', 'HOSPITAL COURSE:\n1. CHF exacerbation. IV furosemide. Echo: LVEF 30%.\n');
    await panel.click('#paste-scan');
    await panel.settled();
    await panel.click('#tab-queries');
    const queries = new Queries(panel);
    await queries.choose('GAP37');
    await panel.page.click('.gap[aria-current=true] [data-place="0"]');
    const marked = await panel.page.evaluate(() => [...CSS.highlights.get('chartside-current')].map(String));
    assert.deepEqual(marked, ['CHF exacerbation']);
    assert.ok(await panel.page.$eval('#preview', (pre) => pre.checkVisibility()));
    await page.close();
  });
});
