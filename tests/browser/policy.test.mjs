// What an organization sets: a real policy of the browser, its values winning and shown with a lock; and policies and
// settings that are refused with the key named, the last good ones kept.
//
// The policy is written for one copy of the extension, whose id is its own, so that no other browser on the machine is
// touched. Where the folder of policies cannot be written the part that needs it is skipped.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { holding, inForce, managedBy, policyFrom, settingsFrom, settingsFromFile } from '../../extension/panel/settings.js';
import { findChromium } from '../../xtask/browser/find.mjs';
import { start, variant } from './harness.mjs';

/** Where the browser at hand looks for policies. */
const FOLDER = [[/edge/i, '/etc/opt/edge'], [/google|chrome(?!ium)/i, '/etc/opt/chrome'], [/./, '/etc/chromium']].find(([name]) => name.test(findChromium()))[1] + '/policies/managed';

describe('what may be set', () => {
  const BAD_SETTINGS = [
    [{ theme: 'pink' }, 'theme', /one of auto, light, dark/],
    [{ idleSeconds: 0 }, 'idleSeconds', /from 5 to 3600/],
    [{ idleSeconds: '60' }, 'idleSeconds', /whole number/],
    [{ follow: 'yes' }, 'follow', /true or false/],
    [{ setting: ['inpatient'] }, 'setting', /one of/],
    [{ internal: 'one phrase' }, 'internal', /a list/],
    [{ internal: ['short'] }, 'internal', /13 to 200/],
    [{ keys: { accept: 'x' } }, 'keys', /accept and reject would have the same key, X/],
    [{ keys: { leave: 'q' } }, 'keys', /no command “leave”/],
    [{ keys: { next: 'Enter' } }, 'keys', /one small letter/],
    [{ keys: { first: 'f' } }, 'keys', /no command “first”/],
    [{ apiKey: 'x' }, 'apiKey', /no such key/],
    [{ constructor: 'x' }, 'constructor', /no such key/],
    [JSON.parse('{"__proto__": 1}'), '__proto__', /no such key/],
  ];
  for (const [given, key, why] of BAD_SETTINGS) {
    test(`refused: ${JSON.stringify(given)}`, () => {
      const { values, refused } = settingsFrom({ theme: 'dark', ...given, ...(Object.hasOwn(given, '__proto__') ? { ['__proto__']: 1 } : {}) });
      assert.deepEqual(refused.map((r) => r.key), [key]);
      assert.match(refused[0].why, why);
      assert.ok(!(key in { ...values }) || key === 'constructor' || key === '__proto__');
      assert.throws(() => settingsFromFile(JSON.stringify(given)), (error) => error.message.includes(`“${key}”`) && error.message.endsWith('Nothing was changed.'));
    });
  }
  for (const text of ['', 'theme = "dark"', '[1]', '"x"', '{"theme": "dark"']) {
    test(`no settings file: ${JSON.stringify(text)}`, () => assert.throws(() => settingsFromFile(text), /Nothing was changed\.$/));
  }

  const BAD_POLICIES = [
    [{ idleClearSeconds: 5 }, 'idleClearSeconds'],
    [{ allowedOrigins: ['ehr.example.org'] }, 'allowedOrigins'],
    [{ allowedOrigins: ['https://ehr.example.org/path'] }, 'allowedOrigins'],
    [{ disabledRuleIds: ['"]\noff = ["'] }, 'disabledRuleIds'],
    [{ queryDefinitions: { sepsis: 'sepsis-3"\n[x' } }, 'queryDefinitions'],
    [{ rulePacksLocked: 1 }, 'rulePacksLocked'],
    [{ allowExport: ['email'] }, 'allowExport'],
    [{ maxNoteKB: 1e9 }, 'maxNoteKB'],
    [{ decisionLog: 'local' }, 'decisionLog'],
  ];
  for (const [bad, key] of BAD_POLICIES) {
    test(`refused: ${JSON.stringify(bad)}`, () => {
      const kept = { appearance: 'dark', rulePacksLocked: true };
      const { policy, refused } = policyFrom({ appearance: 'light', ...bad }, kept);
      assert.deepEqual([policy, refused.map((r) => r.key)], [kept, [key]]);
      // Without one to keep, a restriction that is good is better kept than lost.
      assert.deepEqual(policyFrom({ queryTemplatesLocked: true, ...bad }, undefined).policy, { queryTemplatesLocked: true });
    });
  }

  test('the organization’s value wins over the person’s, and that over ours', () => {
    const own = { theme: 'light', idleSeconds: 60, keys: { accept: 'y' } };
    const policy = { appearance: 'dark', defaultSetting: 'inpatient' };
    const held = holding(own, policy);
    assert.deepEqual([held.theme, held.setting, held.idleSeconds, held.keys], ['dark', 'inpatient', 60, { accept: 'y' }]);
    assert.deepEqual([...managedBy(policy)].sort(), ['setting', 'theme']);
  });
  test('rules that it switches off come after the facility’s own files; locked ones are not used', () => {
    const facility = { rules: [{ name: 'ours.toml', text: 'off = []', about: '' }], synonyms: [{ name: 'words.toml', text: '[synonyms]', about: '' }], template: { name: 't.toml', text: 'name = "H"', about: '' } };
    const policy = { disabledRuleIds: ['GAP37'], queryDefinitions: { sepsis: 'sepsis-3' } };
    assert.deepEqual(inForce(facility, policy).rules.map((f) => f.name), ['ours.toml', 'policy']);
    assert.equal(inForce(facility, policy).rules[1].text, 'off = ["GAP37"]\n[definitions]\nsepsis = "sepsis-3"');
    assert.deepEqual(inForce(facility, { rulePacksLocked: true, queryTemplatesLocked: true }), { rules: [], synonyms: [], template: null });
    assert.deepEqual(inForce(facility, {}), facility);
  });
});

describe('a policy of the browser', { timeout: 300_000 }, () => {
  let session;
  let extension;
  let file;
  let why = '';
  before(async () => {
    extension = variant((_, edit) => edit('manifest.json', (text) => text.replace(/\n\s*"key": "[^"]+",/, '')));
    const id = [...createHash('sha256').update(extension.folder).digest('hex').slice(0, 32)].map((c) => 'abcdefghijklmnop'[Number.parseInt(c, 16)]).join('');
    file = join(FOLDER, `chartside-test-${id}.json`);
    const policy = {
      defaultSetting: 'inpatient', appearance: 'dark', idleClearSeconds: 900, disabledRuleIds: ['GAP37'], queryTemplatesLocked: true,
      allowExport: ['print'], shortcutMap: { accept: 'y' }, internalPhrases: ['Escalate to the physician adviser'],
    };
    try {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, JSON.stringify({ '3rdparty': { extensions: { [id]: policy } } }));
    } catch (error) {
      why = `${FOLDER} cannot be written (${error.code})`;
      return;
    }
    session = await start({ extension: extension.folder });
    assert.ok((await session.browser.extensions()).has(id), 'the id is as reckoned');
    // The browser reads a policy once the extension has told its form: an open page hears of it.
    const page = await session.options();
    await page.waitForSelector('#policy:not([hidden])', { timeout: 20_000 });
    await page.close();
  });
  after(async () => {
    await session?.close();
    rmSync(file, { force: true });
    extension.remove();
  });

  test('is shown with a lock, and cannot be changed here', async (t) => {
    if (why) return t.skip(why);
    const page = await session.options();
    assert.match(await page.$eval('#policy', (p) => p.textContent), /^Your organization has set: .*defaultSetting/);
    const controls = await page.$$eval('#setting, #theme, #idle, #internal, #template-file, #rules-file, [data-command=accept], #follow', (all) =>
      Object.fromEntries(all.map((c) => [c.id || c.dataset.command, c.disabled])));
    assert.deepEqual(controls, { setting: true, idle: true, follow: false, theme: true, 'rules-file': false, 'template-file': true, internal: true, accept: true });
    assert.equal(await page.$eval('#theme', (select) => select.value), 'dark');
    assert.equal(await page.$eval('html', (html) => html.dataset.theme), 'dark');
    assert.equal((await page.$$('.lock')).length, 6);
    await page.close();
  });

  test('holds in the panel: setting, rules, keys, ways out, phrases', async (t) => {
    if (why) return t.skip(why);
    const page = await session.page('/pages/gaps.html');
    const panel = await session.panel(page);
    await panel.settled();
    assert.ok(await panel.page.$eval('#setting-inpatient', (radio) => radio.checked));
    assert.ok(await panel.page.$eval('#theme', (select) => select.disabled && select.value === 'dark'));
    await panel.open(0);
    await panel.press('a');
    assert.deepEqual(await panel.accepted(), []);
    await panel.press('y');
    assert.equal((await panel.accepted()).length, 1);
    await panel.press('c');
    await panel.says(/Your organization has closed this way out/);
    await panel.press('2');
    const rules = await panel.page.$$eval('.gap', (all) => all.map((gap) => gap.dataset.rule));
    assert.ok(rules.includes('GAP26') && !rules.includes('GAP37'), String(rules));
    assert.deepEqual(await panel.page.$$eval('.gap[aria-current=true] .drafting .actions button', (all) => all.filter((b) => b.checkVisibility()).map((b) => b.dataset.action)), ['print']);
    await panel.click('#check summary');
    await panel.page.type('#check-text', 'Title: A finding\n\nEscalate to the physician adviser. Please clarify.');
    await panel.page.waitForFunction(() => /QL23/.test(document.getElementById('check-findings').textContent));
    assert.deepEqual(panel.errors, []);
    await page.close();
  });
});
