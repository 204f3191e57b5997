// @ts-check
/** The files of scenarios, where everything lies in one file. */

/** @type {Promise<Record<string, string>>} */
const files = new Promise((resolve) => {
  const read = () => resolve(JSON.parse(document.getElementById('file-scenarios')?.textContent || '{}'));
  if (document.readyState !== 'loading') read();
  else document.addEventListener('DOMContentLoaded', read, { once: true });
});

/** @param {string} name @returns {Promise<string>} */
export async function textOf(name) {
  const all = await files;
  if (!Object.hasOwn(all, name)) throw new Error(`The scenario ${name} is not in this file. Copy this file again: it is not whole.`);
  return all[name];
}
