// @ts-check
/** A query as rich text: for an editor that takes it, and for paper. */

import { h } from './dom.js';

/** What may stand behind a heading. */
const AFTER = /\s*(\([^)]*\))?:?$/;
const HEADINGS = ['Documentation issue', 'Clinical indicators', 'Question', 'Options'];

/**
 * @typedef {{ kind: 'title' | 'heading' | 'text', text: string } | { kind: 'list' | 'boxes', items: string[] }} Block
 * @param {string} query @param {readonly string[]} headings of the facility's template
 * @returns {Block[]}
 */
export function blocksOf(query, headings) {
  const known = new Set([...HEADINGS, ...headings].map((h) => h.toLowerCase()));
  /** @type {Block[]} */
  const blocks = [];
  for (const line of query.split('\n').map((l) => l.trim()).filter(Boolean)) {
    const [, mark, rest] = /^(-|•|\*|\[ ?\]|☐)\s+(.+)$/.exec(line) ?? [];
    const title = /^title:\s*(.+)$/i.exec(line);
    if (mark) {
      const kind = /^[[☐]/.test(mark) ? 'boxes' : 'list';
      const last = blocks.at(-1);
      if (last?.kind === kind) last.items.push(rest);
      else blocks.push({ kind, items: [rest] });
    } else if (title && blocks.length === 0) {
      blocks.push({ kind: 'title', text: title[1] });
    } else {
      blocks.push({ kind: known.has(line.replace(AFTER, '').toLowerCase()) ? 'heading' : 'text', text: line });
    }
  }
  return blocks;
}

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** For the clipboard. @param {string} query @param {readonly string[]} headings */
export const asHtml = (query, headings) => blocksOf(query, headings).map((block) => {
  switch (block.kind) {
    case 'title': return `<p><strong>${escaped(block.text)}</strong></p>`;
    case 'heading': return `<p><strong>${escaped(block.text)}</strong></p>`;
    case 'text': return `<p>${escaped(block.text)}</p>`;
    case 'list': return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'boxes': return `<p>${block.items.map((item) => `☐ ${escaped(item)}`).join('<br>')}</p>`;
  }
}).join('');

/** For paper. @param {string} query @param {readonly string[]} headings @returns {HTMLElement[]} */
export const asSheet = (query, headings) => blocksOf(query, headings).map((block) => {
  switch (block.kind) {
    case 'title': return h('h1', null, block.text);
    case 'heading': return h('h2', null, block.text);
    case 'text': return h('p', null, block.text);
    case 'list': return h('ul', null, ...block.items.map((item) => h('li', null, item)));
    case 'boxes': return h('ul', { class: 'boxes' }, ...block.items.map((item) => h('li', null, `☐ ${item}`)));
  }
});
