import { $createParagraphNode, $createTextNode, $getRoot, createEditor } from 'lexical';
import { HEADING, LINES, ready, root } from './note.js';

root.innerHTML = '<div contenteditable="true" aria-label="Note" style="min-height: 200px"></div>';
const editor = createEditor({ namespace: 'note', onError: (error) => { throw error; } });
editor.setRootElement(root.firstChild);
const write = (lines) => new Promise((resolve) => editor.update(() => {
  $getRoot().clear().append(...lines.map((line) => $createParagraphNode().append($createTextNode(line))));
}, { onUpdate: resolve }));
await write([HEADING, ...LINES]);
globalThis.rewrite = (html) => write([...Object.assign(document.createElement('div'), { innerHTML: html }).children].map((p) => p.textContent));
ready();
