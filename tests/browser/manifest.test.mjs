// What the extension may do, as the packaged manifest says it. A change here is a change of what people are asked to
// trust: it is made on purpose, here as well.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXTENSION } from './harness.mjs';

const manifest = JSON.parse(readFileSync(join(EXTENSION, 'manifest.json'), 'utf8'));

const KEYS = [
  'action',
  'background',
  'commands',
  'content_security_policy',
  'description',
  'icons',
  'incognito',
  'key',
  'manifest_version',
  'minimum_chrome_version',
  'name',
  'optional_host_permissions',
  'permissions',
  'short_name',
  'version',
];

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

test('permissions at install are these four, and hosts only those that a person grants', () => {
  assert.deepEqual([...manifest.permissions].sort(), ['activeTab', 'scripting', 'sidePanel', 'storage']);
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
  assert.deepEqual(Object.keys(manifest).sort(), KEYS);
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
    assert.match(html, /^[^]*?<script src="lockdown\.js"><\/script>/, page);
    assert.equal(html.match(/<script[^>]*>/)[0], '<script src="lockdown.js">', page);
    assert.doesNotMatch(html, /<script[^>]*>[^<]/, page);
    assert.doesNotMatch(html, /\son[a-z]+\s*=/i, page);
  }
});
