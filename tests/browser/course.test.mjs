// A course: made by a trainer, gone through by a trainee with a known score, collected as score sheets with known figures;
// files that are bad, newer, of another course or double are set apart each with its reason; paper; every reader.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { idOf, writtenCourse, writtenSheet } from '../../www/course-file.js';
import { ROOT, start } from './harness.mjs';
import { fitForAll, ready, textOf, violations } from './site.mjs';

/** Expected: E11.621, L97.519, Z79.4. */
const ULCER = 'diabetic-foot-ulcer';
const HEART = 'heart-failure-type';
const COURSE = { name: 'Spring group', steps: [{ scenario: ULCER, task: 'both' }, { scenario: HEART, task: 'code' }] };
const ID = { id: idOf(COURSE), name: COURSE.name };

const result = (scenario, task, points, of, misses = {}) => ({
  scenario, task, points, of, percent: Math.round((100 * points) / of), date: '2026-11-22T10:00:00.000Z', missed: [], near: [], extra: [], broken: [], ...misses,
});
const ANN = { course: ID, trainee: 'Ann', results: [
  result(ULCER, 'code', 1, 3, { missed: ['Z79.4'], near: ['L97.519'], extra: ['E11.42'] }),
  result(ULCER, 'query', 0, 3, { broken: ['QL02'] }),
  result(HEART, 'code', 2, 2),
] };
const BEN = { course: ID, trainee: 'Ben', results: [
  result(ULCER, 'code', 2, 3, { missed: ['Z79.4'] }),
  result(ULCER, 'query', 2, 3),
] };
const CAS = { course: ID, trainee: 'Cas', results: [
  result(ULCER, 'code', 3, 3),
  result(ULCER, 'query', 1, 3, { broken: ['QL02', 'QL04'] }),
  result(HEART, 'code', 1, 2, { missed: ['I11.0'] }),
] };

const cells = (page, selector) => page.$$eval(`${selector} tr`, (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent).join(' | ')));
const steps = (page) => page.$$eval('#steps > li', (all) => all.map((one) => `${one.dataset.scenario} ${one.querySelector('select').value}`));

describe('course', { timeout: 300_000 }, () => {
  let session;
  let folder;
  before(async () => {
    session = await start({ extension: null });
    folder = mkdtempSync(join(tmpdir(), 'chartside-course-'));
  });
  after(async () => {
    await session?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const page of await session.browser.pages()) {
      if (!page.url().startsWith(session.server.origin)) continue;
      await page.evaluate(() => localStorage.clear()).catch(() => {});
      await page.close();
    }
  });

  const file = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  async function give(page, field, ...paths) {
    await (await page.$(field)).uploadFile(...paths);
  }
  /** Opens a course file, and waits until it was taken or refused. */
  async function openCourse(page, path) {
    await page.$eval('#course-said', (place) => void (place.textContent = ''));
    await give(page, '#open-course', path);
    await page.waitForFunction(() => document.getElementById('course-said').textContent !== '' || location.hash === '#course');
    return textOf(page, '#course-said');
  }
  async function collect(page, ...paths) {
    await page.$eval('#collect-said', (place) => void (place.textContent = ''));
    await give(page, '#sheets', ...paths);
    await page.waitForFunction(() => document.getElementById('collect-said').textContent !== '');
    // The titles of codes come after the count.
    await page.waitForFunction(() => /^0 score sheets/.test(document.getElementById('collect-said').textContent) || document.getElementById('plot-broken'));
    return textOf(page, '#collect-said');
  }
  async function saved(page, button, pattern) {
    await session.saveIn(folder);
    await page.click(button);
    for (let i = 0; i < 100; i++) {
      const name = readdirSync(folder).find((one) => pattern.test(one));
      if (name && readFileSync(join(folder, name), 'utf8').endsWith('}\n')) return join(folder, name);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return assert.fail(`nothing was saved: ${pattern}`);
  }
  const everything = () => ['ann', 'ben', 'cas'].map((name, i) => file(`${name}.json`, writtenSheet([ANN, BEN, CAS][i])));
  const courseFile = () => file('spring.json', writtenCourse(COURSE));

  test('made, ordered, given tasks, saved, and opened as it was; with a scenario of one’s own', async () => {
    const page = await ready(session, '/course.html');
    for (const name of [HEART, ULCER]) await page.click(`#pick [data-name="${name}"]`);
    await page.click(`#steps [data-action=up][data-scenario="${ULCER}"]`);
    await page.select(`#steps select[data-scenario="${ULCER}"]`, 'both');
    assert.deepEqual(await steps(page), [`${ULCER} both`, `${HEART} code`]);
    await page.click('#save-course');
    assert.match(await textOf(page, '#course-said'), /name first/);
    await page.type('#course-name', 'Spring group');
    const path = await saved(page, '#save-course', /^course-spring-group\.json$/);
    assert.equal(readFileSync(path, 'utf8'), writtenCourse(COURSE));

    const toml = readFileSync(join(ROOT, 'www/scenarios/sodium-result.toml'), 'utf8');
    await give(page, '#own', file('Low sodium.toml', toml.replace('A sodium of 121 and a stopped diuretic', 'Quvxol of the ward').replace(/^case = .*\n/m, '')), file('bad.toml', 'form = 9\n'));
    await page.waitForSelector('#steps > li:nth-child(3)');
    await page.waitForFunction(() => /bad\.toml/.test(document.getElementById('pick-said').textContent));
    assert.deepEqual(await steps(page), [`${ULCER} both`, `${HEART} code`, 'own-low-sodium code']);
    await page.$eval('#course-name', (field) => void (field.value = 'With our own'));
    const own = await saved(page, '#save-course', /^course-with-our-own\.json$/);
    const other = await ready(session, '/course.html');
    assert.match(await openCourse(other, own), /“With our own” of 3 scenarios opened/);
    assert.match(await textOf(other, '#steps > li:nth-child(3)'), /Quvxol of the ward your own/);

    // The trainee codes it; nothing of it is kept, even where results are.
    const trainee = await ready(session, '/practise.html');
    await trainee.click('#keep');
    await openCourse(trainee, own);
    await trainee.waitForSelector('#course-place:not([hidden])');
    await trainee.click('#walk-steps > li:nth-child(4) button');
    await trainee.waitForSelector('#practising:not([hidden])');
    // It has no line for those who practise, and its title may say too much.
    assert.equal(await textOf(trainee, '#title'), 'Inpatient note: endocrine, nutrition, metabolism');
    await code(trainee, ['I10']);
    assert.match(await textOf(trainee, '#walk'), /With our own.*Step 4 of 4: code the note, done with 100 %/);
    assert.doesNotMatch(await trainee.evaluate(() => JSON.stringify(Object.entries(localStorage))), /own-low|Quvxol/);
    assert.deepEqual([...page.errors, ...other.errors, ...trainee.errors], []);
  });

  async function code(page, codes) {
    for (const one of codes) {
      await page.type('#known', one);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.getElementById('mine-said').textContent !== '' && document.getElementById('known').value === '');
    }
    await page.click('#check');
    await page.waitForSelector('#scored:not([hidden]) #scored-head');
  }

  test('a trainee goes through it: the first check of each step is on the sheet, with codes and rules, without a text', async () => {
    const page = await ready(session, '/practise.html');
    await openCourse(page, courseFile());
    await page.waitForSelector('#course-place:not([hidden])');
    assert.equal(await textOf(page, '#walk-head'), 'Spring group');
    assert.equal(await page.$eval('#save-sheet', (button) => button.disabled), true);
    await page.click('#walk-steps > li:nth-child(1) button');
    await page.waitForSelector('#practising:not([hidden])');
    await code(page, ['E11.621', 'L97.512', 'E11.42']);
    assert.match(await textOf(page, '#walk'), /Step 1 of 3: code the note, done with 33 %/);
    // Once more, better: the sheet keeps the first.
    await page.click('#scored [data-action=again]');
    await code(page, ['E11.621', 'L97.519', 'Z79.4']);
    assert.match(await textOf(page, '#walk'), /done with 33 %/);
    await page.click('#walk .primary');
    await page.waitForSelector('#querying:not([hidden])');
    await page.$eval('#query', (field) => void (field.value = 'Quvxolberzit, please document diabetic ulcer, it would raise the DRG.'));
    await page.click('#check-query');
    await page.waitForSelector('#judged:not([hidden])');
    await page.click('#walk .primary');
    await page.waitForFunction((name) => location.hash === `#${name}`, {}, HEART);
    await page.waitForSelector('#coding:not([hidden])');
    await page.waitForFunction(() => document.querySelectorAll('#mine > li').length === 0);
    await code(page, ['I11.0', 'I50.9']);
    await page.click('#walk .primary');
    await page.waitForSelector('#course-place:not([hidden])');
    assert.deepEqual(await page.$$eval('#walk-steps .score', (all) => all.map((one) => one.textContent)), ['33 %', '0 %', '100 %']);
    await page.click('#save-sheet');
    assert.match(await textOf(page, '#walk-said'), /name or number first/);
    await page.type('#walk-trainee', 'Trainee 7');
    const path = await saved(page, '#save-sheet', /^score-sheet-trainee-7\.json$/);
    const text = readFileSync(path, 'utf8');
    assert.doesNotMatch(text, /Quvxol|note|HISTORY/);
    const sheet = JSON.parse(text);
    assert.deepEqual(sheet.course, ID);
    const [codes, query, heart] = sheet.results.map(({ date: _, ...rest }) => rest);
    assert.deepEqual(codes, { scenario: ULCER, task: 'code', points: 1, of: 3, percent: 33, missed: ['Z79.4'], near: ['L97.519'], extra: ['E11.42'], broken: [] });
    assert.ok(query.broken.includes('QL02') && query.points === 0);
    assert.equal(heart.percent, 100);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    // Another day: from the file.
    await page.reload();
    await page.waitForSelector('body[data-state=ready]');
    await openCourse(page, courseFile());
    await page.waitForSelector('#course-place:not([hidden])');
    await give(page, '#resume', path);
    await page.waitForFunction(() => /3 results taken/.test(document.getElementById('walk-said').textContent));
    // The trainer reads it.
    const trainer = await ready(session, '/course.html');
    assert.match(await collect(trainer, courseFile(), path), /^1 score sheet counted, 0 not/);
    assert.deepEqual([...page.errors, ...trainer.errors], []);
  });

  test('collected: the table, the means and the bars with known figures', async () => {
    const page = await ready(session, '/course.html');
    assert.match(await collect(page, ...everything(), courseFile()), /^3 score sheets counted, 0 not/);
    assert.deepEqual(await cells(page, '#class-table'), [
      'Trainee | 1 Codes | 1 Query | 2 Codes | Mean',
      'Ann | 33 % | 0 % | 100 % | 44 %',
      'Ben | 67 % | 67 % | – | 67 %',
      'Cas | 100 % | 33 % | 50 % | 61 %',
      'Mean | 67 % | 33 % | 75 % | 57 %',
    ]);
    const bars = async (id) => (await cells(page, `#${id} table`)).slice(1);
    assert.deepEqual((await bars('plot-lost')).map((row) => row.replace(/:.*\|/, ':')), ['1 Query: 67 %', '1 Codes: 33 %', '2 Codes: 25 %']);
    const [first, second, ...rest] = await bars('plot-missed');
    assert.match(first, /^Z79\.4 Long term .*insulin \| 2 of 3 trainees$/);
    assert.match(second, /^I11\.0 .*\| 1 of 3 trainees$/);
    assert.deepEqual(rest, []);
    assert.match((await bars('plot-near')).join(), /^L97\.519 .*\| 1 of 3 trainees$/);
    assert.match((await bars('plot-extra')).join(), /^E11\.42 .*\| 1 of 3 trainees$/);
    assert.deepEqual(await bars('plot-broken'), ['QL02 The query speaks of payment, of coding groups or of quality measures | 2 of 3 trainees', 'QL04 A clinical indicator has no source or no date | 1 of 3 trainees']);
    // The bars are as long as their numbers.
    const [long, short] = await page.$$eval('#plot-broken rect', (all) => all.map((bar) => bar.getBoundingClientRect().width));
    assert.ok(Math.abs(long - 2 * short) < 1.5, `${long} ${short}`);
    // And no number at a bar is cut off.
    assert.equal(await page.$$eval('.bars .figure', (all) => all.filter((one) => one.getBoundingClientRect().right > one.closest('svg').getBoundingClientRect().right).length), 0);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await page.click('#forget');
    await page.waitForSelector('#class[hidden]');
    assert.deepEqual(page.errors, []);
  });

  test('what is bad, newer, foreign or double is set apart with its reason; the others count', async () => {
    const page = await ready(session, '/course.html');
    const sheet = (change, first = {}) => JSON.stringify({ kind: 'chartside-score-sheet', form: 1, ...CAS, ...change, results: change.results ?? [{ ...CAS.results[0], ...first }] }, null, 2);
    const bad = {
      'x-cut.json': [sheet({}).slice(0, -9), /line \d+: this is not JSON/],
      'x-empty.json': ['', /this is not JSON/],
      'x-progress.json': ['{"kind":"chartside-progress","form":1,"results":[]}', /this is no score sheet/],
      'x-newer.json': [sheet({ form: 2 }), /form 2, made by a newer Chartside/],
      'x-nobody.json': [sheet({ trainee: ' ' }), /"trainee" is to be/],
      'x-code.json': [sheet({}, { missed: ['<img src=x>'] }), /"missed" of result 1 is to be a list of codes/],
      'x-percent.json': [sheet({}, { percent: 40 }), /line \d+: "percent" of result 1 does not fit its points/],
      'x-twice.json': [sheet({ results: [CAS.results[0], CAS.results[0]] }), /second one of the same scenario and task/],
      'x-foreign.json': [sheet({ course: { id: '0123456789abcdef', name: 'Autumn' } }), /of another course, “Autumn”/],
      'x-changed.json': [sheet({ course: { ...ID, id: '0123456789abcdef' } }), /the course was changed/],
      'x-strange.json': [sheet({ trainee: 'Dee' }, { scenario: 'sodium-result' }), /sodium-result \(code\) is not asked for/],
      'x-copy.json': [writtenSheet(ANN), /the same sheet as ann\.json/],
      'x-earlier.json': [writtenSheet({ ...CAS, trainee: 'CAS', results: CAS.results.slice(0, 1) }), /CAS is in cas\.json already/],
      'x-course.json': [writtenCourse({ ...COURSE, name: 'Other' }), /the one above is open already/],
      'x-long.json': [' '.repeat(5_000_001), /shorter than 5 MB/],
    };
    await openCourse(page, courseFile());
    const paths = Object.entries(bad).map(([name, [text]]) => file(name, text));
    assert.match(await collect(page, ...paths, ...everything()), /^3 score sheets counted, 15 not/);
    const said = Object.fromEntries(await page.$$eval('#apart li', (all) => all.map((one) => [one.querySelector('strong').textContent, one.textContent])));
    for (const [name, [, pattern]] of Object.entries(bad)) assert.match(said[name] ?? '', pattern, name);
    assert.equal((await cells(page, '#class-table')).at(-1), 'Mean | 67 % | 33 % | 75 % | 57 %');

    // Without its course no sheet can be judged.
    const fresh = await ready(session, '/course.html');
    assert.match(await collect(fresh, ...everything()), /^0 score sheets counted, 3 not/);
    assert.match(await textOf(fresh, '#apart'), /Open the course file too/);
    assert.deepEqual(page.errors, []);
  });

  test('a bad course file is refused with its line and the reason, by trainer and trainee', async () => {
    const course = (change, step) => JSON.stringify({ kind: 'chartside-course', form: 1, ...COURSE, steps: [COURSE.steps[0], { ...COURSE.steps[1], ...step }], ...change }, null, 2);
    for (const path of ['/course.html', '/practise.html']) {
      const page = await ready(session, path);
      for (const [name, text, pattern] of [
        ['c-cut.json', course({}).slice(0, -9), /c-cut\.json, line \d+: this is not JSON/],
        ['c-sheet.json', writtenSheet(ANN), /this is no course file/],
        ['c-newer.json', course({ form: 2 }), /made by a newer Chartside/],
        ['c-name.json', course({ name: '' }), /"name" is to be/],
        ['c-none.json', course({ steps: [] }), /"steps" is to be a list of 1 to 100/],
        ['c-task.json', course({}, { task: 'sing' }), /line 10: "task" of step 2/],
        ['c-twice.json', course({}, { scenario: ULCER }), /a second time/],
        ['c-gone.json', course({}, { scenario: 'no-such' }), /step 2 is the scenario no-such, which is not beside these pages/],
        ['c-over.json', course({}, { text: 'form = 1' }), /one of the library/],
        ['c-own.json', course({}, { scenario: 'own-x', text: 'form = 1\ntitle = 3\n' }), /c-own\.json, step 2/],
      ]) assert.match(await openCourse(page, file(name, text)), pattern, `${path} ${name}`);
      // The same, well made, is taken: this would notice.
      assert.doesNotMatch(await openCourse(page, file('c-good.json', course({}))), /Nothing/);
    }
  });

  test('for everyone: making, the class, the trainee’s way; light and dark, wide and narrow; and on paper', async () => {
    const page = await ready(session, '/course.html');
    await openCourse(page, courseFile());
    await fitForAll(page, 'making a course');
    await collect(page, ...everything(), file('x-cut.json', '{'));
    await fitForAll(page, 'the class');
    await page.emulateMediaType('print');
    const visible = await page.evaluate(() => ['make-head', 'sheets', 'class-table', 'plot-broken'].map((id) => document.getElementById(id).checkVisibility()));
    assert.deepEqual(visible, [false, false, true, true]);
    await page.emulateMediaType('screen');
    const trainee = await ready(session, '/practise.html');
    await openCourse(trainee, courseFile());
    await trainee.waitForSelector('#course-place:not([hidden])');
    await fitForAll(trainee, 'the trainee’s way');
    await page.bringToFront();
    await page.evaluate(() => document.querySelector('label[for=course-name]').remove());
    assert.deepEqual((await violations(page)).map((line) => line.split(':')[0]), ['label'], 'this would notice');
  });
});
