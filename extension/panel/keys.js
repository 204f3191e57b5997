// @ts-check
/**
 * The keys, in one table: what the keyboard does and what the help says are the same rows. A reader, or an
 * organization, can put another key in the place of any that is a single character.
 */

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

/** Commands that have a key of one character, which can be another. */
export const MOVABLE = KEYS.filter(([, [key]]) => key.length === 1).map(([command]) => command);

/** The key of one character that a command has by itself. @param {string} command */
export const ownKey = (command) => KEYS.find(([c]) => c === command)?.[1][0] ?? '';

/** In place of our own. @type {Readonly<Record<string, string>>} */
let moved = {};

/** @param {Readonly<Record<string, string>>} keys by command */
export function setKeys(keys) {
  moved = keys;
}

/** What is wrong with other keys, or nothing. @param {any} keys by command @returns {string} */
export function faultOfKeys(keys) {
  if (keys === null || typeof keys !== 'object' || Array.isArray(keys)) return 'it gives a key to each command that has another';
  const commands = Object.keys(keys);
  const unknown = commands.find((command) => !MOVABLE.includes(command));
  if (unknown !== undefined) return `there is no command “${unknown.slice(0, 30)}” that has a key of one character`;
  const bad = commands.find((command) => typeof keys[command] !== 'string' || !/^[\p{Ll}\p{N}\p{P}\p{S}]$/u.test(keys[command]));
  if (bad !== undefined) return `${bad}: a key is one small letter, digit or sign`;
  /** @type {Map<string, string>} */
  const taken = new Map();
  for (const command of MOVABLE) {
    const key = keys[command] ?? ownKey(command);
    const other = taken.get(key);
    if (other !== undefined) return `${other} and ${command} would have the same key, ${key.toUpperCase()}`;
    taken.set(key, command);
  }
  return '';
}

/** The keys of a command as they are now, the character first. @param {string} command @returns {readonly string[]} */
export function keysFor(command) {
  const [own, ...rest] = KEYS.find(([c]) => c === command)?.[1] ?? [];
  return own === undefined ? [] : [moved[command] ?? own, ...rest];
}

/** How a key is written for a reader. @param {string} key */
export const shown = (key) => ({ ArrowDown: '↓', ArrowUp: '↑' })[key] ?? (key.length === 1 ? key.toUpperCase() : key);

/** How the key of a command is written. @param {string} command */
export const label = (command) => shown(keysFor(command)[0] ?? '');

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
  return KEYS.find(([command]) => keysFor(command).includes(key))?.[0];
}
