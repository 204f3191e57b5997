// @ts-check
/** A file that the reader asked to save. The one address that is ever set from a script is made here, of text that is in hand. */

/** @param {string} name @param {string} text */
export function save(name, text) {
  const link = document.createElement('a');
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
