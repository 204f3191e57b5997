// @ts-check
/** The way out of the panel: text that the reader asked to copy. (The other is save.js: a draft, as a file.) */

/** A spreadsheet takes a cell that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** @param {string} text */
const cell = (text) => (FORMULA.test(text) ? `'${text}` : text).replace(/[\t\r\n]+/g, ' ');

/**
 * One code a line, tab-separated: code, title.
 * @param {{ code: string, title: string }[]} codes
 */
export const asLines = (codes) => codes.map(({ code, title }) => `${cell(code)}\t${cell(title)}`).join('\n');

/** @param {string} text @returns {Promise<boolean>} whether the browser allowed it */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * As plain text and as rich text together, so that an editor takes the one it can hold.
 * @param {string} text @param {string} html @returns {Promise<boolean>} whether the browser allowed it
 */
export async function copyRich(text, html) {
  try {
    const part = (/** @type {string} */ type, /** @type {string} */ words) => ({ [type]: new Blob([words], { type }) });
    await navigator.clipboard.write([new ClipboardItem({ ...part('text/plain', text), ...part('text/html', html) })]);
    return true;
  } catch {
    return copy(text);
  }
}
