// Makes `chartside.html` of the assembled site: every page that can stand alone (Demonstrate, Practise, the code book, the
// course …) with the engine, the pack and the scenarios inside, for opening by a double click. `node one-file.mjs SITE`
//
// What browsers do with a page from `file:`, tried in Chromium 156 and Firefox ESR 153 (which a driver may open wider than a
// person's is: `security.fileuri.strict_origin_policy`):
// - a module by its address, `fetch`, and a Worker by its address are refused in both;
// - a plain script is run, so the modules of all pages become one plain script (esbuild, which the tests have already);
// - a plain Worker from a Blob is started in both, a module Worker from a Blob in Firefox only: the engine stays in a Worker,
//   off the page and bound by its policy, and its module is handed to it as bytes;
// - `DecompressionStream` is there in both, so module and pack are inside as gzip in base64, the pack at four tenths of its size;
// - scripts and styles are allowed by their hashes and the Worker by `blob:`: the policy names no address and no connection.
//
// The files of `one-file/` stand in for the modules of the same name that fetch, or that link from page to page. Going from page to
// page loads the file anew with another word behind the question mark.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';

const [site] = process.argv.slice(2);
if (!site || !existsSync(join(site, 'index.html'))) throw new Error('Name the folder of the assembled site.');
const text = (name) => readFileSync(join(site, name), 'utf8');

/** Instead of those, what lies in one-file/. */
const STAND_INS = { 'engine-parts.js': 'panel/engine-parts.js', 'scenario-files.js': 'scenario-files.js', 'links.js': 'links.js' };
/** Texts that go with every copy. */
const LICENCES = ['NOTICE', 'LICENSE-MIT', 'LICENSE-APACHE', 'THIRD-PARTY.txt'];

// ---- the pages: those that are shut in by the site's policy and run one module

const pages = readdirSync(site).filter((name) => name.endsWith('.html')).sort().flatMap((file) => {
  const html = text(file);
  const [, script] = /<script type="module" src="([\w-]+\.js)"><\/script>/.exec(html) ?? [];
  if (!script || !html.includes('http-equiv="Content-Security-Policy"')) return [];
  return [{ name: file.replace('.html', ''), html, script, styles: [...html.matchAll(/<link rel="stylesheet" href="([\w/-]+\.css)">/g)].map(([, style]) => style) }];
});
const names = pages.map(({ name }) => name);

/** A link to a page of this file; one to a page that is not in it goes. */
const linked = (html) => html
  .replace(/[ \t]*<a href="([\w-]+)\.html[^"]*"[^>]*>[^<]*<\/a>\n/g, (link, name) => (names.includes(name) ? link : ''))
  .replace(/href="([\w-]+)\.html(#[^"]*)?"/g, (_, name, place = '') => `href="?${name}${place}"`);

const escaped = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const title = (html) => /<title>[^<]*<\/title>/.exec(html)[0];
const inside = (html) => linked(/<body>([^]*)<\/body>/.exec(html)[1].replace(/<p id="from-folder"[^]*?<\/p>\n/, '').replace('</footer>', ' <a href="?licences">Licences</a></footer>'));
const template = (name, head, body) => `<template data-page="${name}">${head}${body}</template>`;

function licencesPage() {
  const { html } = pages[0];
  const top = /<header class="site">[^]*?<\/header>/.exec(inside(html))[0].replace(' aria-current="page"', '');
  const texts = LICENCES.map((name) => `<section class="sheet licence"><h2>${name}</h2>\n<pre>${escaped(text(name))}</pre></section>`).join('\n');
  return template('licences', '<title>Licences · Chartside</title>', `${top}<main id="main" tabindex="-1"><h1>Licences</h1>\n${texts}</main>`);
}

// ---- styles: each once, for the pages that have it

const sheets = [...new Set(pages.flatMap(({ styles }) => styles))].sort(byPlace).map((name) => ({ name, css: text(name).trim() }));

/** In the order in which the pages have them. */
function byPlace(a, b) {
  const both = pages.find(({ styles }) => styles.includes(a) && styles.includes(b));
  return both ? both.styles.indexOf(a) - both.styles.indexOf(b) : a < b ? -1 : 1;
}
const plainPages = (name) => (['panel/colours.css', 'nav.css', 'site.css'].includes(name) ? ['licences'] : []);
const style = ({ name, css }) => `<style media="not all" data-pages="${[...pages.filter(({ styles }) => styles.includes(name)).map((page) => page.name), ...plainPages(name)].join(' ')}">${css}</style>`;

// ---- scripts: every module of the pages in one, the Worker's in another

function bundled() {
  const folder = mkdtempSync(join(tmpdir(), 'chartside-one-file-'));
  try {
    cpSync(site, folder, { recursive: true, filter: (name) => !/\.(pack|wasm|toml)$/.test(name) });
    for (const [from, to] of Object.entries(STAND_INS)) copyFileSync(join(folder, 'one-file', from), join(folder, to));
    const runs = pages.map(({ name, script }) => `${JSON.stringify(name)}: () => import('./${script}')`).join(', ');
    writeFileSync(join(folder, 'one-file.js'), `import { show } from './one-file/show.js';\nshow({ ${runs} });\n`);
    const script = (entry) => execFileSync('esbuild', [entry, '--bundle', '--format=iife', '--charset=utf8', '--minify-whitespace', '--minify-syntax', '--legal-comments=none', '--log-override:empty-import-meta=silent'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, shell: process.platform === 'win32' }).trim();
    return { pages: script('one-file.js'), worker: script('one-file/engine-worker.js') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const scripts = bundled();
const packed = (name) => gzipSync(readFileSync(join(site, name)), { level: 9 }).toString('base64');
/** JSON in which nothing ends a script element. */
const within = (words) => words.replace(/<(?=\/script|!--|script)/gi, '\\u003c');
const data = (id, type, words) => `<script type="${type}" id="file-${id}">${words}</script>`;
const files = Object.fromEntries(readdirSync(join(site, 'scenarios')).sort().map((name) => [name, text(join('scenarios', name))]));
const lockdown = text('panel/lockdown.js').trim();
const look = text('look.js').trim();
const styles = sheets.map(style);

for (const [name, words] of Object.entries({ ...scripts, lockdown, look })) if (/<\/script|<!--/i.test(words)) throw new Error(`${name}: it holds what ends a script.`);
if (styles.some((words) => (words.match(/<\/style/gi) ?? []).length !== 1)) throw new Error('A style sheet holds what ends it.');

const hash = (words) => `'sha256-${createHash('sha256').update(words).digest('base64')}'`;
const policy = [
  "default-src 'none'", `script-src ${[look, scripts.pages].map(hash).join(' ')} 'wasm-unsafe-eval'`, 'worker-src blob:',
  `style-src ${sheets.map(({ css }) => hash(css)).join(' ')}`, 'img-src data:', "connect-src 'none'", "form-action 'none'", "base-uri 'none'",
  "object-src 'none'", "frame-src 'none'", "require-trusted-types-for 'script'", 'trusted-types chartside',
].join('; ');

// What the Worker begins with stands before the script that starts it; the pack is read while the module is compiled.
const html = `<!doctype html>
<html lang="en" data-whole>
<head>
<meta charset="utf-8">
<script>${lockdown}</script>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Chartside</title>
<link rel="icon" href="data:,">
${styles.join('\n')}
<script>${look}</script>
</head>
<body>
${pages.map(({ name, html: page }) => template(name, title(page), inside(page))).join('\n')}
${licencesPage()}
${data('engine-worker', 'text/plain', scripts.worker)}
${data('module', 'application/octet-stream', packed('wasm/chartside_bg.wasm'))}
<script>${scripts.pages}</script>
${data('scenarios', 'application/json', within(JSON.stringify(files)))}
${data('pack', 'application/octet-stream', packed('knowledge.pack'))}
</body>
</html>
`;
writeFileSync(join(site, 'chartside.html'), html);
