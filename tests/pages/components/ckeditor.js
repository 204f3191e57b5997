import { ClassicEditor, Bold, Essentials, List, Paragraph } from 'ckeditor5';
import 'ckeditor5/ckeditor5.css';
import { HTML, ready, root } from './note.js';

const place = document.createElement('div');
root.append(place);
const editor = await ClassicEditor.create(place, { licenseKey: 'GPL', plugins: [Essentials, Paragraph, Bold, List], toolbar: ['bold'], initialData: HTML });
globalThis.rewrite = (html) => editor.setData(html);
ready();
