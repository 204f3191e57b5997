// @ts-check
/** The scenarios that lie beside the site. A name is looked up in their list before anything is loaded. */

/** @import { Scenario, ScenarioEntry } from './panel/types' */
/** @import { Engine } from './panel/engine.js' */

/** Chapters of ICD-10-CM, in few words. */
export const CHAPTERS = [
  'Infections', 'Neoplasms', 'Blood and immune system', 'Endocrine, nutrition, metabolism', 'Mental and behavioral',
  'Nervous system', 'Eye', 'Ear', 'Circulation', 'Respiration', 'Digestion', 'Skin', 'Muscles and bones',
  'Kidney and genitals', 'Pregnancy and birth', 'Perinatal period', 'Congenital', 'Symptoms, signs, findings',
  'Injury and poisoning', 'External causes', 'Factors, contact with services', 'Special purposes',
];

export const LEVELS = ['', 'Beginner', 'Intermediate', 'Advanced'];

/** What a scenario is called in an address: its file without the ending. @param {ScenarioEntry} entry */
export const nameOf = (entry) => entry.file.replace(/\.toml$/, '');

/** @param {string} file @returns {Promise<Response>} */
async function load(file) {
  const response = await fetch(`scenarios/${file}`).catch(() => null);
  if (!response?.ok) throw new Error(`scenarios/${file} is not there. Copy the whole folder of the site again.`);
  return response;
}

/** @returns {Promise<ScenarioEntry[]>} */
export async function scenarios() {
  const list = await (await load('index.json')).json().catch(() => null);
  if (!Array.isArray(list)) throw new Error('scenarios/index.json is not a list. Copy the whole folder of the site again.');
  return list;
}

/** Reads one of the list. @param {Engine} engine @param {ScenarioEntry} entry @returns {Promise<Scenario>} */
export async function scenario(engine, entry) {
  const text = await (await load(entry.file)).text();
  return engine.scenario({ name: entry.file, text });
}
