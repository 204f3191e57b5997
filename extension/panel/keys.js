// @ts-check
/** The keys, in one table: what the keyboard does and what the help says are the same rows. */

/** @type {readonly (readonly [command: string, keys: readonly string[], help: string])[]} */
export const KEYS = [
  ['next', ['j', 'ArrowDown'], 'next code or gap'],
  ['previous', ['k', 'ArrowUp'], 'previous code or gap'],
  ['first', ['Home'], 'first'],
  ['last', ['End'], 'last'],
  ['show', ['Enter'], 'show evidence in the note; again: the next evidence'],
  ['accept', ['a'], 'accept'],
  ['reject', ['x'], 'reject a code or close a gap, then a reason'],
  ['undo', ['u'], 'undo the last decision'],
  ['edit', ['e'], 'edit the draft of a query; Esc: back to its gap'],
  ['why', ['w'], 'why: Index path, Tabular check, guidelines'],
  ['copy', ['c'], 'copy the accepted list, or the draft of a query'],
  ['scan', ['s'], 'scan again'],
  ['held', ['h'], 'open or close what was held back, or more gaps'],
  ['filter', ['/'], 'filter'],
  ['codes', ['1'], 'codes'],
  ['queries', ['2'], 'queries'],
  ['accepted', ['3'], 'accepted list'],
  ['paste', ['4'], 'paste text'],
  ['help', ['?'], 'these keys'],
];

/** How a key is written for a reader. @param {string} key */
export const shown = (key) => ({ ArrowDown: '↓', ArrowUp: '↑' })[key] ?? (key.length === 1 ? key.toUpperCase() : key);

/**
 * The command of a key press, or nothing: keys with a modifier are the browser's, letters in a field are the field's,
 * and Enter on a button is the button's.
 * @param {KeyboardEvent} event
 * @returns {string | undefined}
 */
export function commandOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  const target = /** @type {HTMLElement} */ (event.target);
  const field = target.closest('input:not([type=radio], [type=checkbox]), textarea, select, dialog');
  if (field) return undefined;
  const inside = target.closest('button, summary, [role=tablist], input, pre');
  if (inside && /^(Enter|Arrow|Home|End)/.test(event.key)) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return KEYS.find(([, keys]) => keys.includes(key))?.[0];
}
