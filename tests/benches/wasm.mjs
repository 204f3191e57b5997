// The browser's half of `cargo xtask bench`: the packaged module and pack in a dedicated Worker of a real Chromium, on
// the notes that the native half made. Writes wasm.json.
//
// node tests/benches/wasm.mjs --extension <unpacked extension> --out <folder>

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { start } from '../../xtask/browser/chromium.mjs';
import { serve } from '../../xtask/browser/serve.mjs';

const { values } = parseArgs({ options: { extension: { type: 'string' }, out: { type: 'string' } } });
const { extension, out } = values;
const TIMES = { '4 KB': 5, '13 KB': 5, '100 KB': 5, '1 MB': 5, '5 MB': 3 };

const notes = readFileSync(join(out, 'notes.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const rules = JSON.parse(readFileSync(join(out, 'rules.json'), 'utf8'));
const off = `off = ${JSON.stringify(rules)}\n`;
const of = (size) => notes.filter((note) => note.size === size).map(({ id, text, setting }) => ({ id, text, setting }));

function quantiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.round((sorted.length - 1) * share)] * 1e4) / 1e4;
  return { min: at(0), p50: at(0.5), p95: at(0.95), max: at(1) };
}

const server = await serve({ '/': extension, '/bench/': import.meta.dirname });
const browser = await start({ extension: null });
try {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/bench/page.html`);
  const open = () =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          globalThis.worker?.terminate();
          const begun = performance.now();
          globalThis.worker = new Worker('/bench/worker.js', { type: 'module' });
          globalThis.worker.addEventListener('message', () => resolve(performance.now() - begun), { once: true });
        }),
    );
  const ask = async (message) => {
    const { done, error } = await page.evaluate(
      (message) =>
        new Promise((resolve) => {
          globalThis.worker.addEventListener('message', ({ data }) => resolve(data), { once: true });
          globalThis.worker.postMessage(message);
        }),
      message,
    );
    if (error) throw new Error(error);
    return done;
  };
  const cold = [];
  for (let time = 0; time < 7; time++) {
    const worker = await open();
    const parts = await ask({ kind: 'cold', note: of('13 KB')[time] });
    const { compile, fetch, open: opened, first_scan } = parts;
    cold.push({ worker, ...parts, all: worker + compile + fetch + opened + first_scan });
  }
  await ask({ kind: 'prepare', off });
  const sizes = [];
  for (const [size, times] of Object.entries(TIMES)) {
    const ms = quantiles((await ask({ kind: 'scan', notes: of(size), times, rules: true })).all);
    const without = quantiles((await ask({ kind: 'scan', notes: of(size), times, rules: false })).all);
    console.error(`${size}: ${JSON.stringify(ms)}, without the rules ${JSON.stringify(without)}`);
    sizes.push({ size, ms, ms_without_rules: without });
  }
  const edited = quantiles((await ask({ kind: 'edit', note: of('100 KB')[0], times: 20 })).all);
  await open();
  await ask({ kind: 'cold', note: of('4 KB')[0] });
  const { memory } = await ask({ kind: 'soak', notes: [...of('4 KB'), ...of('13 KB')], count: 1000 });
  const result = {
    browser: await browser.version(),
    wasm_bytes: statSync(join(extension, 'wasm', 'chartside_bg.wasm')).size,
    pack_bytes: statSync(join(extension, 'knowledge.pack')).size,
    zip_bytes: statSync(`${join(extension, '..')}/chartside-chromium.zip`, { throwIfNoEntry: false })?.size,
    cold: cold.map((parts) => Object.fromEntries(Object.entries(parts).map(([name, time]) => [name, Math.round(time * 10) / 10]))),
    cold_ms: quantiles(cold.map((parts) => parts.all)),
    edit_100_kb_ms: edited,
    memory_after: memory,
    sizes,
  };
  writeFileSync(join(out, 'wasm.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  await server.close();
}
