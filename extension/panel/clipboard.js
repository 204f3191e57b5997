// @ts-check
/** The only way out of the panel: text that the reader asked to copy. */

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
