// What the extension may do, as the packaged manifest says it. A change here is a change of what people are asked to
// trust: it is made on purpose, here as well.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PACKAGES, extensionFor } from './harness.mjs';

/** In both. */
const KEYS = [
  'action',
  'background',
  'commands',
  'content_security_policy',
  'description',
  'icons',
  'incognito',
  'manifest_version',
  'name',
  'optional_host_permissions',
  'options_ui',
  'permissions',
  'short_name',
  'version',
];

/** What is asked of a person who installs it, and what a browser's manifest has beyond the keys of both. */
const BROWSERS = {
  chromium: { permissions: ['activeTab', 'scripting', 'sidePanel', 'storage'], keys: ['key', 'minimum_chrome_version', 'storage'] },
  firefox: { permissions: ['activeTab', 'scripting', 'storage'], keys: ['browser_specific_settings', 'sidebar_action'] },
};

const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'connect-src': ["'none'"],
  'form-action': ["'none'"],
  'base-uri': ["'none'"],
  'object-src': ["'none'"],
  'frame-src': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['chartside'],
};

for (const browser of PACKAGES) {
  const { permissions, keys } = BROWSERS[browser];
  const EXTENSION = extensionFor(browser);
  const manifest = JSON.parse(readFileSync(join(EXTENSION, 'manifest.json'), 'utf8'));

  describe(browser, () => {
    test('permissions at install are these, and hosts only those that a person grants', () => {
      assert.deepEqual([...manifest.permissions].sort(), permissions);
      assert.equal(manifest.host_permissions, undefined);
      assert.equal(manifest.optional_permissions, undefined);
      assert.deepEqual(manifest.optional_host_permissions, ['https://*/*', 'http://*/*']);
    });

    test('nothing of the extension can be reached from a page, and no script runs in one unasked', () => {
      for (const key of ['content_scripts', 'web_accessible_resources', 'externally_connectable', 'update_url', 'sandbox']) {
        assert.equal(manifest[key], undefined, key);
      }
    });

    test('the manifest has these keys and no others', () => {
      assert.deepEqual(Object.keys(manifest).sort(), [...KEYS, ...keys].sort());
    });

    test('the content security policy of the extension is closed', () => {
      const policy = Object.fromEntries(
        manifest.content_security_policy.extension_pages.split(';').map((part) => {
          const [name, ...values] = part.trim().split(/\s+/);
          return [name, values];
        }),
      );
      assert.deepEqual(policy, POLICY);
      assert.deepEqual(Object.keys(manifest.content_security_policy), ['extension_pages']);
    });

    test('no page of the extension names another host, and each takes WebRTC away first', () => {
      const pages = readdirSync(EXTENSION, { recursive: true }).filter((name) => name.endsWith('.html'));
      assert.ok(pages.length > 0);
      for (const page of pages) {
        const html = readFileSync(join(EXTENSION, page), 'utf8');
        assert.doesNotMatch(html, /(?:src|href|action)\s*=\s*["']?(?:[a-z]+:)?\/\//i, page);
        assert.match(html, /^[^]*?<script src="(?:\.\.\/panel\/)?lockdown\.js"><\/script>/, page);
        assert.match(html.match(/<script[^>]*>/)[0], /^<script src="(?:\.\.\/panel\/)?lockdown\.js">$/, page);
        assert.doesNotMatch(html, /<script[^>]*>[^<]/, page);
        assert.doesNotMatch(html, /\son[a-z]+\s*=/i, page);
      }
    });

    test('the store is told that no data is collected', () => {
      assert.deepEqual(manifest.browser_specific_settings?.gecko.data_collection_permissions, browser === 'firefox' ? { required: ['none'] } : undefined);
    });
  });
}
