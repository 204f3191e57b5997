// @ts-check
/**
 * What is expected of a note beside what the engine makes of it.
 *
 * @import { Gap, Report, Suggestion, Tier, Version } from './panel/types'
 * @typedef {'same' | 'expected' | 'engine'} Verdict
 * @typedef {{ code: string, verdict: Verdict, found: Suggestion | undefined }} CodeBeside
 * @typedef {{ rule: string, verdict: Verdict, gap: Gap | undefined }} GapBeside
 * @typedef {{ codes: CodeBeside[], asked: Suggestion[], gaps: GapBeside[], record: Gap[] }} Beside `asked`: left to a person, and not
 *   expected; `record`: about the completeness of the record, and not expected
 */

/** @type {Tier[]} */
const BEST_FIRST = ['suggested', 'decide', 'held'];

/** The best that the engine says of each code, in the order in which it reports them. @param {Report} report */
function bestOf(report) {
  /** @type {Map<string, Suggestion>} */
  const best = new Map();
  for (const one of [...report.suggestions].sort((a, b) => (a.sequence ?? 1e9) - (b.sequence ?? 1e9))) {
    const other = best.get(one.code);
    if (!other || BEST_FIRST.indexOf(one.tier) < BEST_FIRST.indexOf(other.tier)) best.set(one.code, one);
  }
  return best;
}

/**
 * A code that is expected is reached where the engine suggests it or leaves it to a person; one that only the engine has counts
 * where it suggests it: as the library is checked.
 * @param {Version} expected @param {Report} report @returns {Beside}
 */
export function beside({ codes, gaps }, report) {
  const best = bestOf(report);
  const more = [...best.values()].filter(({ code, tier }) => tier !== 'held' && !codes.includes(code));
  const raised = report.gaps.filter(({ rule }) => !gaps.includes(rule));
  return {
    codes: [
      ...codes.map((code) => {
        const found = best.get(code);
        return { code, found, verdict: /** @type {Verdict} */ (found && found.tier !== 'held' ? 'same' : 'expected') };
      }),
      ...more.filter(({ tier }) => tier === 'suggested').map((found) => ({ code: found.code, found, verdict: /** @type {Verdict} */ ('engine') })),
    ],
    asked: more.filter(({ tier }) => tier === 'decide'),
    gaps: [
      ...gaps.map((rule) => {
        const gap = report.gaps.find((one) => one.rule === rule);
        return { rule, gap, verdict: /** @type {Verdict} */ (gap ? 'same' : 'expected') };
      }),
      ...raised.filter(isOfNote).map((gap) => ({ rule: gap.rule, gap, verdict: /** @type {Verdict} */ ('engine') })),
    ],
    record: raised.filter((gap) => !isOfNote(gap)),
  };
}

/** The codes as the engine has them, in its order: what it suggests, and what it leaves to a person where that was expected. @param {Version} expected @param {Report} report */
export const codesOf = ({ codes }, report) => [...bestOf(report).values()].filter(({ code, tier }) => tier === 'suggested' || (tier === 'decide' && codes.includes(code))).map(({ code }) => code);

/** What the record as a whole lacks (a date, a signature) is not what a scenario is about. @param {Gap} gap */
const isOfNote = ({ kind }) => kind !== 'completeness';

/** @param {Version} expected @param {Report} report */
export const gapsOf = ({ gaps }, report) => report.gaps.filter((gap) => isOfNote(gap) || gaps.includes(gap.rule)).map(({ rule }) => rule);

/** How many differ. @param {readonly { verdict: Verdict }[]} rows */
export const differing = (rows) => rows.filter(({ verdict }) => verdict !== 'same').length;
