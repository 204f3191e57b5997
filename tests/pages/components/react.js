// A controlled text field, as OpenMRS 3 has its editor: what React holds is what the field shows.
import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { HEADING, LINES, ready, root } from './note.js';

globalThis.changes = 0;
function Editor() {
  const [text, setText] = useState([HEADING, ...LINES].join('\n'));
  globalThis.rewrite = (html) => setText(html.replace(/<\/p>/g, '\n').replace(/<[^>]+>/g, ''));
  return createElement('form', null,
    createElement('label', { htmlFor: 'additionalNote' }, 'Write your notes'),
    createElement('textarea', { id: 'additionalNote', rows: 12, cols: 80, value: text, onChange: (event) => { globalThis.changes++; setText(event.target.value); } }));
}
createRoot(root).render(createElement(Editor));
requestAnimationFrame(() => requestAnimationFrame(ready));
