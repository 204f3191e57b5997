// @ts-check
/** The files of scenarios that lie beside the site. Where everything lies in one file, `one-file/scenario-files.js` stands in for this. */

/** @param {string} name @returns {Promise<string>} */
export async function textOf(name) {
  const response = await fetch(`scenarios/${name}`).catch(() => null);
  const text = response?.ok ? await response.text().catch(() => null) : null;
  if (text === null) throw new Error(`scenarios/${name} is not there. Copy the whole folder of the site again.`);
  return text;
}
