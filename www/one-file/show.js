// @ts-check
/**
 * The site in one file: its pages are templates, and the address says which is shown, `?practise#sodium-result`. Going to another
 * one is a way of the browser's own and loads the file anew, so that a page is alone in its document as on a server.
 */

/** Without a question mark: a link to a code needs none, `#E11.621`. */
const FIRST = 'codebook';

/** @param {Record<string, () => Promise<unknown>>} pages what runs each page; one that has nothing to run is a template only */
export function show(pages) {
  const find = (/** @type {string} */ name) => /** @type {HTMLTemplateElement | undefined} */ ([...document.querySelectorAll('template')].find((one) => one.dataset.page === name));
  const asked = location.search.slice(1);
  const name = find(asked) ? asked : FIRST;
  const page = /** @type {HTMLTemplateElement} */ (find(name));
  for (const style of document.querySelectorAll('style')) style.media = style.dataset.pages?.split(' ').includes(name) ? 'all' : 'not all';
  // The title comes from the file as well, never from a text.
  const title = page.content.querySelector('title');
  if (title) document.querySelector('title')?.replaceWith(title);
  document.body.prepend(page.content);
  void pages[name]?.();
}
