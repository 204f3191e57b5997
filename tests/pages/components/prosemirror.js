import { DOMParser } from 'prosemirror-model';
import { schema } from 'prosemirror-schema-basic';
import { EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { HTML, ready, root } from './note.js';

const parsed = (html) => DOMParser.fromSchema(schema).parse(Object.assign(document.createElement('div'), { innerHTML: html }));
const view = new EditorView(root, { state: EditorState.create({ doc: parsed(HTML) }), attributes: { 'aria-label': 'Note' } });
globalThis.rewrite = (html) => view.updateState(EditorState.create({ doc: parsed(html) }));
ready();
