// @ts-check
/** The page of the code book: what it shows stands in its address, so that a link leads to it and the browser's own steps work. */

import { $ } from './panel/dom.js';
import { CodeBook } from './codebook.js';
import { engine, open } from './site.js';

/** `#E11.621`, `#?diabetic foot ulcer`; an address that somebody broke is shown as it is. */
function address() {
  const given = location.hash.slice(1);
  if (given === 'main') return null; // the link that skips to the content
  try {
    return decodeURIComponent(given);
  } catch {
    return given;
  }
}

const book = new CodeBook($('book'), engine, {
  go(where) {
    location.hash = where.startsWith('?') ? `?${encodeURIComponent(where.slice(1))}` : encodeURIComponent(where);
  },
});

document.addEventListener('keydown', (event) => {
  const at = /** @type {HTMLElement} */ (event.target);
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || at.matches('input, textarea, select')) return;
  event.preventDefault();
  book.focus();
});

async function start() {
  if (!(await open())) return;
  const show = async () => {
    const where = address();
    if (where !== null) await book.show(where);
  };
  await show();
  window.addEventListener('hashchange', show);
  if (!address()) book.focus();
  document.body.dataset.state = 'ready';
}

start();
