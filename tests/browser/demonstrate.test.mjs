// A trainer demonstrates: chooses a scenario, shows both notes and their codes, goes through the steps by keys alone,
// comes back to a step by its address, prints a hand-out and an answer key.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSER, SITE, start } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const LIST = JSON.parse(readFileSync(join(SITE, 'scenarios/index.json'), 'utf8'));
const STEPS = ['The note', 'What is missing', 'The query', 'The note as it should read', 'Codes side by side', 'Teaching points'];

describe('demonstrate', { timeout: 300_000 }, () => {
  let session;
  before(async () => void (session = await start({ extension: null })));
  after(() => session.close());

  const settled = (page, state) => page.waitForFunction((state) => document.body.dataset.state === state, { polling: 50, timeout: 20_000 }, state);
  async function opened(hash, state) {
    const page = await session.page(`/demonstrate.html${hash}`);
    await settled(page, state);
    return page;
  }
  const text = (page, selector) => page.$eval(selector, (e) => e.textContent.replace(/\s+/g, ' ').trim());
  const texts = (page, selector) => page.$$eval(selector, (all) => all.map((e) => e.textContent.replace(/\s+/g, ' ').trim()));
  const at = async (page, hash, state) => {
    await page.waitForFunction((hash) => location.hash === hash, {}, hash);
    await settled(page, state);
  };
  const titleIs = (page, title) => page.waitForFunction((title) => document.getElementById('step-title').textContent === title, {}, title);

  test('the library: every scenario, by level, setting, chapter, topic and words', async () => {
    const page = await opened('', 'library');
    const files = () => page.$$eval('#library .card', (cards) => cards.map((card) => card.dataset.file));
    assert.deepEqual(await files(), LIST.map(({ file }) => file));
    const kinds = { level: '3', setting: 'outpatient', chapter: '9', topic: 'hyponatremia' };
    for (const [name, value] of Object.entries(kinds)) {
      await page.select(`#by-${name}`, value);
      assert.deepEqual(await files(), LIST.filter((entry) => String(entry[name]) === value).map(({ file }) => file), name);
      await page.select(`#by-${name}`, '');
    }
    await page.type('#find', 'SODIUM 121');
    assert.deepEqual(await files(), ['sodium-result.toml']);
    await page.select('#by-setting', 'outpatient');
    assert.deepEqual(await files(), []);
    assert.match(await text(page, '#found'), /Take a filter away/);
    await page.click('#all');
    assert.equal((await files()).length, LIST.length);
    await page.close();
  });

  test('a demonstration from the library to the last step, by keys', async () => {
    const page = await opened('', 'library');
    await page.focus('[data-file="sodium-result.toml"] a');
    await page.keyboard.press('Enter');
    await at(page, '#sodium-result', 'scenario');

    assert.deepEqual(await texts(page, '.sides .before del'), []);
    assert.deepEqual(await texts(page, '.sides .after ins'), ['Hyponatremia due to hydrochlorothiazide, taken as prescribed.']);
    // What is the same stands beside the same.
    const tops = (side) => page.$$eval(`.sides .${side} .lines p`, (lines) => lines.map((line) => Math.round(line.getBoundingClientRect().top)));
    assert.deepEqual(await tops('before'), await tops('after'));

    const rows = await page.$$eval('#overview .codes tbody tr', (all) => all.map((row) => [row.dataset.kind, ...[...row.cells].map((cell) => cell.querySelector('.code')?.textContent ?? '')]));
    assert.deepEqual(rows.toSorted(), [['new', '', 'E87.1'], ['new', '', 'T50.2X5A'], ['same', 'I10', 'I10']]);
    assert.deepEqual(new Set(await texts(page, '#overview .codes .engine')), new Set(['Engine: suggested']));
    assert.match(await text(page, '#overview .balance'), /Codes ?1 → 3.*Documentation gaps ?1 → 0 ?2 new/);
    assert.match(await text(page, '#overview .gaps'), /GAP31.*Engine: raised/);

    await page.keyboard.press('p');
    await at(page, '#sodium-result/1', 'step');
    for (const [i, key] of ['ArrowRight', ' ', 'PageDown', 'ArrowRight', ' '].entries()) {
      await titleIs(page, STEPS[i]);
      await page.keyboard.press(key);
    }
    await titleIs(page, STEPS[5]);
    assert.equal(await page.$eval('#next', (button) => button.disabled), true);
    assert.equal(await text(page, '#steps [aria-current=step]'), `6 ${STEPS[5]}`);
    assert.equal((await texts(page, '#step .teaching li')).length, 2);
    await page.keyboard.press('PageUp');
    await titleIs(page, STEPS[4]);
    await page.goBack();
    await titleIs(page, STEPS[5]);
    await page.keyboard.press('Home');
    await titleIs(page, STEPS[0]);
    // The first step gives nothing away.
    assert.equal(await page.$$eval('#step ins, #step mark, #step .missing, #step .codes', (all) => all.length), 0);
    await page.keyboard.press('Escape');
    await at(page, '#sodium-result', 'scenario');
    await page.close();
  });

  test('files of the reader’s own: shown like the others, opened anew after an edit, refused with the line, not kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartside-own-'));
    const whole = readFileSync(join(SITE, 'scenarios/sodium-result.toml'), 'utf8');
    const titled = (title) => whole.replace(/^title = .*$/m, `title = "${title}"`);
    const file = (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const page = await opened('', 'library');
    const give = async (...paths) => (await page.$('#own')).uploadFile(...paths);
    await give(file('Ward Round.toml', titled('A sodium of the ward')));
    await at(page, '#own-ward-round', 'scenario');
    assert.equal(await text(page, '#title'), 'A sodium of the ward');
    assert.deepEqual(new Set(await texts(page, '#overview .codes .engine')), new Set(['Engine: suggested']));
    await page.keyboard.press('p');
    await at(page, '#own-ward-round/1', 'step');
    await page.goto(page.url().replace(/#.*/, '#'));
    await settled(page, 'library');
    assert.deepEqual(await page.$$eval('#library .card', (cards) => cards.slice(0, 2).map((card) => card.dataset.file)), ['own-ward-round.toml', LIST[0].file]);

    await give(file('broken.toml', whole.replace(/^chapter = .*$/m, 'chapter = "nine"')), file('Ward Round.toml', titled('Another sodium')));
    await page.waitForFunction(() => document.getElementById('own-said').textContent !== '');
    assert.match(await text(page, '#own-said'), /^broken\.toml.*line \d+/);
    assert.deepEqual((await texts(page, '#library h2')).slice(0, 2), ['Another sodium', LIST[0].title]);
    await page.click('[data-file="own-ward-round.toml"] a');
    await at(page, '#own-ward-round', 'scenario');
    assert.equal(await text(page, '#title'), 'Another sodium');
    await page.reload();
    await settled(page, 'library');
    assert.match(await text(page, '#trouble'), /^Files of your own are not kept/);
    assert.equal((await page.$$('#library .card')).length, LIST.length);
    await page.close();
    rmSync(folder, { recursive: true });
  });

  test('a step has an address of its own; large type and dark are kept to the next page of this tab', async () => {
    const page = await opened('#diabetic-foot-ulcer/5', 'step');
    assert.equal(await text(page, '#step-title'), STEPS[4]);
    const specific = await page.$$eval('#step tr[data-kind=specific]', (all) => all.map((row) => row.textContent));
    assert.equal(specific.length, 1);
    assert.match(specific[0], /L97\.519.*unspecified.*↑ more specific.*L97\.512.*fat layer exposed/s);
    const size = () => page.$eval('#step-title', (e) => Number.parseFloat(getComputedStyle(e).fontSize));
    const usual = await size();
    await page.keyboard.press('l');
    assert.ok((await size()) > usual * 1.15);
    await page.keyboard.press('Escape');
    await at(page, '#diabetic-foot-ulcer', 'scenario');
    await page.select('#theme', 'dark');
    await page.reload();
    await settled(page, 'scenario');
    assert.deepEqual(await page.$eval('html', ({ dataset }) => [dataset.theme, dataset.type]), ['dark', 'large']);
    assert.equal(await page.$eval('#large', (button) => button.ariaPressed), 'true');
    // Nothing else is kept.
    assert.deepEqual(await page.evaluate(() => [Object.keys(sessionStorage).sort(), Object.keys(localStorage), document.cookie]), [['theme', 'type'], [], '']);
    await page.close();
  });

  test('its links lead on: a code to its entry in the code book, the note to practice', async () => {
    for (const [link, words] of [['#about a', 'Stop hydrochlorothiazide'], ['#overview .codes a', 'I10']]) {
      const page = await opened('#sodium-result', 'scenario');
      await page.$$eval(link, (all, words) => (all.find((one) => one.textContent === words) ?? all[0]).click(), words);
      await page.waitForFunction((words) => !location.pathname.endsWith('demonstrate.html') && document.querySelector('main')?.innerText.includes(words), { polling: 100, timeout: 20_000 }, words);
      assert.equal(await page.$eval('#trouble', (e) => e.hidden), true);
      await page.close();
    }
  });

  test('every scenario opens, and its words are whole on both sides', async () => {
    const page = await opened('', 'library');
    for (const { file, title } of LIST) {
      const name = file.replace('.toml', '');
      await page.evaluate((name) => void (location.hash = name), name);
      await page.waitForFunction((title) => document.getElementById('title').textContent === title && document.body.dataset.state === 'scenario', { timeout: 20_000 }, title);
      const source = readFileSync(join(SITE, 'scenarios', file), 'utf8');
      const [before, after] = [...source.matchAll(/^note = '''\n([^]*?)'''/gm)].map(([, note]) => note.replace(/\s+/g, ' ').trim());
      const shown = async (side) => (await page.$$eval(`.sides .${side} .lines p`, (lines) => lines.map((line) => line.textContent).join('\n'))).replace(/\s+/g, ' ').trim();
      assert.equal(await shown('before'), before, file);
      assert.equal(await shown('after'), after, file);
      const kinds = await page.$$eval('#overview .codes tbody tr', (all) => all.map((row) => [...row.querySelectorAll('.title')].map((e) => e.textContent)));
      assert.ok(kinds.length > 0 && kinds.flat().every(Boolean), `${file}: a code without its title`);
      assert.ok((await page.$$('#overview ins')).length > 0, `${file}: nothing is marked`);
    }
    await page.close();
  });

  for (const [kind, button] of [['handout', '#print-handout'], ['key', '#print-key']]) {
    test(`on paper: ${kind}`, async () => {
      const page = await opened('#sodium-result', 'scenario');
      await page.evaluate(() => void (window.print = () => {}));
      await page.click(button);
      const words = await text(page, '#paper');
      const answers = /E87\.1|Hyponatremia|Based on your clinical judgment|GAP31|is not a diagnosis|nor the link/;
      if (kind === 'key') assert.match(words, answers);
      else assert.doesNotMatch(words, answers);
      assert.match(words, /A sodium of 121 and a stopped diuretic.*Sodium 121\. Stop|Hyponatremia due to/);
      await page.emulateMediaType('print');
      const seen = await page.evaluate(() => [...document.body.children].filter((e) => e.checkVisibility()).map((e) => e.id));
      assert.deepEqual(seen, ['paper']);
      await page.emulateMediaType(null);
      if (BROWSER === 'chromium') assert.ok((await page.pdf()).length > 10_000);
      await page.evaluate(() => void dispatchEvent(new Event('afterprint')));
      assert.equal(await text(page, '#paper'), '');
      await page.close();
    });
  }

  test('an address that leads nowhere is said, and does no harm', async () => {
    for (const hash of ['#no-such', '#%E0%A4%A', '#../panel/panel', '#sodium-result.toml/3', '#<img src=x onerror=alert(1)>', '#__proto__']) {
      const page = await opened(hash, 'library');
      assert.match(await text(page, '#trouble'), /^There is no scenario/, hash);
      assert.equal(await page.$$eval('#library .card', (cards) => cards.length), LIST.length);
      await page.close();
    }
    for (const hash of ['#sodium-result/99', '#sodium-result/-1', '#sodium-result/x']) {
      const page = await opened(hash, 'scenario');
      await page.close();
    }
  });

  test('a file that is missing, malformed or newer is told in one sentence, and nothing of it is shown', async () => {
    // The engine is open by then: what its Worker loads is not to be held up by the interception.
    const page = await opened('#diabetic-foot-ulcer', 'scenario');
    await page.evaluate(() => void (location.hash = ''));
    await settled(page, 'library');
    await page.setRequestInterception?.(true).catch(() => {});
    let answer = { status: 404, body: '' };
    page.on('request', (request) => (request.url().endsWith('sodium-result.toml') ? request.respond(answer) : request.continue()));
    const good = readFileSync(join(SITE, 'scenarios/sodium-result.toml'), 'utf8');
    const bad = [
      [{ status: 404, body: '' }, /is not there/],
      [{ status: 200, body: good.replace('level = 2', 'level = "two') }, /sodium-result\.toml.*line/],
      [{ status: 200, body: good.replace('form = 1', 'form = 2') }, /sodium-result\.toml/],
      [{ status: 200, body: '\u0000'.repeat(1000) }, /sodium-result\.toml/],
    ];
    for (const [given, pattern] of bad) {
      answer = given;
      await page.evaluate(() => void (location.hash = 'sodium-result'));
      await settled(page, 'trouble');
      assert.match(await text(page, '#trouble span'), pattern);
      assert.equal(await page.$eval('#view-scenario', (e) => e.hidden), true);
      await page.evaluate(() => void (location.hash = ''));
      await settled(page, 'library');
    }
    answer = { status: 200, body: good };
    await page.evaluate(() => void (location.hash = 'sodium-result'));
    await settled(page, 'scenario');
    await page.close();
  });

  test('for everyone: light and dark, large type, from 1400 to 320 px', async () => {
    for (const [hash, state] of [['', 'library'], ['#diabetic-foot-ulcer', 'scenario'], ...STEPS.map((_, i) => [`#diabetic-foot-ulcer/${i + 1}`, 'step'])]) {
      const page = await opened(hash, state);
      await page.evaluate(AXE);
      for (const scheme of ['light', 'dark']) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
        for (const width of [1400, 420, 320]) {
          await page.setViewport({ width, height: 800 });
          const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS);
          assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`), [], `${hash} ${scheme} ${width} px`);
          const wide = await page.evaluate(() => (document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((e) => e.id || e.className || e.localName)));
          assert.deepEqual(wide, [], `${hash} ${width} px scrolls sideways`);
        }
      }
      await page.close();
    }
  });
});
