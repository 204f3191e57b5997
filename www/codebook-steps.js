// @ts-check
/**
 * Steps of specificity around a code: which codes stand beside it, which one step further, and beside which code above it
 * something was left open.
 *
 * @import { CodeTitle, Explanation } from './panel/types'
 * @typedef {{ at: string, above: string, codes: CodeTitle[] }} Step codes of one level; `at` is the one that leads to the code, or the
 *   code itself; `above` the title over all of them
 * @typedef {{ steps: Step[], further: CodeTitle[], seventh: ReadonlyMap<string, string> }} Steps `seventh`: the code that each
 *   7th character makes
 */

/** A category or what is under it, not a chapter or section. @param {string} code */
export const isCode = (code) => /^[A-Z]\d/.test(code) && !code.includes('-');

/** How often a title says that something is left open. @param {string} title */
const open = (title) => title.match(/\bunspecified\b|\bNOS\b/gi)?.length ?? 0;

/** Whether the title leaves something open that a more specific code says: more than the title above it does. @param {string} title @param {string} [above] */
export const isUnspecified = (title, above = '') => open(title) > open(above);

/** A code with its 7th character. @param {string} code */
const isExtended = (code) => code.length === 8;

/** @param {Explanation} of @param {(code: string) => Promise<Explanation>} explain @returns {Promise<Steps>} */
export async function stepsOf(of, explain) {
  const chain = of.hierarchy.filter(({ code }) => isCode(code));
  const made = of.seventh.length > 0 && isExtended(of.code);
  // The 7th character is no step of its own: all codes of a stem have the same ones.
  if (made) chain.pop();
  const last = chain.length - 1;
  // Something may be left open above: an unspecified fracture, of the right radius.
  const left = chain.findIndex(({ title }, i) => i > 0 && i < last && isUnspecified(title));
  /** @type {Step[]} */
  const steps = [];
  for (const i of [left, last]) {
    if (i > 0) steps.push({ at: chain[i].code, above: chain[i - 1].title, codes: (await explain(chain[i - 1].code)).children });
  }
  const children = made && last >= 0 ? (await explain(chain[last].code)).children : of.children;
  const extended = of.seventh.length > 0 && children.length > 0 && children.every(({ code }) => isExtended(code));
  return { steps, further: extended ? [] : children, seventh: new Map(extended ? children.map(({ code }) => [code.slice(-1), code]) : []) };
}
