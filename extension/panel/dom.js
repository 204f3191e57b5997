// @ts-check
/** Making elements. Everything that comes from a note, a pack or a person is set as text, never as markup. */

import { label } from './keys.js';

/** @param {string} id @returns {any} */
export const $ = (id) => document.getElementById(id);

export const count = new Intl.NumberFormat('en-US');

/**
 * An element, its few attributes by name, and what stands in it: strings are text.
 * @param {string} tag
 * @param {{ class?: string, id?: string, role?: string, type?: string, value?: string, title?: string, tabIndex?: number, disabled?: boolean,
 *   checked?: boolean, rows?: number, maxLength?: number, label?: string, current?: boolean, hide?: boolean, data?: Record<string, string | undefined> } | null} given
 * @param {...(Node | string | null | undefined | false)} children
 */
export function h(tag, given, ...children) {
  const element = /** @type {any} */ (document.createElement(tag));
  const { class: className, label, current, hide, data, ...rest } = given ?? {};
  if (className) element.className = className;
  for (const [name, value] of Object.entries(rest)) if (value !== undefined && value !== false) element[name] = value;
  if (label) element.ariaLabel = label;
  if (current) element.ariaCurrent = 'true';
  if (hide) element.ariaHidden = 'true';
  for (const [name, text] of Object.entries(data ?? {})) if (text !== undefined) element.dataset[name] = text;
  element.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return /** @type {HTMLElement} */ (element);
}

/** @param {string} code */
export const kbd = (code) => h('kbd', null, code);

/** The key of a command, as it is now; it is written anew when it moves. @param {string} command */
export const kbdOf = (command) => h('kbd', { data: { command } }, label(command));

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${count.format(n)} ${n === 1 ? one : many}`;

/** A heading in capitals is quieter in lower case. @param {string} heading */
export const headingOf = (heading) => (/[a-z]/.test(heading) || heading.length < 5 ? heading : heading[0] + heading.slice(1).toLowerCase());

/** Says one sentence, on the screen and to a screen reader. @param {string} sentence */
export function say(sentence) {
  $('status').textContent = sentence;
}

/**
 * Shows a number of seconds in a list of times; one that is not in it (a policy may set any) is put in.
 * @param {HTMLSelectElement} select @param {number} seconds
 */
export function showSeconds(select, seconds) {
  const value = String(seconds);
  if (![...select.options].some((option) => option.value === value)) {
    const words = seconds % 60 === 0 ? plural(seconds / 60, 'minute') : plural(seconds, 'second');
    select.append(h('option', { value }, words));
  }
  select.value = value;
}
