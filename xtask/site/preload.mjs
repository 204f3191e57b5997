// Tells each page of the assembled site at its very beginning what it is going to need: the modules that its module leads to, and
// the pack. Without that a browser finds them one after another. `node preload.mjs SITE`

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import process from 'node:process';

const [site] = process.argv.slice(2);
const text = (name) => readFileSync(join(site, name), 'utf8');

/** A module and all that it leads to. @param {string} name @param {Set<string>} seen */
function reached(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, to] of text(name).matchAll(/^(?:import|export)\s[^'";]*?from\s*'(\.[^']+\.js)'/gm)) reached(posix.normalize(posix.join(posix.dirname(name), to)), seen);
  return seen;
}

for (const file of readdirSync(site).filter((name) => name.endsWith('.html'))) {
  const html = text(file);
  const [, script] = /<script type="module" src="([\w-]+\.js)"><\/script>/.exec(html) ?? [];
  if (!script) continue;
  const modules = [...reached(script)].filter((name) => name !== script);
  const links = modules.map((name) => `<link rel="modulepreload" href="${name}">`);
  // The pack is asked for with the first words of the engine, where a page has one.
  if (modules.includes('panel/engine-parts.js')) links.push('<link rel="preload" as="fetch" crossorigin href="knowledge.pack">');
  if (links.length > 0) writeFileSync(join(site, file), html.replace('<meta name="viewport"', `${links.join('\n')}\n<meta name="viewport"`));
}
