// The options page in a real browser: rule files and a query template are tried whole before they are kept, what is kept
// reaches the panel, and what is refused changes nothing.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { ROOT, start } from './harness.mjs';

const LETTER = readFileSync(join(ROOT, 'tests/templates/letter.toml'), 'utf8');

const RULE = `
id = "OUR01"
version = 1
kind = "specificity"
title = "Type of walking aid"
issue = "A walking aid is documented; its type was not found in the text scanned."
question = "Please specify the type of walking aid, if it is known."
form = "open-ended"
source = "Facility policy 12"
fires = "aid"
strength = 5

[findings.aid]
class = "treatment"
words = ["walking aid"]
`;

/** Files that the options page must refuse, with what it says. */
const BAD = [
  ['rules', 'typing.toml', 'off = ["GAP01"', /typing\.toml, line 1: .+ The file was not used\.$/],
  ['rules', 'unknown.toml', 'off = ["GAP999"]', /unknown\.toml: there is no rule GAP999 to switch off\. The file was not used\.$/],
  ['rules', 'kind.toml', RULE.replace('"specificity"', '"payment"'), /kind\.toml, line 4: .*unknown variant/],
  ['rules', 'latin.toml', Buffer.from('off = []\n# caf\xe9\n', 'latin1'), /latin\.toml, line 2: this is no text in UTF-8/],
  ['rules', 'large.toml', `# ${'x'.repeat(300_000)}`, /large\.toml has 300,002 bytes/],
  ['synonyms', 'code.toml', '[synonyms]\n"house word" = "E11.9"\n', /code\.toml, line 2: .+ The file was not used\.$/],
  ['synonyms', 'typing.toml', '[synonyms]\n"house word" = diabetes\n', /typing\.toml, line 2: /],
  ['rules', 'page.toml', '<img src=x onerror=alert(1)>', /page\.toml, line 1/],
  ['template', 'pay.toml', 'name = "H"\n\nclosing = "This would add an MCC."', /pay\.toml, line 3: closing: .*QL02/],
  ['template', 'locked.toml', 'name = "H"\norder = ["issue", "question", "options", "closing"]', /locked\.toml, line 2: order: "indicators" is locked/],
];

describe('options', { timeout: 300_000 }, () => {
  let session;
  let folder;
  before(async () => {
    session = await start();
    folder = mkdtempSync(join(tmpdir(), 'chartside-options-'));
  });
  after(async () => {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function options() {
    const page = await session.options();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    return { page, errors };
  }

  /** Chooses a file, and gives what is said of it once it has been tried. */
  async function give(page, kind, name, text) {
    const path = join(folder, name);
    writeFileSync(path, text);
    await (await page.$(`#${kind}-file`)).uploadFile(path);
    await page.waitForFunction((kind) => document.body.dataset.state === 'ready' && !/^(Reading|$)/.test(document.getElementById(`${kind}-said`).textContent), { timeout: 20_000 }, kind);
    return page.$eval(`#${kind}-said`, (said) => said.textContent);
  }

  const kept = (page) => page.evaluate(async () => (await chrome.storage.local.get('facility')).facility ?? { rules: [], synonyms: [], template: null });
  const listed = (page, kind) => page.$$eval(`#${kind} li`, (rows) => rows.map((row) => row.querySelector('.what').textContent));

  afterEach(async () => {
    const { page } = await options();
    await page.evaluate(() => chrome.storage.local.clear());
    await page.close();
  });

  async function gaps() {
    const page = await session.page('/pages/gaps.html');
    const panel = await session.panel(page);
    await panel.settled();
    await panel.click('label[for=setting-inpatient]');
    await panel.settled();
    await panel.press('2');
    await panel.page.waitForSelector('#view-queries:not([hidden]) .gap');
    return { page, panel };
  }

  async function choose(panel, rule) {
    if (!(await panel.page.$eval(`.gap[data-rule=${rule}]`, (gap) => gap.checkVisibility()))) await panel.page.click('#gaps-more summary');
    await panel.page.click(`.gap[data-rule=${rule}] .title`);
    await panel.page.waitForSelector(`.gap[data-rule=${rule}][aria-current=true] .draft`);
  }

  const draft = (panel) => panel.page.$eval('.gap[aria-current=true] .draft', (area) => area.value);

  test('a rule file is shown with its name and count, reaches an open panel, and goes again', async () => {
    const { page: note, panel } = await gaps();
    const rules = () => panel.page.$$eval('.gap', (all) => all.map((gap) => gap.dataset.rule));
    assert.ok((await rules()).includes('GAP37'));
    const { page, errors } = await options();
    assert.match(await give(page, 'rules', 'ours.toml', 'off = ["GAP37"]\n[definitions]\nsepsis = "sepsis-3"\n'), /^ours\.toml is in use: 1 rule switched off, 1 definition chosen\.$/);
    assert.deepEqual(await listed(page, 'rules'), ['ours.toml 1 rule switched off, 1 definition chosen']);
    await note.bringToFront();
    await panel.page.waitForFunction(() => !document.querySelector('.gap[data-rule=GAP37]'), { timeout: 20_000 });
    await page.bringToFront();
    await page.click('#rules [data-remove="ours.toml"]');
    await note.bringToFront();
    await panel.page.waitForSelector('.gap[data-rule=GAP37]', { timeout: 20_000 });
    assert.deepEqual((await kept(page)).rules, []);
    assert.deepEqual([...errors, ...panel.errors], []);
    await Promise.all([page.close(), note.close()]);
  });

  test('a rule of the facility is raised, with its draft', async () => {
    const { page } = await options();
    assert.match(await give(page, 'rules', 'our01.toml', RULE), /in use: 1 rule\.$/);
    const note = await session.page('/pages/empty.html');
    const panel = await session.panel(note);
    await panel.settled();
    await panel.click('#tab-paste');
    await panel.page.type('#paste-text', 'PLAN:\n1. Unsteady gait. Uses a walking aid at home.\n');
    await panel.click('#paste-scan');
    await panel.settled();
    await panel.click('#tab-queries');
    await choose(panel, 'OUR01');
    assert.match(await draft(panel), /“.*walking aid.*”/);
    await Promise.all([page.close(), note.close()]);
  });

  test('a template writes the drafts; the checks pass; indicators can still be left out', async () => {
    const { page } = await options();
    assert.match(await give(page, 'template', 'letter.toml', LETTER), /letter\.toml is in use: “County Hospital, CDI letter”/);
    const { page: note, panel } = await gaps();
    await choose(panel, 'GAP37');
    assert.match(await draft(panel), /^Title: Heart failure type\n\nDear colleague,\n\n[^]*Findings in the record\n- “[^]*Response options \(in alphabetical order\)\n\[ \][^]*Provider signature: ____/);
    await panel.page.waitForFunction(() => /Passes the checks of the practice brief \(ACDIS\/AHIMA 2022 and ACDIS\/AHIMA 2026 draft\)/.test(document.querySelector('.gap[aria-current=true] .lint').textContent));
    const whole = await draft(panel);
    await panel.page.click('.gap[aria-current=true] .places input');
    await panel.page.waitForFunction((before) => document.querySelector('.gap[aria-current=true] .draft').value !== before, { timeout: 10_000 }, whole);
    assert.match(await draft(panel), /Dear colleague,/);
    await panel.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.deepEqual(await panel.page.$$eval('#sheet h2', (all) => all.map((h) => h.textContent)), [
      'Reason for this query', 'Findings in the record', 'Question', 'Response options (in alphabetical order)',
    ]);
    await Promise.all([page.close(), note.close()]);
  });

  test('a bad file is refused with its line and reason, and the last good one stays', async () => {
    const { page, errors } = await options();
    await give(page, 'rules', 'ours.toml', 'off = ["GAP37"]');
    await give(page, 'template', 'letter.toml', LETTER);
    const before = await kept(page);
    for (const [kind, name, text, says] of BAD) {
      assert.match(await give(page, kind, name, text), says, name);
      assert.deepEqual(await kept(page), before, name);
    }
    // The good one is known by its name: a new version takes its place, a bad one does not.
    assert.match(await give(page, 'rules', 'ours.toml', 'off = ["GAP999"]'), /not used/);
    assert.deepEqual(await kept(page), before);
    await give(page, 'rules', 'ours.toml', 'off = ["GAP26"]');
    assert.deepEqual((await kept(page)).rules.map(({ name, about }) => [name, about]), [['ours.toml', '1 rule switched off']]);
    assert.deepEqual(errors, []);
    await page.close();
  });

  test('the checks know the house’s own phrases and the queries that wait for an answer', async () => {
    const { page } = await options();
    await page.type('#internal', 'Escalate to the physician adviser');
    await page.keyboard.press('Tab');
    await page.waitForFunction(async () => (await chrome.storage.local.get('settings')).settings?.internal?.length === 1);
    await page.$eval('#internal', (area) => void (area.value = 'short'));
    await page.focus('#internal');
    await page.keyboard.type(' one');
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => /13 to 200/.test(document.getElementById('internal-said').textContent));
    assert.deepEqual(await page.evaluate(async () => (await chrome.storage.local.get('settings')).settings.internal), ['Escalate to the physician adviser']);

    const { page: note, panel } = await gaps();
    const checks = (pattern) => panel.page.waitForFunction((source) => new RegExp(source).test(document.getElementById('check-findings').textContent), { timeout: 10_000 }, pattern.source);
    await choose(panel, 'GAP37');
    const sent = await draft(panel);
    await panel.click('#check summary');
    const paste = async (text) => {
      await panel.page.$eval('#check-text', (area, text) => {
        area.value = text;
        area.dispatchEvent(new Event('input'));
      }, text);
    };
    // Not sent yet: the same question again is no duplicate.
    const again = `${sent.trim()}\n\nThank you.`;
    await paste(again);
    await checks(/^(?!.*(QL24|Checking)).+/);
    await panel.page.focus('.gap[aria-current=true]');
    await panel.press('x');
    await panel.page.waitForSelector('.gap .chooser');
    await panel.press('1');
    await paste(`${again} `);
    await checks(/QL24/);
    await paste('Title: Heart failure type\n\nEscalate to the physician adviser. Please clarify the type.');
    await checks(/QL23/);
    await Promise.all([page.close(), note.close()]);
  });

  test('a kept file that the engine no longer takes is said not to be in use, and the others are', async () => {
    const { page } = await options();
    await page.evaluate(() => chrome.storage.local.set({
      facility: { rules: [{ name: 'old.toml', text: 'off = ["GAP999"]', about: '' }, { name: 'ours.toml', text: 'off = ["GAP37"]', about: '' }], template: null },
    }));
    const { page: note, panel } = await gaps();
    assert.match(await panel.text('#notices'), /old\.toml: there is no rule GAP999 to switch off\. The file was not used\./);
    assert.equal(await panel.page.$('.gap[data-rule=GAP37]'), null);
    await Promise.all([page.close(), note.close()]);
  });

  test('keys can be others; a clash is refused; the panel and its help follow at once', async () => {
    const { page: note, panel } = await gaps();
    const { page, errors } = await options();
    const field = (command) => `#keys [data-command=${command}]`;
    const put = async (command, key) => {
      await page.bringToFront();
      await page.focus(field(command));
      await page.keyboard.type(key);
      await page.keyboard.press('Tab');
    };
    await put('accept', 'x');
    await page.waitForFunction(() => /Accept and reject would have the same key, X\. The key stays as it was\./.test(document.getElementById('keys-said').textContent));
    assert.equal(await page.$eval(field('accept'), (f) => f.value), 'a');
    // The next one is being written when the first is kept.
    await page.evaluate(() => {
      const { local } = chrome.storage;
      const set = local.set.bind(local);
      local.set = async (values) => {
        await new Promise((resolve) => void (globalThis.keep = resolve));
        local.set = set;
        return set(values);
      };
    });
    await put('accept', 'y');
    await page.focus(field('help'));
    await page.keyboard.type('g');
    await page.evaluate(() => globalThis.keep());
    await page.waitForFunction(async () => JSON.stringify((await chrome.storage.local.get('settings')).settings?.keys) === '{"accept":"y"}');
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.keyboard.press('Tab');
    await page.waitForFunction(async () => JSON.stringify((await chrome.storage.local.get('settings')).settings?.keys) === '{"accept":"y","help":"g"}');
    await note.bringToFront();
    await panel.press('1');
    await panel.open(0);
    await panel.page.waitForFunction(() => document.querySelector('.card[aria-current=true] [data-action=accept] kbd').textContent === 'Y');
    await panel.press('a');
    assert.deepEqual(await panel.accepted(), []);
    await panel.press('y');
    assert.equal((await panel.accepted()).length, 1);
    await panel.press('g');
    assert.match(await panel.page.$eval('#help[open] dl', (dl) => dl.textContent), /Y accept/);
    await panel.press('Escape');
    await page.bringToFront();
    await page.click('#keys-own');
    await page.waitForFunction((field) => document.querySelector(field).value === 'a', {}, field('accept'));
    assert.deepEqual([...errors, ...panel.errors], []);
    await Promise.all([page.close(), note.close()]);
  });

  test('settings go to a file and come from one, whole or not at all', async () => {
    const { page } = await options();
    const take = async (name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      await page.$eval('#settings-said', (p) => void (p.textContent = ''));
      await (await page.$('#settings-file')).uploadFile(path);
      await page.waitForFunction(() => document.getElementById('settings-said').textContent !== '');
      return page.$eval('#settings-said', (p) => p.textContent);
    };
    const stored = () => page.evaluate(async () => (await chrome.storage.local.get('settings')).settings);
    assert.equal(await take('good.json', '{"theme": "dark", "idleSeconds": 900}'), 'The settings of good.json hold.');
    assert.deepEqual(await stored(), { theme: 'dark', idleSeconds: 900 });
    assert.equal(await page.$eval('html', (html) => html.dataset.theme), 'dark');
    for (const [text, says] of [
      ['{"theme": "light", "idleSeconds": 1}', /^“idleSeconds”: .* Nothing was changed\.$/],
      ['{"theme": "light", "note": "text"}', /^“note”: there is no such key\. Nothing was changed\.$/],
      ['theme: light', /not JSON\. Nothing was changed\.$/],
    ]) {
      assert.match(await take('bad.json', text), says);
      assert.deepEqual(await stored(), { theme: 'dark', idleSeconds: 900 });
    }
    await session.saveIn(folder);
    await page.click('#settings-save');
    const file = join(folder, 'chartside-settings.json');
    for (let tries = 0; tries < 50 && !existsSync(file); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { theme: 'dark', idleSeconds: 900 });
    await page.close();
  });

  test('a stored setting that is not known is named, and the others hold', async () => {
    const { page } = await options();
    await page.evaluate(() => chrome.storage.local.set({ settings: { theme: 'dark', idleSeconds: -1 } }));
    await page.waitForSelector('#refused:not([hidden])');
    assert.match(await page.$eval('#refused', (list) => list.textContent), /“idleSeconds”: it is a whole number from 5 to 3600\. Our own value holds\./);
    assert.equal(await page.$eval('html', (html) => html.dataset.theme), 'dark');
    await page.close();
  });

  test('sites are shown and taken back; what is no site is not asked for', async () => {
    const { page } = await options();
    // What is granted is the browser's to ask; here it is only said to have been.
    await page.evaluate(() => {
      globalThis.calls = [];
      const origins = new Set(['https://ehr.example.org/*', 'https://labs.example.org/*']);
      chrome.permissions.getAll = async () => ({ origins: [...origins], permissions: [] });
      chrome.permissions.remove = async ({ origins: [one] }) => (globalThis.calls.push(`remove ${one}`), origins.delete(one));
      chrome.permissions.request = async ({ origins: [one] }) => (globalThis.calls.push(`request ${one}`), origins.add(one), true);
    });
    const allow = async (site) => {
      await page.$eval('#site', (field) => void (field.value = ''));
      await page.type('#site', site);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.getElementById('sites-said').textContent !== '');
      return page.$eval('#sites-said', (p) => p.textContent);
    };
    for (const bad of ['ehr.example.org', 'javascript:alert(1)', 'https://', 'https://*.org', 'file:///etc', 'https://a.org/path']) {
      assert.match(await allow(bad), /an origin is https:\/\/host/, bad);
    }
    assert.equal(await allow('https://New.Example.org:8443/'), 'https://new.example.org:8443 is read without a click.');
    await page.waitForSelector('[data-revoke="https://new.example.org/*"]');
    await page.click('[data-revoke="https://labs.example.org/*"]');
    await page.waitForSelector('[data-revoke="https://labs.example.org/*"]', { hidden: true });
    assert.deepEqual(await page.evaluate(() => globalThis.calls), ['request https://new.example.org/*', 'remove https://labs.example.org/*']);
    assert.deepEqual(await listed(page, 'sites'), ['https://ehr.example.org', 'https://new.example.org']);
    await page.close();
  });
});
