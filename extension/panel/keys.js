// @ts-check
/** The keys, in one table: what the keyboard does and what the help says are the same rows. */

/** @type {readonly (readonly [command: string, keys: readonly string[], help: string])[]} */
export const KEYS = [
  ['next', ['j', 'ArrowDown'], 'next code'],
  ['previous', ['k', 'ArrowUp'], 'previous code'],
  ['first', ['Home'], 'first code'],
  ['last', ['End'], 'last code'],
  ['show', ['Enter'], 'show evidence in the note; again: the next evidence'],
  ['accept', ['a'], 'accept'],
  ['reject', ['x'], 'reject, then a reason'],
  ['undo', ['u'], 'undo the last decision'],
  ['why', ['w'], 'why: Index path, Tabular check, guidelines'],
  ['copy', ['c'], 'copy the accepted list'],
  ['scan', ['s'], 'scan again'],
  ['held', ['h'], 'open or close what was held back'],
  ['filter', ['/'], 'filter'],
  ['codes', ['1'], 'codes'],
  ['accepted', ['2'], 'accepted list'],
  ['paste', ['3'], 'paste text'],
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
  const field = target.closest('input:not([type=radio]), textarea, select, dialog');
  if (field) return undefined;
  const inside = target.closest('button, summary, [role=tablist], input, pre');
  if (inside && /^(Enter|Arrow|Home|End)/.test(event.key)) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return KEYS.find(([, keys]) => keys.includes(key))?.[0];
}
