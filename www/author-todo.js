// @ts-check
/**
 * What a scenario still lacks: what the file cannot do without, and what a good one has.
 *
 * @import { Beside } from './author-beside.js'
 * @import { Todo } from './author-view.js'
 * @import { LintFinding, Scenario } from './panel/types'
 */

import { differing } from './author-beside.js';
import { plural } from './panel/dom.js';

/**
 * @param {Scenario} scenario @param {{ before: Beside | null, after: Beside | null }} results @param {readonly LintFinding[]} findings
 * @param {readonly string[]} unknown codes that the code book does not have @returns {Todo[]}
 */
export function todoOf(scenario, results, findings, unknown) {
  /** @type {[path: string, sentence: string, open: boolean, needed?: boolean][]} */
  const all = [
    ['title', 'The title is empty.', !scenario.title.trim(), true],
    ['chapter', 'The chapter is not chosen.', scenario.chapter === 0, true],
    ['before.note', 'The note as documented is empty.', !scenario.before.note.trim(), true],
    ['after.note', 'The note as it should read is empty.', !scenario.after.note.trim(), true],
    ...scenario.missing.map(({ quote }, i) => /** @type {[string, string, boolean, boolean]} */ ([`missing.${i}.quote`, `Missing ${i + 1}: its quote is not in the note as documented, letter by letter.`, !scenario.before.note.includes(quote), true])),
    ['topic', 'The topic is empty.', !scenario.topic.trim()],
    ['summary', 'The summary is empty.', !scenario.summary.trim()],
    ['after.note', 'Both notes are the same.', scenario.before.note.trim() !== '' && scenario.before.note.trim() === scenario.after.note.trim()],
    ...(/** @type {const} */ (['before', 'after'])).flatMap((side) => {
      const name = side === 'before' ? 'The note as documented' : 'The note as it should read';
      const { codes } = scenario[side];
      const result = results[side];
      const apart = result ? differing(result.codes) + result.gaps.filter(({ verdict }) => verdict === 'expected').length : 0;
      return /** @type {[string, string, boolean][]} */ ([
        [`${side}.codes`, `${name} has no expected codes.`, codes.length === 0],
        [`${side}.codes`, `${name}: the engine differs in ${plural(apart, 'code or gap', 'codes or gaps')}.`, codes.length > 0 && apart > 0],
        [`${side}.codes`, `${name}: ${codes.filter((code) => unknown.includes(code)).join(', ')} cannot be reported in this release.`, codes.some((code) => unknown.includes(code))],
      ]);
    }),
    ['add-missing', 'Nothing is said to be missing.', scenario.missing.length === 0],
    ...scenario.missing.map(({ what, why, quote }, i) => /** @type {[string, string, boolean]} */ ([`missing.${i}.${what.trim() ? (why.trim() ? 'quote' : 'why') : 'what'}`, `Missing ${i + 1} is not whole.`, !what.trim() || !why.trim() || !quote.trim()])),
    ['query.text', 'The query is empty.', !scenario.query.text.trim()],
    ['query.text', `The query has ${plural(findings.filter(({ severity }) => severity === 'error').length, 'place')} against compliance.`, findings.some(({ severity }) => severity === 'error')],
    ['add-teaching', 'There is no teaching point.', scenario.teaching.length === 0],
    ...scenario.teaching.map(({ point, source }, i) => /** @type {[string, string, boolean]} */ ([`teaching.${i}.${point.trim() ? 'source' : 'point'}`, `Teaching point ${i + 1} is not whole.`, !point.trim() || !source.trim()])),
  ];
  return all.filter(([, , open]) => open).map(([path, sentence, , needed = false]) => ({ path, sentence, needed }));
}
