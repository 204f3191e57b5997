// Practise: a run with a known score, why each code is right, missed or one too many, a query beside the expert's, results
// that are kept only if asked, files of results good and bad, two tabs, every reader.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { ROOT, start } from './harness.mjs';
import { fitForAll, ready, textOf, violations } from './site.mjs';

/** Expected: E11.621, L97.519, Z79.4; with the query answered also E11.42, and L97.512. */
const ULCER = 'diabetic-foot-ulcer';

const QUERY = `Title: Ulcer of the right foot
Type: Multiple choice

Documentation issue
An ulcer of the right foot is documented; cause and depth are not stated.

Clinical indicators
- “4 mm deep, no tendon or bone” (Exam, 06/24/2026)
- “type 2 diabetes for 14 years” (History of present illness, 06/24/2026)

Question
Based on your clinical judgment, can the ulcer be further specified by cause and depth of tissue?

Options
[ ] Diabetic ulcer; depth of tissue: ____
[ ] Pressure ulcer; stage: ____
[ ] Other (please specify): ____
[ ] Unable to determine

Please document your answer in the record, using your clinical judgment.
`;

const mine = (page) => page.$$eval('#mine > li', (items) => items.map((item) => item.querySelector('.code').textContent));
const lines = (page) => page.$$eval('#scored .line', (all) => Object.fromEntries(all.map((line) => [line.dataset.code, [line.dataset.verdict, line.textContent.replace(/\s+/g, ' ')]])));
const kept = (page) => page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
const shown = (page) => page.evaluate(() => [...(CSS.highlights.get('note-shown') ?? [])].map(String));

async function add(page, code) {
  await page.$eval('#known', (input) => void (input.value = ''));
  await page.type('#known', code);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('mine-said').textContent !== '' && document.getElementById('known').value === '');
}

async function code(page, codes) {
  for (const one of codes) await add(page, one);
  await page.evaluate(() => document.getElementById('scored-head')?.setAttribute('data-before', ''));
  await page.click('#check');
  await page.waitForSelector('#scored:not([hidden]) #scored-head:not([data-before])');
}

/** The whole row of a result that was loaded or scored. */
const rows = (page) => page.$$eval('#scores tbody tr', (all) => all.map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent).join(' | ')));

async function toList(page) {
  await page.click('#leave');
  await page.waitForSelector('#choosing:not([hidden])');
}

async function tick(page) {
  await page.click('#keep');
  await page.waitForFunction(() => document.getElementById('keep').checked);
}

describe('practise', { timeout: 300_000 }, () => {
  let session;
  let folder;
  before(async () => {
    session = await start({ extension: null });
    folder = mkdtempSync(join(tmpdir(), 'chartside-results-'));
  });
  afterEach(async () => {
    // What a test left behind is not the next one's.
    const [first, ...others] = await session.browser.pages();
    for (const page of others) await page.close();
    await first.goto(`${session.server.origin}/frame.html`);
    await first.evaluate(() => localStorage.clear());
  });
  after(async () => {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const load = async (page, path) => {
    await page.$eval('#file-said', (p) => p.replaceChildren());
    await (await page.$('#load')).uploadFile(path);
    await page.waitForFunction(() => document.getElementById('file-said').textContent !== '');
    return textOf(page, '#file-said');
  };
  const desk = async (name) => {
    const page = await ready(session, `/practise.html#${name}`);
    await page.waitForSelector('#practising:not([hidden])');
    return page;
  };

  test('a note is chosen, coded from the code book and by hand, and scored as it must be', async () => {
    const page = await ready(session, '/practise.html');
    assert.ok((await page.$$('.choice')).length >= 40);
    // What is to be found out stands nowhere before it is: not in the list, not over the note.
    const given = await page.evaluate(async () => (await (await fetch('scenarios/index.json')).json()).flatMap(({ title, summary, topic }) => [title, summary, `· ${topic}`]));
    const told = (words) => given.filter((one) => words.includes(one));
    assert.deepEqual(told(await page.evaluate(() => document.body.textContent)), []);
    assert.match(await textOf(page, `[data-name="${ULCER}"]`), /^Wound clinic: man of 61, sore noticed by blood on the sock/);
    await page.click(`[data-name="${ULCER}"]`);
    await page.waitForSelector('#practising:not([hidden])');
    assert.equal(await textOf(page, '#title'), 'Wound clinic: man of 61, sore noticed by blood on the sock');
    assert.deepEqual(told(await page.evaluate(() => document.body.textContent)), []);
    assert.ok(told('A foot ulcer without its depth').length > 0, 'this would notice');
    assert.match(await textOf(page, '#note'), /4 mm deep, no tendon or bone/);
    assert.equal(await page.$eval('#check', (button) => button.disabled), true);

    await page.type('#book-words', 'long term insulin');
    await page.waitForSelector('#book .book-index button[data-code="Z79.4"]');
    await page.click('#book .book-index button[data-code="Z79.4"]');
    await page.waitForSelector('#book .book-entry[data-code="Z79.4"]');
    await page.click('#book .add');
    for (const one of ['e11621', 'L97.51', 'M86.9']) await add(page, one);
    assert.deepEqual(await mine(page), ['Z79.4', 'E11.621', 'L97.51', 'M86.9']);
    await page.click('#mine [data-code="E11.621"][data-action=up]');
    assert.deepEqual(await mine(page), ['E11.621', 'Z79.4', 'L97.51', 'M86.9']);
    assert.match(await textOf(page, '#mine li:nth-child(3)'), /not valid for reporting/);

    await page.click('#check');
    await page.waitForSelector('#scored:not([hidden])');
    // 1 for each of two, half for the category, half off for the one too many: 2 of 3.
    assert.equal(await textOf(page, '#scored-head'), '2 of 3 points67 %');
    const said = await lines(page);
    assert.deepEqual(Object.fromEntries(Object.entries(said).map(([c, [verdict]]) => [c, verdict])), { 'E11.621': 'right', 'Z79.4': 'right', 'L97.519': 'category', 'M86.9': 'extra' });
    assert.match(said['L97.519'][1], /Yours: L97\.51.*needs more characters.*Right foot ulcer/);
    assert.match(said['M86.9'][1], /No statement of the note leads to it/);
    assert.match(said['E11.621'][1], /Index: Diabetes, diabetic › type 2 › with › foot ulcer/);
    await page.click('#scored [data-code="L97.519"] .quote');
    assert.match((await shown(page)).join(), /Right foot/);

    await toList(page);
    assert.deepEqual(await rows(page), ['Wound clinic: man of 61, sore noticed by blood on the sock | Codes | 67 %']);
    assert.match(await textOf(page, `[data-name="${ULCER}"]`), /codes 67 %/);
    assert.equal(await kept(page), '[]', 'nothing is kept without the tick');
    assert.deepEqual(page.errors, []);
  });

  test('a miss is explained from the note, and a code that only the answered query would allow from the query', async () => {
    const page = await desk(ULCER);
    await code(page, ['E11.621', 'E11.42', 'L97.512']);
    const said = await lines(page);
    assert.equal(said['Z79.4'][0], 'missed');
    assert.match(said['Z79.4'][1], /insulin glargine/);
    assert.match(said['E11.42'][1], /may not conclude it from values or treatment.*The nerve disease that caused it/);
    assert.match(said['L97.519'][1], /Yours: L97\.512.*this is what a query would ask for/);
  });

  test('all right is all points; only the first check of a run counts', async () => {
    const page = await desk('heart-failure-type');
    await code(page, ['I11.0']);
    assert.match(await textOf(page, '#scored-head'), /^1 of 2 points50 %$/);
    assert.equal(await page.$eval('#scored-old', (p) => p.hidden), true);
    await add(page, 'I50.9');
    assert.equal(await page.$eval('#scored-old', (p) => p.hidden), false, 'the list is another now');
    await code(page, []);
    assert.match(await textOf(page, '#scored-head'), /^2 of 2 points100 %$/);
    assert.match(await textOf(page, '#scored'), /Only the first check of a run counts/);
    await page.click('#scored [data-action=again]');
    assert.deepEqual(await mine(page), []);
    await code(page, ['I50.9', 'I11.0']);
    assert.match(await textOf(page, '#scored .first'), /I11\.0 comes first, as principal diagnosis/);
    await toList(page);
    assert.deepEqual(await rows(page), ['Discharge summary: woman of 71, five days of breathlessness and swollen ankles | Codes | 100 %', 'Discharge summary: woman of 71, five days of breathlessness and swollen ankles | Codes | 50 %']);
  });

  test('by keys alone: a code is added, moved, removed, checked', async () => {
    const page = await desk('heart-failure-type');
    await page.focus('#known');
    await page.keyboard.type('I50.9');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('#mine > li').length === 1);
    await page.keyboard.type('I11.0');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('#mine > li').length === 2);
    await page.focus('#mine [data-code="I11.0"][data-action=up]');
    await page.keyboard.press('Enter');
    assert.deepEqual(await mine(page), ['I11.0', 'I50.9']);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.code), 'I11.0');
    await page.focus('#mine [data-code="I50.9"][data-action=remove]');
    await page.keyboard.press('Enter');
    assert.deepEqual(await mine(page), ['I11.0']);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.code), 'I11.0');
    await page.focus('#check');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#scored:not([hidden])');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'scored');
  });

  test('of every scenario the expert’s own answer is all points, and each missed code is explained', async () => {
    const page = await ready(session, '/practise.html');
    const all = await page.evaluate(async () => {
      const { engine } = await import('./site.js');
      const { scenario, scenarios } = await import('./library.js');
      const { reasonsFor } = await import('./practise-why.js');
      const { scoreOf } = await import('./practise-query.js');
      const of = [];
      for (const entry of await scenarios()) {
        const one = await scenario(engine, entry);
        const { codes, note: text } = one.before;
        const note = { id: entry.file, text, setting: one.setting };
        const report = await engine.scan(note);
        const { percent } = await engine.score(codes, codes);
        const { lines } = await engine.score(codes, []);
        const reasons = await reasonsFor(lines, one, report, (code) => engine.explain(code));
        const bare = lines.filter((_, i) => reasons[i].quotes.length === 0 || reasons[i].path.length === 0).map(({ code }) => code);
        const findings = await engine.lint(one.query.text, note, { open_queries: [], internal: [] });
        const query = scoreOf(one.query.text, one, findings.every(({ severity }) => severity !== 'error'));
        const none = scoreOf('Please clarify.', one, true);
        of.push({ file: entry.file, percent, missed: lines.length === codes.length, bare, query: query.percent, indicators: query.of > 1, none: none.points });
      }
      return of;
    });
    assert.ok(all.length >= 40);
    for (const { file, ...rest } of all) assert.deepEqual(rest, { percent: 100, missed: true, bare: [], query: 100, indicators: true, none: 1 }, file);
    await page.close();
  });

  test('codes that are none, and one twice, are said so', async () => {
    const page = await desk('heart-failure-type');
    await page.type('#known', 'Q99.ZZ');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /no code of release/.test(document.getElementById('mine-said').textContent));
    assert.deepEqual(await mine(page), []);
    await add(page, 'I50.9');
    await add(page, 'i509');
    assert.match(await textOf(page, '#mine-said'), /in your list already/);
    assert.deepEqual(await mine(page), ['I50.9']);
  });

  test('a query is checked as any is, and stands beside the expert’s', async () => {
    const page = await desk(`${ULCER}/query`);
    await page.click('#check-query');
    assert.match(await textOf(page, '#query-said'), /Write the query first/);
    await page.$eval('#query', (field, text) => void (field.value = text), QUERY);
    await page.click('#check-query');
    await page.waitForSelector('#judged:not([hidden])');
    // Nothing against compliance, and one of the two indicators.
    assert.equal(await textOf(page, '#judged-head'), '2 of 3 points67 %');
    assert.match(await textOf(page, '#judged .indicators .cited'), /Cause and depth of the ulcer: cited/);
    assert.match(await textOf(page, '#judged .indicators .left-out'), /its indicator is not in your query/);
    assert.match(await textOf(page, '#judged .expert'), /^Title: Ulcer specification/);
    await page.click('#judged .left-out .quote');
    assert.deepEqual(await shown(page), ['No monofilament felt on either foot']);

    await page.$eval('#query', (field) => void (field.value = 'Please document diabetic ulcer, it would raise the DRG.'));
    await page.click('#check-query');
    await page.waitForSelector('#judged .lint.error');
    assert.match(await textOf(page, '#judged-head'), /^0 of 3 points/);
    assert.match(await textOf(page, '#judged .lint.error'), /QL02 .*DRG/);
    const drg = await page.evaluateHandle(() => [...document.querySelectorAll('#judged .lint button')].find((button) => button.textContent.includes('QL02')));
    await drg.click();
    assert.equal(await page.$eval('#query', (field) => field.value.slice(field.selectionStart, field.selectionEnd)), 'DRG');
    // From one task to the other and back, nothing is lost.
    await page.click('#task-code');
    await page.waitForSelector('#coding:not([hidden])');
    await page.goBack();
    await page.waitForSelector('#querying:not([hidden])');
    assert.match(await page.$eval('#query', (field) => field.value), /^Please document/);
  });

  test('what is ticked is kept: the name, the task, the score, the time, and no word of a query', async () => {
    const page = await desk(`${ULCER}/query`);
    await page.$eval('#query', (field) => void (field.value = 'Quvxolberzit, please document diabetic ulcer.'));
    await page.click('#check-query');
    await page.waitForSelector('#judged:not([hidden])');
    await toList(page);
    assert.equal(await kept(page), '[]');
    await tick(page);
    const [[name, text]] = JSON.parse(await kept(page));
    assert.equal(name, 'chartside-progress');
    const { results, ...rest } = JSON.parse(text);
    assert.deepEqual(rest, { kind: 'chartside-progress', form: 1, trainee: '' });
    assert.deepEqual(results.map(({ date, ...result }) => (assert.ok(!Number.isNaN(Date.parse(date))), result)), [{ scenario: ULCER, task: 'query', points: 0, of: 3, percent: 0 }]);
    await page.reload();
    await page.waitForSelector('body[data-state=ready]');
    assert.deepEqual(await rows(page), ['Wound clinic: man of 61, sore noticed by blood on the sock | Query | 0 %']);
    assert.equal(await page.$eval('#keep', (box) => box.checked), true);
    // Unticked: asked once more, then deleted.
    await page.click('#keep');
    assert.match(await textOf(page, '#sure'), /1 result kept in this browser will be deleted/);
    assert.notEqual(await kept(page), '[]');
    await page.click('#sure-delete');
    assert.equal(await kept(page), '[]');
  });

  test('saved as a file and loaded again, in another browser’s place', async () => {
    const page = await desk('heart-failure-type');
    await code(page, ['I11.0', 'I50.9']);
    await toList(page);
    await page.type('#trainee', 'Trainee 7');
    await session.saveIn(folder);
    await page.click('#save');
    let saved;
    for (let i = 0; i < 100 && !saved; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      saved = readdirSync(folder).find((name) => /^chartside-results-\d{4}-\d\d-\d\d\.json$/.test(name));
    }
    assert.ok(saved);
    const sheet = JSON.parse(readFileSync(join(folder, saved), 'utf8'));
    assert.equal(sheet.trainee, 'Trainee 7');
    assert.equal(sheet.form, 1);
    assert.match(await load(page, join(folder, saved)), /0 results taken.*1 were here already/);
    await page.close();
    const other = await ready(session, '/practise.html');
    assert.deepEqual(await rows(other), []);
    assert.match(await load(other, join(folder, saved)), /1 result taken/);
    assert.deepEqual(await rows(other), ['Discharge summary: woman of 71, five days of breathlessness and swollen ankles | Codes | 100 %']);
  });

  const GOOD = { scenario: ULCER, task: 'code', points: 2, of: 3, percent: 67, date: '2026-11-22T10:00:00.000Z' };
  const sheetOf = (changes, result) => JSON.stringify({ kind: 'chartside-progress', form: 1, trainee: '', results: [GOOD, { ...GOOD, date: '2026-11-22T11:00:00.000Z', ...result }], ...changes }, null, 2);

  test('a bad file is refused with its line and the reason, and nothing of it is taken', async () => {
    const page = await ready(session, '/practise.html');
    for (const [name, text, pattern] of [
      ['cut.json', sheetOf({}).slice(0, -20), /cut\.json, line 2\d: this is not JSON/],
      ['empty.json', '', /line 1: this is not JSON/],
      ['other.json', '{"kind":"something"}', /no file of results/],
      ['list.json', '[]', /no file of results/],
      ['null.json', 'null', /no file of results/],
      ['newer.json', sheetOf({ form: 2 }), /form 2, made by a newer Chartside; this one reads form 1/],
      ['formless.json', sheetOf({ form: undefined }), /"form", the number of its form, is missing/],
      ['old.json', sheetOf({ form: 0 }), /no form 0/],
      ['nolist.json', sheetOf({ results: {} }), /"results" is to be a list/],
      ['percent.json', sheetOf({}, { percent: 101 }), /line 14: "percent" of result 2 is to be a number from 0 to 100/],
      ['points.json', sheetOf({}, { points: 4 }), /line 14: "points" of result 2/],
      ['task.json', sheetOf({}, { task: '<img src=x>' }), /"task" of result 2/],
      ['name.json', sheetOf({}, { scenario: '../../etc' }), /"scenario" of result 2/],
      ['date.json', sheetOf({}, { date: 'yesterday' }), /"date" of result 2/],
      ['string.json', sheetOf({ results: [GOOD, 'x'] }), /result 2 is to be an object/],
      ['long.json', ' '.repeat(5_000_001), /shorter than 5 MB/],
    ]) {
      const said = await load(page, file(name, text));
      assert.match(said, pattern, name);
      assert.match(said, /Nothing of it was taken/, name);
      assert.deepEqual(await rows(page), [], name);
    }
    // The same file, well made, is taken: this would notice.
    assert.match(await load(page, file('good.json', sheetOf({}))), /2 results taken/);
    assert.deepEqual(page.errors, []);
  });

  test('two tabs with the same results lose none of each other’s', async () => {
    const one = await desk('heart-failure-type');
    await toList(one);
    await tick(one);
    const two = await desk(ULCER);
    await code(two, ['E11.621']);
    await one.bringToFront();
    await one.waitForFunction(() => document.querySelectorAll('#scores tbody tr').length === 1);
    await one.click('[data-name="heart-failure-type"]');
    await one.waitForSelector('#practising:not([hidden])');
    await code(one, ['I50.9', 'I11.0']);
    await two.bringToFront();
    await toList(two);
    await two.waitForFunction(() => document.querySelectorAll('#scores tbody tr').length === 2);
    assert.equal(JSON.parse(JSON.parse(await kept(two))[0][1]).results.length, 2);
    // A tab that wrote without knowing of the other's: both are there in the end.
    await two.evaluate((good) => {
      const results = [good];
      localStorage.setItem('chartside-progress', JSON.stringify({ kind: 'chartside-progress', form: 1, trainee: '', results }));
    }, GOOD);
    await two.waitForFunction(() => JSON.parse(localStorage.getItem('chartside-progress')).results.length === 3);
    // Deleted in one, by the trainee: the other does not bring it back.
    await two.click('#keep');
    await two.click('#sure-delete');
    await one.bringToFront();
    await one.waitForFunction(() => !document.getElementById('keep').checked);
    assert.equal(await kept(one), '[]');
  });

  test('what is kept and cannot be read is left as it is, and said', async () => {
    const page = await ready(session, '/practise.html');
    await page.evaluate(() => localStorage.setItem('chartside-progress', '{"kind":"chartside-progress","form":9,"results":[]}'));
    await page.reload();
    await page.waitForSelector('body[data-state=ready]');
    assert.match(await textOf(page, '#results-problem'), /form 9, made by a newer Chartside/);
    assert.equal(await page.$eval('#keep', (box) => box.disabled), true);
    await load(page, file('good.json', sheetOf({})));
    assert.match(await kept(page), /"form\\":9/);
  });

  test('a browser that keeps nothing: said, and the rest works', async () => {
    const page = await session.page('/frame.html');
    await page.evaluateOnNewDocument(() => Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }));
    await page.goto(`${session.server.origin}/practise.html#heart-failure-type`);
    await page.waitForSelector('#practising:not([hidden])');
    await code(page, ['I50.9', 'I11.0']);
    await toList(page);
    assert.match(await textOf(page, '#results-problem'), /keeps nothing for this page/);
    assert.equal(await page.$eval('#keep', (box) => box.disabled), true);
    assert.equal((await rows(page)).length, 1);
  });

  test('level, setting, words and chance choose among the notes', async () => {
    const page = await ready(session, '/practise.html');
    await page.select('#level', '3');
    await page.select('#setting', 'outpatient');
    const names = await page.$$eval('.choice', (all) => all.map((one) => one.dataset.name));
    const list = JSON.parse(readFileSync(join(process.env.CHARTSIDE_SITE ?? join(ROOT, 'target/dist/site'), 'scenarios/index.json'), 'utf8'));
    const wanted = list.filter(({ level, setting }) => level === 3 && setting === 'outpatient').map(({ file }) => file.replace('.toml', ''));
    assert.deepEqual([...names].sort(), wanted.sort());
    await page.click('#random');
    await page.waitForSelector('#practising:not([hidden])');
    assert.ok(names.includes(await page.evaluate(() => location.hash.slice(1))));
    await toList(page);
    await page.type('#find', 'zzz');
    assert.match(await textOf(page, '#how-many'), /No note fits/);
    assert.equal(await page.$eval('#random', (button) => button.disabled), true);
  });

  test('an address of no scenario: the list, and one sentence', async () => {
    const page = await ready(session, '/practise.html#no-such-note');
    await page.waitForSelector('#choosing:not([hidden])');
    assert.match(await textOf(page, '#trouble'), /There is no scenario “no-such-note”/);
  });

  test('for everyone: the list, the desk, a score, a checked query; light and dark, wide and narrow', async () => {
    const page = await ready(session, '/practise.html');
    await load(page, file('good.json', sheetOf({})));
    await fitForAll(page, 'the list');
    await page.click(`[data-name="${ULCER}"]`);
    await page.waitForSelector('#practising:not([hidden])');
    await page.type('#book-words', 'long term insulin');
    await page.waitForSelector('#book .book-index');
    await fitForAll(page, 'the desk');
    await code(page, ['E11.42', 'L97.51', 'Z79.4']);
    await page.click('#scored .quote');
    await fitForAll(page, 'a score');
    await page.click('#task-query');
    await page.waitForSelector('#querying:not([hidden])');
    await page.$eval('#query', (field) => void (field.value = 'Please document diabetic ulcer, it would raise the DRG.'));
    await page.click('#check-query');
    await page.waitForSelector('#judged:not([hidden])');
    await fitForAll(page, 'a checked query');
    await page.evaluate(() => document.querySelector('label[for=query]').remove());
    assert.deepEqual((await violations(page)).map((line) => line.split(':')[0]), ['label'], 'this would notice');
  });
});
