import tinymce from 'tinymce/tinymce';
import 'tinymce/models/dom';
import 'tinymce/themes/silver';
import 'tinymce/icons/default';
import 'tinymce/skins/ui/oxide/skin.css';
import { HTML, ready, root } from './note.js';

root.innerHTML = '<textarea id="editor"></textarea>';
const [editor] = await tinymce.init({ selector: '#editor', license_key: 'gpl', skin: false, content_css: false, height: 320, promotion: false, toolbar: 'bold italic' });
editor.setContent(HTML);
globalThis.rewrite = (html) => editor.setContent(html);
ready();
