// @ts-check
/**
 * What can be set, by a person (settings) and by an organization (policy): how each value is checked, and which wins.
 * Pure: `store.js` reads and writes, the options page and the panel show.
 *
 * A value that is not one of those below is refused with its key and the reason. A policy with such a value is refused
 * whole while there is an earlier one to keep; where there is none its good values hold, as a restriction is better kept
 * than lost.
 */

import { faultOfKeys } from './keys.js';

/** @import { Facility, FacilityFile, Policy, Refused, Settings } from './types' */

/** @type {Settings} */
export const DEFAULTS = { setting: 'outpatient', theme: 'auto', idleSeconds: 300, follow: true, internal: [], keys: {} };

/** Ways in which a draft can leave the panel. */
export const WAYS = /** @type {const} */ (['clipboard', 'print', 'file']);

export const CLOSED_WAY = 'Your organization has closed this way out of the panel.';

/** Characters of a phrase; the check passes over shorter ones (`src/cdi/lint/rules/identity.rs`). */
const PHRASE = { least: 13, most: 200 };
const MOST_PHRASES = 50;
export const MOST_FILES = 20;
/** Bytes of a file of the facility. */
export const LARGEST_FILE = 262_144;

// ---- checks: what is wrong with a value, or nothing

/** @typedef {(value: any) => string} Fault */

/** @param {readonly string[]} values @returns {Fault} */
const oneOf = (values) => (value) => (values.includes(value) ? '' : `it is one of ${values.join(', ')}`);

/** @param {number} least @param {number} most @returns {Fault} */
const whole = (least, most) => (value) => (Number.isInteger(value) && value >= least && value <= most ? '' : `it is a whole number from ${least} to ${most}`);

/** @type {Fault} */
const flag = (value) => (typeof value === 'boolean' ? '' : 'it is true or false');

/** @param {number} most @param {(one: string) => string} fault @returns {Fault} */
const list = (most, fault) => (value) => {
  if (!Array.isArray(value) || value.length > most) return `it is a list of at most ${most}`;
  return value.map((one) => (typeof one === 'string' ? fault(one) : 'it holds texts only')).find(Boolean) ?? '';
};

/** @param {string} one */
const phrase = (one) => (one.length >= PHRASE.least && one.length <= PHRASE.most ? '' : `“${one.slice(0, 30)}”: a phrase has ${PHRASE.least} to ${PHRASE.most} characters`);

/** @param {string} one */
export const faultOfOrigin = (one) => (/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(one) ? '' : `“${one.slice(0, 60)}”: an origin is https://host, without a path`);

/** @param {string} one */
const ruleId = (one) => (/^[A-Z]{2,8}\d{1,4}$/.test(one) ? '' : `“${one.slice(0, 20)}”: a rule is named as in GAP37`);

/** @type {Fault} */
const definitions = (value) => {
  const plain = value !== null && typeof value === 'object' && !Array.isArray(value);
  const good = plain && Object.entries(value).every(([group, choice]) => /^[a-z]{2,30}$/.test(group) && typeof choice === 'string' && /^[a-z0-9-]{2,30}$/.test(choice));
  return good ? '' : 'it names one definition for each group, as in {"sepsis": "sepsis-3"}';
};

/** @type {Record<keyof Settings, Fault>} */
const OF_SETTINGS = {
  setting: oneOf(['inpatient', 'outpatient']),
  theme: oneOf(['auto', 'light', 'dark']),
  idleSeconds: whole(5, 3600),
  follow: flag,
  internal: list(MOST_PHRASES, phrase),
  keys: faultOfKeys,
};

/** @type {Record<keyof Policy, Fault>} the schema for browsers is `policy.json` */
const OF_POLICY = {
  defaultSetting: OF_SETTINGS.setting,
  appearance: OF_SETTINGS.theme,
  idleClearSeconds: whole(30, 3600),
  autoScan: flag,
  internalPhrases: OF_SETTINGS.internal,
  shortcutMap: faultOfKeys,
  allowedOrigins: list(200, faultOfOrigin),
  disabledRuleIds: list(200, ruleId),
  queryDefinitions: definitions,
  rulePacksLocked: flag,
  queryTemplatesLocked: flag,
  allowExport: list(WAYS.length, oneOf(WAYS)),
  maxNoteKB: whole(1, 6000),
};

/** What a policy sets of the settings. @type {Readonly<Partial<Record<keyof Policy, keyof Settings>>>} */
const SETS = { defaultSetting: 'setting', appearance: 'theme', idleClearSeconds: 'idleSeconds', autoScan: 'follow', internalPhrases: 'internal', shortcutMap: 'keys' };

/**
 * @param {Record<string, Fault>} checks @param {unknown} given
 * @returns {{ values: any, refused: Refused[] }}
 */
function checked(checks, given) {
  if (given === undefined || given === null) return { values: {}, refused: [] };
  if (typeof given !== 'object' || Array.isArray(given)) return { values: {}, refused: [{ key: '', why: 'it is no list of keys and values' }] };
  /** @type {Record<string, unknown>} */
  const values = {};
  /** @type {Refused[]} */
  const refused = [];
  for (const [key, value] of Object.entries(given)) {
    const why = Object.hasOwn(checks, key) ? checks[key](value) : 'there is no such key';
    if (why) refused.push({ key, why });
    else values[key] = value;
  }
  return { values, refused };
}

/** @param {unknown} stored @returns {{ values: Partial<Settings>, refused: Refused[] }} */
export const settingsFrom = (stored) => checked(OF_SETTINGS, stored);

/**
 * @param {unknown} managed as the browser gives it @param {unknown} kept the last that was good
 * @returns {{ policy: Policy, refused: Refused[] }}
 */
export function policyFrom(managed, kept) {
  const { values, refused } = checked(OF_POLICY, managed);
  const before = checked(OF_POLICY, kept);
  const holds = refused.length > 0 && kept && before.refused.length === 0 ? before.values : values;
  return { policy: holds, refused };
}

/** A file of settings, whole or not at all. @param {string} text @returns {Partial<Settings>} */
export function settingsFromFile(text) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error('This is no settings file: it is not JSON. Nothing was changed.');
  }
  const { values, refused: [first] } = settingsFrom(given);
  if (first) throw new Error(`${sentenceOf(first)} Nothing was changed.`);
  return values;
}

/** @param {Refused} refused */
export const sentenceOf = ({ key, why }) => `${key ? `“${key}”: ` : ''}${why}.`;

/** What holds: the policy's value, else the person's, else ours. @param {Partial<Settings>} own @param {Policy} policy @returns {Settings} */
export function holding(own, policy) {
  const set = Object.entries(SETS).flatMap(([key, name]) => (key in policy ? [[name, policy[/** @type {keyof Policy} */ (key)]]] : []));
  return { ...DEFAULTS, ...own, ...Object.fromEntries(set) };
}

/** The settings that a policy has taken over. @param {Policy} policy @returns {Set<keyof Settings>} */
export const managedBy = (policy) => new Set(Object.entries(SETS).flatMap(([key, name]) => (key in policy ? [name] : [])));

/** @param {Policy} policy @param {typeof WAYS[number]} way */
export const mayLeave = ({ allowExport }, way) => allowExport?.includes(way) ?? true;

// ---- files of the facility

/** @param {any} file @returns {file is FacilityFile} */
const isFile = (file) => typeof file?.name === 'string' && typeof file.text === 'string' && typeof file.about === 'string' && file.text.length <= LARGEST_FILE;

/** @param {any} list @returns {FacilityFile[]} */
const filesFrom = (list) => (Array.isArray(list) ? list.filter(isFile).slice(0, MOST_FILES) : []);

/** @param {any} stored may be of another version @returns {Facility} */
export const facilityFrom = (stored) => ({
  rules: filesFrom(stored?.rules),
  synonyms: filesFrom(stored?.synonyms),
  template: isFile(stored?.template) ? stored.template : null,
});

/** What the engine is given: the policy first, then what a person chose where the policy leaves that open. @param {Facility} own @param {Policy} policy @returns {Facility} */
export function inForce(own, policy) {
  const { disabledRuleIds = [], queryDefinitions = {} } = policy;
  const lines = [
    ...(disabledRuleIds.length ? [`off = ${JSON.stringify(disabledRuleIds)}`] : []),
    ...(Object.keys(queryDefinitions).length ? ['[definitions]', ...Object.entries(queryDefinitions).map(([group, choice]) => `${group} = ${JSON.stringify(choice)}`)] : []),
  ];
  const ofPolicy = lines.length ? [{ name: 'policy', text: lines.join('\n'), about: '' }] : [];
  return {
    // Of two choices of a definition the later holds.
    rules: [...(policy.rulePacksLocked ? [] : own.rules), ...ofPolicy],
    synonyms: policy.rulePacksLocked ? [] : own.synonyms,
    template: policy.queryTemplatesLocked ? null : own.template,
  };
}
