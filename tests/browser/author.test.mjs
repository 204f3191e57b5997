// A trainer writes a scenario: note, codes of the engine taken and taken back, the gap's draft as the query, saved and opened
// again; every scenario of the library comes out of the form as it went in; identifiers are found, replaced and brought back;
// bad, newer and long texts leave the form as it is; leaving is asked where something would be lost, and not otherwise.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { BROWSER, ROOT, SITE, start } from './harness.mjs';
import { fitForAll, ready, textOf, violations } from './site.mjs';

const LIST = JSON.parse(readFileSync(join(SITE, 'scenarios/index.json'), 'utf8'));
const source = (name) => readFileSync(join(ROOT, 'www/scenarios', name), 'utf8');
const BEFORE = `PROGRESS NOTE
71-year-old woman with five days of worsening breathlessness and ankle swelling, sleeping on three pillows.

ASSESSMENT AND PLAN
1. Acute on chronic heart failure. Bibasilar crackles, NT-proBNP 6,200 pg/mL. Echocardiogram: left ventricular ejection fraction 30 %, global hypokinesis. Furosemide 40 mg IV twice daily.
2. Hypertension, lisinopril continued.
`;
const AFTER = BEFORE.replace('Acute on chronic heart failure', 'Acute on chronic systolic heart failure');

describe('author', { timeout: 300_000 }, () => {
  let session;
  let folder;
  before(async () => {
    session = await start({ extension: null });
    folder = mkdtempSync(join(tmpdir(), 'chartside-author-'));
  });
  after(async () => {
    await session?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const page of await session.browser.pages()) {
      if (!page.url().startsWith(session.server.origin)) continue;
      await page.close();
    }
  });

  /** The engine has answered to what stands in the form. */
  const settled = (page) => page.waitForFunction(() => document.body.dataset.live === 'settled', { polling: 50, timeout: 20_000 });
  const value = (page, path) => page.$eval(`[data-path="${path}"]`, (field) => field.value);
  const write = async (page, path, text) => {
    await page.$eval(`[data-path="${path}"]`, (field, text) => {
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }, text);
    await settled(page);
  };
  const said = (page, pattern) => page.waitForFunction((source) => new RegExp(source, 's').test(document.getElementById('said').textContent), { timeout: 20_000, polling: 50 }, pattern.source);
  /** A click on a button, wherever the page has been scrolled to. */
  const click = async (page, selector) => {
    await page.$eval(selector, (button) => button.scrollIntoView({ block: 'center' }));
    await page.click(selector);
    await settled(page);
  };
  const rows = (page, block) => page.$$eval(`#${block} .beside-row[data-verdict]`, (all) => all.map((row) => `${row.dataset.verdict} ${row.dataset.code ?? row.dataset.rule}`));
  const form = (page) => page.$$eval('#scenario [data-path]', (all) => all.map((field) => [field.dataset.path, field.value]));
  /** Whether the page asks before it goes. */
  const asks = (page) => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  const file = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  async function give(page, path) {
    await page.$eval('#said', (place) => void (place.textContent = ''));
    await (await page.$('#open-file')).uploadFile(path);
    await page.waitForFunction(() => document.getElementById('said').textContent !== '' || !document.getElementById('sure').hidden);
    await settled(page);
  }
  async function fromLibrary(page, name) {
    await page.$eval('#said', (place) => void (place.textContent = ''));
    await page.select('#library', name);
    await page.click('#open-library');
    await page.waitForFunction(() => document.getElementById('said').textContent !== '');
    await settled(page);
  }
  async function saved(page, name) {
    await session.saveIn(folder);
    rmSync(join(folder, name), { force: true });
    await page.$eval('#said', (place) => void (place.textContent = ''));
    await page.click('#save-file');
    await said(page, /^Saved as/);
    for (let i = 0; i < 100; i++) {
      if (readdirSync(folder).includes(name) && readFileSync(join(folder, name), 'utf8').includes('[query]')) return join(folder, name);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return assert.fail(`${name} was not saved; there is ${readdirSync(folder)}`);
  }
  /** What the engine reads in a file. */
  const read = (page, name, text) => page.evaluate(async (name, text) => {
    const { engine } = await import('./site.js');
    return engine.scenario({ name, text });
  }, name, text);

  test('a session: written, the engine’s codes taken and taken back, the draft used, saved, opened again', async () => {
    const page = await ready(session, '/author.html');
    assert.equal(await asks(page), false);
    assert.equal(await value(page, 'before.note'), '');
    await page.type('[data-path=title]', 'Breathless at night');
    assert.equal(await asks(page), true);
    assert.equal(await textOf(page, '#kept'), 'Not saved');
    await write(page, 'topic', 'heart failure');
    await page.select('[data-path=chapter]', '9');
    await write(page, 'summary', 'The type of the heart failure is not stated.');
    await write(page, 'before.note', BEFORE);

    // Beside each other: what is expected by nobody yet, what is expected and not found, what both have.
    await page.waitForSelector('#before-codes-beside [data-code="I50.9"]');
    const engine = (await rows(page, 'before-codes-beside')).map((row) => row.replace('engine ', ''));
    assert.ok(engine.includes('I11.0') && engine.includes('I50.9'), String(engine));
    assert.deepEqual(await rows(page, 'before-gaps-beside'), ['engine GAP37']);
    await write(page, 'before.codes', 'i509, e119 Q00.99');
    assert.equal(await value(page, 'before.codes'), 'I50.9 E11.9 Q00.99');
    const three = await rows(page, 'before-codes-beside');
    assert.deepEqual(three.slice(0, 3), ['same I50.9', 'expected E11.9', 'expected Q00.99']);
    assert.ok(three.includes('engine I11.0'));
    assert.match(await textOf(page, '#before-codes-beside [data-code="E11.9"]'), /only expected ?E11\.9 Type 2 diabetes.*Engine: not found/);
    assert.match(await textOf(page, '#before-codes-beside [data-code="Q00.99"]'), /not in the code book/);
    assert.match(await textOf(page, '#before-codes-beside .first'), /^First the engine would put I11\.0 \(/);
    // The words that a code rests on are shown in the note.
    await click(page, '#before-codes-beside [data-code="I11.0"] .place');
    const shown = await page.$eval('#before-note', (field) => [document.activeElement === field, field.value.slice(field.selectionStart, field.selectionEnd)]);
    assert.equal(shown[0], true);
    assert.match(shown[1], /ypertension|heart failure/);

    await click(page, '[data-take="before.codes"]');
    assert.deepEqual((await value(page, 'before.codes')).split(' ').toSorted(), engine.toSorted());
    assert.ok((await rows(page, 'before-codes-beside')).every((row) => row.startsWith('same')));
    assert.equal(await page.$('[data-take="before.codes"]'), null);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.undo), 'before.codes');
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await value(page, 'before.codes'), 'I50.9 E11.9 Q00.99');
    assert.equal(await page.$('[data-undo="before.codes"]'), null);
    // Once it was changed by hand there is no way back over the hand's work.
    await click(page, '[data-take="before.codes"]');
    await write(page, 'before.codes', `${await value(page, 'before.codes')} E11.9`);
    assert.equal(await page.$('[data-undo="before.codes"]'), null);
    await click(page, '#before-codes-beside [data-code="E11.9"] button');
    assert.ok(!(await value(page, 'before.codes')).includes('E11.9'));
    await click(page, '[data-take="before.gaps"]');
    assert.equal(await value(page, 'before.gaps'), 'GAP37');

    await click(page, '[data-draft=GAP37]');
    assert.match(await value(page, 'query.text'), /heart failure/i);
    assert.match(await textOf(page, '#lint'), /Nothing in it is against compliance/);
    await write(page, 'query.text', `${await value(page, 'query.text')}\nPlease document it, it would add an MCC.`);
    assert.match(await textOf(page, '#lint'), /To be changed/);
    await write(page, 'query.text', (await value(page, 'query.text')).replace(/\nPlease document it.*/, ''));

    await page.$eval('#before-note', (field) => field.setSelectionRange(field.value.indexOf('ejection'), field.value.indexOf(', global')));
    await click(page, '#add-missing');
    assert.equal(await value(page, 'missing.0.quote'), 'ejection fraction 30 %');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.path), 'missing.0.what');
    await page.keyboard.type('Type of the heart failure');
    await write(page, 'missing.0.why', 'The treatment differs.');

    // The file cannot do without the second note.
    await page.click('#save-file');
    await said(page, /Not saved yet\. The note as it should read is empty\./);
    await click(page, '#copy-note');
    await write(page, 'after.note', AFTER);
    await click(page, '[data-take="after.codes"]');
    assert.ok((await value(page, 'after.codes')).split(' ').includes('I50.23'));
    await click(page, '#add-teaching');
    await page.keyboard.type('An ejection fraction does not let the coder choose the type.');
    await write(page, 'teaching.0.source', 'ICD-10-CM Official Guidelines I.A.19');
    assert.match(await textOf(page, '#todo'), /Nothing is left to do/);
    const before = await form(page);
    const path = await saved(page, 'breathless-at-night.toml');
    assert.equal(await asks(page), false);
    assert.equal(await textOf(page, '#kept'), '');

    const other = await ready(session, '/author.html');
    await give(other, path);
    assert.match(await textOf(other, '#said'), /breathless-at-night\.toml is open/);
    assert.deepEqual(await form(other), before);
    assert.equal(await asks(other), false);
    const scenario = await read(other, 'again', readFileSync(path, 'utf8'));
    assert.deepEqual([scenario.before.note, scenario.after.note, scenario.before.gaps], [BEFORE, AFTER, ['GAP37']]);
    // Nothing of it is kept or in the address.
    for (const one of [page, other]) {
      assert.deepEqual(await one.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie, location.search, document.title]), [0, 0, '', '', 'Author · Chartside']);
      assert.doesNotMatch(await one.evaluate(() => location.href), /Breathless|failure/i);
      assert.deepEqual(one.errors, []);
    }
  });

  test('every scenario of the library comes out of the form as the engine read it', async () => {
    const page = await ready(session, '/author.html');
    assert.ok(LIST.length >= 40);
    for (const { file: name } of LIST) {
      await page.select('#library', name);
      await page.click('#open-library');
      await said(page, new RegExp(`^${name.replace('.', '\\.')} is open`));
      const [was, is, again] = await page.evaluate(async (name, text) => {
        const [{ engine }, { written }, { Form }] = await Promise.all([import('./site.js'), import('./author-file.js'), import('./author-form.js')]);
        const read = (text) => engine.scenario({ name, text });
        const was = await read(text);
        globalThis.formOfTest ??= new Form(document.getElementById('scenario'), { changed() {}, refuse() {} });
        const is = await read(written(globalThis.formOfTest.read()));
        return [was, is, await read(written(is))];
      }, name, source(name));
      assert.deepEqual(is, was, name);
      assert.deepEqual(again, was, name);
    }
    assert.equal(await asks(page), false);
    assert.deepEqual(page.errors, []);
  });

  test('any text comes out of a file as it went in', async () => {
    const page = await ready(session, '/author.html');
    const texts = ['plain\n', '\n\nbegins with empty lines', "three ''' quotes and \"\"\" more", "ends with '", 'back\\slash \\n \\u0041', 'a\ttab, \u0000\u0001\u001f\u007f\u0085\u2028 and é 漢字 🩺', '"""', "'", ' ', 'form = 2\n[[missing]]\n# no comment', 'line\r\nline\rline'];
    const outcome = await page.evaluate(async (texts) => {
      const [{ engine }, { empty, written }] = await Promise.all([import('./site.js'), import('./author-file.js')]);
      const wrong = [];
      for (const text of texts) {
        const filled = { ...empty(), title: `t ${text}`, topic: text, chapter: 1, summary: text, before: { note: `x ${text}`, codes: [text], gaps: [text] }, after: { note: `${text} x`, codes: [], gaps: [] }, missing: [{ what: text, why: text, quote: text }], teaching: [{ point: text, source: text }], query: { text } };
        const read = await engine.scenario({ name: 'any.toml', text: written(filled) });
        if (JSON.stringify(read) !== JSON.stringify({ form: 1, ...filled })) wrong.push([text, read]);
      }
      // Half of a character is none: it becomes the sign for that.
      const half = await engine.scenario({ name: 'half.toml', text: written({ ...empty(), title: '\ud83e', chapter: 1, before: { note: 'x', codes: [], gaps: [] }, after: { note: '\udd7a', codes: [], gaps: [] } }) });
      return [wrong, half.title, half.after.note];
    }, texts);
    assert.deepEqual(outcome, [[], '\ufffd', '\ufffd']);
  });

  test('identifiers: each with its place, its class and the reason; replaced in one step, brought back, and asked for before saving', async () => {
    const page = await ready(session, '/author.html');
    await fromLibrary(page, 'heart-failure-type.toml');
    const note = (await value(page, 'before.note')).replace('REASON FOR ADMISSION\n', 'REASON FOR ADMISSION\nMr. Jorge Quvxol, MRN 00482913, lives in Oakmere, call 555-201-7788. ');
    await write(page, 'before.note', note);
    await write(page, 'missing.0.quote', 'Mr. Jorge Quvxol, MRN');
    await write(page, 'query.text', `${await value(page, 'query.text')}\nAbout Mr. Jorge Quvxol`);
    await settled(page);
    const named = await page.$$eval('#identifiers .place', (all) => all.map((place) => {
      const one = place.closest('.named > li');
      return [place.querySelector('.where').textContent, one.querySelector('mark').textContent, one.querySelector('.hint').textContent, one.querySelector('.instead').textContent];
    }));
    const count = Number(/\d+/.exec(await textOf(page, '#replace-all'))[0]);
    const of = (words) => named.filter((row) => row[1] === words);
    assert.deepEqual(of('00482913'), [['Note as documented: ', '00482913', 'The words before it say that it is a number given to one person. Class H to K, numbers of records, plans, accounts, licenses.', '[number of a record, an account or a policy 1]']]);
    assert.match(of('Oakmere').join(), /Class B, places smaller than a state/);
    assert.match(of('555-201-7788').join(), /Class D and E, telephone and fax numbers/);
    // The same person has the same in the place of the name, wherever it stands.
    const person = of('Jorge Quvxol');
    assert.deepEqual(person.map((row) => row[0]), ['Note as documented: ', 'Query: ']);
    assert.equal(new Set(person.map((row) => row[3])).size, 1);
    assert.ok(of('04/10/2026').some((row) => /Class C, dates/.test(row[2]) && row[0] === 'Note as it should read: '));
    assert.match(await textOf(page, '#brief-named'), new RegExp(`^${count} places may name a person`));
    await click(page, '#identifiers .named .place');
    assert.equal(await page.evaluate(() => document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)), named[0][1]);

    // Not saved over the warning.
    await page.click('#save-file');
    await said(page, /Not saved yet: \d+ places may name a real person/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'replace-all');
    const before = await form(page);
    await page.keyboard.press('Enter');
    await said(page, /places replaced/);
    await settled(page);
    const text = (await form(page)).map(([, value]) => value).join('\n');
    for (const words of ['Quvxol', '00482913', 'Oakmere', '555-201', '04/10/2026', 'Halloway']) assert.ok(!text.includes(words), words);
    assert.equal(await value(page, 'missing.0.quote'), `Mr. ${person[0][3]}, MRN`);
    assert.ok((await value(page, 'before.note')).includes(await value(page, 'missing.0.quote')));
    assert.match(await textOf(page, '#identifiers'), /Nothing has the form/);
    await click(page, '#identifiers [data-undo]');
    assert.deepEqual(await form(page), before);
    assert.equal((await page.$$('#identifiers .place')).length, named.length);

    // Or the author says that they are invented; a new one is asked for again.
    await click(page, '#invented');
    assert.ok(readFileSync(await saved(page, 'heart-failure-type.toml'), 'utf8').includes('Quvxol'));
    await write(page, 'before.note', `${note}\nSSN 123-45-6789\n`);
    await page.click('#save-file');
    await said(page, /may name a real person/);
    await click(page, '#replace-all');
    const clean = readFileSync(await saved(page, 'heart-failure-type.toml'), 'utf8');
    assert.match(clean, /\[social security number 1\]/);
    assert.deepEqual(page.errors, []);
  });

  test('over the whole library: after replacing nothing is found, and the file is still one', async () => {
    const page = await ready(session, '/author.html');
    const left = await page.evaluate(async (files) => {
      const [{ engine }, { written }, { namedIn, withoutNames }] = await Promise.all([import('./site.js'), import('./author-file.js'), import('./author-identifiers.js')]);
      const textsOf = (of, path = '') => (typeof of === 'string' ? [{ path, label: path, text: of }] : Object.entries(of ?? {}).flatMap(([name, value]) => (/^(codes|gaps|setting)$/.test(name) ? [] : textsOf(value, path ? `${path}.${name}` : name))));
      const wrong = [];
      for (const [name, text] of files) {
        const was = await engine.scenario({ name, text });
        const named = await namedIn(textsOf(was), was.before.note, (text) => engine.identifiers(text));
        const { scenario } = withoutNames(was, named);
        const again = await namedIn(textsOf(scenario), scenario.before.note, (text) => engine.identifiers(text));
        await engine.scenario({ name, text: written(scenario) }).catch((error) => wrong.push([name, error.message]));
        if (again.length > 0 || named.length === 0) wrong.push([name, named.length, again.map(({ words }) => words)]);
      }
      return wrong;
    }, LIST.map(({ file: name }) => [name, source(name)]));
    assert.deepEqual(left, []);
  });

  test('a file that is malformed, newer, none or too long is refused with the line and the reason; the form stays', async () => {
    const page = await ready(session, '/author.html');
    await fromLibrary(page, 'sodium-result.toml');
    const before = await form(page);
    const good = source('sodium-result.toml');
    for (const [name, text, pattern] of [
      ['cut.toml', good.slice(0, 900), /^cut\.toml, line \d+: .*not used/],
      ['newer.toml', good.replace('form = 1', 'form = 2'), /^newer\.toml is of form 2, made by a newer Chartside/],
      ['level.toml', good.replace(/^level = \d/m, 'level = 7'), /^level\.toml, line 6: level is 1, 2 or 3/],
      ['field.toml', good.replace('[query]', 'colour = "red"\n[query]'), /^field\.toml, line \d+: unknown field/],
      ['quote.toml', good.replace(/^quote = "/m, 'quote = "Quvxol '), /^quote\.toml, line \d+: a quote is not in the note/],
      ['empty.toml', '', /^empty\.toml, line \d+: missing field/],
      ['binary.toml', '\u0000\u0001\uffff'.repeat(500), /^binary\.toml, line \d+: /],
      ['course.toml', '{"kind":"chartside-course"}', /^course\.toml, line 1: /],
      ['long.toml', `${good}\n# ${'x'.repeat(1_000_000)}`, /^long\.toml has 1,\d{3},\d{3} characters; a scenario has at most 200,000\. Nothing of it was taken/],
      ['huge.toml', ' '.repeat(5_000_001), /^huge\.toml: such a file is shorter than 5 MB/],
    ]) {
      await give(page, file(name, text));
      assert.match(await textOf(page, '#said'), pattern, name);
      assert.deepEqual(await form(page), before, name);
    }
    // The same, well made, is taken: this would notice.
    await give(page, file('good.toml', good.replace(/^topic = .*/m, 'topic = "another"')));
    assert.match(await textOf(page, '#said'), /good\.toml is open/);
    assert.equal(await value(page, 'topic'), 'another');
    assert.deepEqual(page.errors, []);
  });

  test('1 MB of pasted text is refused in a sentence, and the field is as it was', async () => {
    const other = await session.page('/pages/paste.html');
    const press = async (page, key, command) => {
      await page.keyboard.down('Control');
      await page.keyboard.press(key, { commands: [command] });
      await page.keyboard.up('Control');
    };
    await other.bringToFront();
    await other.$eval('textarea', (field) => {
      field.value = 'word '.repeat(200_000);
      field.focus();
      field.select();
    });
    await press(other, 'KeyC', 'Copy');
    const page = await ready(session, '/author.html');
    await page.bringToFront();
    await page.focus('#before-note');
    await press(page, 'KeyV', 'Paste');
    await said(page, /^With this text it would be 1,000,000 characters; a scenario has at most 200,000\. The text was not taken; paste the note alone\.$/);
    assert.equal(await value(page, 'before.note'), '');
    await page.$eval('#said', (place) => void (place.textContent = ''));
    for (const path of ['before.note', 'query.text', 'before.codes', 'title']) {
      await page.$eval(`[data-path="${path}"]`, (field) => field.removeAttribute('maxlength'));
      await page.focus(`[data-path="${path}"]`);
      await page.keyboard.type('abc');
      await settled(page);
      const was = await value(page, path);
      await page.evaluate(() => {
        document.execCommand('insertText', false, 'word '.repeat(200_000));
      });
      await said(page, /^With this text it would be 1,000,\d{3} characters; a scenario has at most 200,000\. .*paste the note alone\.$/);
      assert.equal(await value(page, path), was, path);
      // By a way that says nothing beforehand.
      await page.$eval('#said', (place) => void (place.textContent = ''));
      await write(page, path, 'y'.repeat(1_000_000));
      await said(page, /The field is as it was/);
      assert.equal((await value(page, path)).toLowerCase(), was.toLowerCase(), path);
    }
    // What is long, and not too long, is read.
    await write(page, 'before.note', BEFORE.repeat(120));
    assert.ok((await rows(page, 'before-codes-beside')).includes('engine I50.9'));
    assert.deepEqual(page.errors, []);
  });

  test('leaving is asked where something would be lost, and only there', async () => {
    const page = await ready(session, '/author.html');
    await fromLibrary(page, 'sodium-result.toml');
    assert.equal(await asks(page), false);
    await page.click('#new');
    await settled(page);
    assert.equal(await page.$eval('#sure', (place) => place.hidden), true);
    await page.type('[data-path=topic]', 'x');
    assert.equal(await asks(page), true);
    // Typed and taken away again is nothing.
    await page.keyboard.press('Backspace');
    assert.equal(await asks(page), false);
    await page.keyboard.type('x');
    // Another scenario in its place is asked too.
    await give(page, file('asked.toml', source('sodium-result.toml')));
    assert.equal(await page.evaluate(() => document.activeElement.id), 'sure-keep');
    await page.keyboard.press('Enter');
    assert.deepEqual([await value(page, 'topic'), await page.$eval('#sure', (place) => place.hidden)], ['x', true]);
    await give(page, file('asked.toml', source('sodium-result.toml')));
    await page.click('#sure-replace');
    await said(page, /asked\.toml is open/);
    assert.equal(await value(page, 'topic'), 'hyponatremia');
    assert.equal(await asks(page), false);
    if (BROWSER === 'chromium') {
      // As the browser itself does it.
      let dialogs = 0;
      page.on('dialog', (dialog) => {
        dialogs += 1;
        assert.equal(dialog.type(), 'beforeunload');
        void dialog.accept();
      });
      await page.goto(`${session.server.origin}/author.html`);
      await page.waitForSelector('body[data-state=ready]');
      assert.equal(dialogs, 0);
      await page.type('[data-path=topic]', 'x');
      await page.goto(`${session.server.origin}/course.html`);
      assert.equal(dialogs, 1);
    }
  });

  test('an engine that cannot start is no reason to lose what was written', async () => {
    const page = await session.page('/frame.html');
    await page.evaluateOnNewDocument(() => {
      const real = globalThis.fetch;
      globalThis.fetch = (address) => (String(address).endsWith('.pack') ? Promise.resolve(new Response('', { status: 404 })) : real(address));
    });
    await page.goto(`${session.server.origin}/author.html`);
    await page.waitForSelector('#trouble:not([hidden])');
    assert.match(await textOf(page, '#trouble'), /The knowledge pack is missing/);
    for (const [path, text] of [['title', 'Without an engine'], ['chapter', '9'], ['before.note', BEFORE], ['after.note', AFTER]]) await write(page, path, text);
    assert.equal(await asks(page), true);
    await page.click('#save-file');
    await said(page, /^Saved as without-an-engine\.toml/);
    assert.equal(await asks(page), false);
  });

  test('every page of the site leads here', () => {
    const pages = readdirSync(SITE).filter((name) => name.endsWith('.html') && !['frame.html', 'chartside.html'].includes(name));
    assert.ok(pages.length >= 6);
    for (const name of pages) assert.match(readFileSync(join(SITE, name), 'utf8'), /<a href="author\.html"( aria-current="page")?>Author<\/a>/, name);
  });

  test('rows: moved, removed and brought back, by keys', async () => {
    const page = await ready(session, '/author.html');
    await fromLibrary(page, 'heart-failure-type.toml');
    const points = () => page.$$eval('[data-field=point]', (all) => all.map((field) => field.value.slice(0, 12)));
    assert.deepEqual(await points(), ['Heart failur', 'Hypertension']);
    await page.focus('#teaching > li:nth-child(2) [data-action=up]');
    await page.keyboard.press('Enter');
    assert.deepEqual(await points(), ['Hypertension', 'Heart failur']);
    assert.equal(await page.evaluate(() => document.activeElement.closest('li')?.ariaLabel), 'Teaching point 1');
    await settled(page);
    await page.focus('#teaching > li:nth-child(1) [data-action=remove]');
    await page.keyboard.press('Enter');
    assert.deepEqual(await points(), ['Heart failur']);
    await settled(page);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.undo), 'teaching');
    await page.keyboard.press('Enter');
    await settled(page);
    assert.deepEqual(await points(), ['Hypertension', 'Heart failur']);
    assert.deepEqual(page.errors, []);
  });

  test('on paper: the whole scenario as a sheet, and nothing of the form', async () => {
    const page = await ready(session, '/author.html');
    await fromLibrary(page, 'sodium-result.toml');
    await page.evaluate(() => {
      window.print = () => {};
      dispatchEvent(new Event('beforeprint'));
    });
    assert.match(await textOf(page, '#paper'), /A sodium of 121.*Scenario.*Sodium 121.*What is missing.*GAP31.*Hyponatremia due to.*E87\.1 Hypo-osmolality.*Teaching points/);
    await page.emulateMediaType('print');
    assert.deepEqual(await page.evaluate(() => [...document.body.children].filter((one) => one.checkVisibility()).map((one) => one.id)), ['paper']);
    await page.emulateMediaType(null);
    await page.evaluate(() => void dispatchEvent(new Event('afterprint')));
    assert.equal(await textOf(page, '#paper'), '');
    if (BROWSER === 'chromium') assert.ok((await page.pdf()).length > 10_000);
  });

  test('for everyone: empty and full, light and dark, wide and narrow, large type', async () => {
    const page = await ready(session, '/author.html');
    await fitForAll(page, 'empty');
    await fromLibrary(page, 'diabetic-foot-ulcer.toml');
    await write(page, 'before.codes', 'E11.9 Z99.99 R73.9');
    await write(page, 'query.text', 'Please document sepsis, it would add an MCC.');
    await click(page, '#teaching > li:first-child [data-action=remove]');
    await page.click('#new');
    await fitForAll(page, 'full');
    await page.click('#large');
    await page.setViewport({ width: 320, height: 900 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'large type scrolls sideways');
    await page.evaluate(() => sessionStorage.clear());
    await page.evaluate(() => document.querySelector('label[for=before-note]').remove());
    await page.$eval('#before-note', (field) => field.removeAttribute('placeholder'));
    assert.deepEqual((await violations(page)).map((line) => line.split(':')[0]), ['label'], 'this would notice');
  });
});
