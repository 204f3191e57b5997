// @ts-check
/** The scenarios that lie beside the site. A name is looked up in their list before anything is loaded. */

/** @import { Scenario, ScenarioEntry } from './panel/types' */
/** @import { Engine } from './panel/engine.js' */

import { plural } from './panel/dom.js';
import { textOf } from './scenario-files.js';
import { remark } from './site.js';

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

/** What a list of scenarios may say of each, and what that is to be. @type {[keyof ScenarioEntry, (value: any) => boolean][]} */
const FIELDS = [
  ['file', (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,79}\.toml$/.test(value)],
  ['title', (value) => typeof value === 'string'],
  ['case', (value) => value === undefined || typeof value === 'string'],
  ['topic', (value) => typeof value === 'string'],
  ['chapter', (value) => Number.isInteger(value) && value >= 1 && value <= CHAPTERS.length],
  ['level', (value) => Number.isInteger(value) && value >= 1 && value < LEVELS.length],
  ['setting', (value) => value === 'inpatient' || value === 'outpatient'],
  ['summary', (value) => typeof value === 'string'],
];

/** What a list says of a scenario that does not lie beside the site. @param {string} name @param {Scenario} scenario @returns {ScenarioEntry} */
export const entryOf = (name, { title, case: said, topic, chapter, level, setting, summary }) => ({ file: `${name}.toml`, title, case: said, topic, chapter, level, setting, summary });

/** What those who practise see of a scenario before they read it. @param {Pick<ScenarioEntry, 'case' | 'setting' | 'chapter'>} of */
export const caseOf = ({ case: said, setting, chapter }) => said || `${setting === 'inpatient' ? 'Inpatient' : 'Outpatient'} note: ${CHAPTERS[chapter - 1]?.toLowerCase() ?? ''}`;

/** The list of the scenarios. What is wrong with a row of it is said, and the others hold. @returns {Promise<ScenarioEntry[]>} */
export async function scenarios() {
  const text = await textOf('index.json');
  /** @type {any} */
  let list;
  try {
    list = JSON.parse(text);
  } catch {
    list = null;
  }
  if (!Array.isArray(list)) throw new Error('scenarios/index.json is not a list. Copy the whole folder of the site again.');
  /** @type {string[]} */
  const wrong = [];
  const whole = list.filter((entry, i) => {
    const [field] = FIELDS.find(([name, fits]) => !fits(entry?.[name])) ?? [];
    if (field) wrong.push(`scenarios/index.json, entry ${i + 1}: its “${field}” is missing or cannot be used.`);
    return !field;
  });
  if (wrong.length > 0) remark(`${wrong.slice(0, 3).join(' ')}${wrong.length > 3 ? ` ${plural(wrong.length - 3, 'more entry', 'more entries')} as well.` : ''} The others are here.`);
  return whole;
}

/** Reads one of the list. @param {Engine} engine @param {ScenarioEntry} entry @returns {Promise<Scenario>} */
export async function scenario(engine, entry) {
  return engine.scenario({ name: entry.file, text: await textOf(entry.file) });
}
