import Quill from 'quill';
import 'quill/dist/quill.snow.css';
import { HTML, ready, root } from './note.js';

root.innerHTML = '<div id="editor" style="height: 260px"></div>';
const quill = new Quill('#editor', { theme: 'snow' });
quill.clipboard.dangerouslyPasteHTML(HTML);
quill.blur();
globalThis.rewrite = (html) => quill.clipboard.dangerouslyPasteHTML(html);
ready();
