// @ts-check
/**
 * The gaps of a note and what the reader makes of their queries: pure functions, no drawing.
 *
 * A draft is the engine's until a person edits it. What was ticked, added and written is kept by rule for as long as
 * the note is before the reader, and forgotten with the text; a closed gap is a decision (`state.js`) and holds a rule
 * and a reason.
 */

/** @import { Added, DraftRequest, Gap, Indicator, LintContext, Place, Queries, QueryAction, Report, Resolved, State, Work } from './actions' */

/** @type {Queries} */
export const NO_QUERIES = { cursor: '', shown: -1, more: false, chooser: '', work: {}, resolved: [] };

/** How many gaps are shown before the reader asks for more. */
export const FIRST = 3;

/** The reason of a gap whose query waits for its answer. */
const SENT = 'Query sent';

export const CLOSED_FOR = [
  SENT,
  'Answered in the record',
  'Not clinically relevant',
  'Already documented elsewhere',
  'Not applicable to this patient',
  'Other',
];

export const KIND_WORDS = {
  missing: 'Diagnosis not found in the text scanned',
  specificity: 'Can be more specific',
  conflict: 'Conflicting statements',
  linkage: 'Cause or link not stated',
  poa: 'Present on admission or not',
  validation: 'Clinical support',
  completeness: 'Completeness of the record',
};

/** The name of a closed gap among the decisions. @param {number} note @param {string} rule */
export const closedKey = (note, rule) => `${note} ${rule}`;

/** @param {State} state @param {string} rule */
export const isClosed = (state, rule) => closedKey(state.note, rule) in state.decisions.closed;

/** @param {State} state @returns {Gap[]} the gaps that no one has closed, in the order of the report */
export const openGaps = (state) => (state.report?.gaps ?? []).filter((g) => !isClosed(state, g.rule));

/** Where each open gap is shown. @param {State} state */
export function shelves(state) {
  const open = openGaps(state);
  const asked = open.filter((g) => g.kind !== 'validation' && g.kind !== 'completeness');
  return {
    first: asked.slice(0, FIRST),
    rest: asked.slice(FIRST),
    validation: open.filter((g) => g.kind === 'validation'),
    completeness: open.filter((g) => g.kind === 'completeness'),
  };
}

/** How many queries are open. What only completes the record asks nobody. @param {State} state */
export const openCount = (state) => openGaps(state).filter((g) => g.kind !== 'completeness').length;

/** Those that the keys walk through: what is folded away is passed over. @param {State} state */
export function walkableGaps(state) {
  const { first, rest, validation, completeness } = shelves(state);
  return [...first, ...(state.queries.more ? rest : []), ...validation, ...completeness];
}

/** @param {State} state @param {string} [rule] @returns {Gap | undefined} an open gap; the current one unless another is named */
export const gapOf = (state, rule = state.queries.cursor) => openGaps(state).find((g) => g.rule === rule);

/** What was closed or has gone, for the note before the reader. @param {State} state */
export function closedList(state) {
  const before = `${state.note} `;
  const closed = Object.entries(state.decisions.closed).filter(([key]) => key.startsWith(before)).map(([key, { reason, title }]) => {
    const rule = key.slice(before.length);
    return { rule, reason, title: state.report?.gaps.find((g) => g.rule === rule)?.title ?? title, reopens: true };
  });
  const resolved = state.queries.resolved.filter(({ rule }) => !isClosed(state, rule)).map(({ rule, title, found }) => ({
    rule, title, reopens: false, reason: found ? 'Resolved: found in the text scanned now' : 'Not raised by the text scanned now',
  }));
  return [...closed, ...resolved];
}

// ---- indicators

/** @param {string} text words on one line */
export const onOneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** All that a gap quotes, in the order in which the draft has it. @param {Gap} gap @returns {Indicator[]} */
export const quotedBy = (gap) => [...gap.evidence, ...gap.indicators, ...gap.counter_indicators];

/** A name for each of them that a rescan of an edited note keeps: its words, its section, which of the same. @param {Gap} gap */
export function keysOf(gap) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return quotedBy(gap).map(({ quote, section }) => {
    const words = `${onOneLine(quote)} · ${section}`;
    const n = seen.get(words) ?? 0;
    seen.set(words, n + 1);
    return n ? `${words} · ${n + 1}` : words;
  });
}

/** Where words stand in a text, however they are broken into lines. @param {string} text @param {string} quote @returns {Place | null} */
export function find(text, quote) {
  const words = quote.split(/\s+/).filter(Boolean).map((w) => w.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const found = words.length ? new RegExp(words.join('\\s+'), 'u').exec(text) : null;
  return found && { start: found.index, end: found.index + found[0].length };
}

/** The heading under which a place stands, or the name of its kind. @param {Report} report @param {Place} place */
export function sectionAt({ read }, { start }) {
  const section = read.sections.findLast((s) => s.start <= start && start < s.end);
  return section?.heading || (section && section.kind !== 'unknown' ? section.kind.replace(/-/g, ' ') : 'Note');
}

/** The places that a gap's card can show: those of the report, then those added by hand that stand in the text. @param {State} state @param {Gap} gap @returns {(Place | null)[]} */
export const placesOf = (state, gap) => [
  ...quotedBy(gap),
  ...workOf(state, gap).added.map(({ quote }) => find(state.source?.text ?? '', quote)),
];

// ---- drafts

/** @param {Gap} gap @param {Pick<Work, 'off' | 'added'>} work @returns {DraftRequest} */
export function requestOf(gap, { off, added }) {
  const keys = keysOf(gap);
  const kept = quotedBy(gap).filter((_, i) => !off.includes(keys[i]));
  return {
    rule: gap.rule,
    indicators: [
      ...kept.map(({ quote, section, date, supports }) => ({ quote: onOneLine(quote), section, ...(date && { date }), supports, by_hand: false })),
      ...added.map(({ quote, section, date }) => ({ quote, section, ...(date && { date }), supports: [], by_hand: true })),
    ],
    options: gap.options,
  };
}

/** @param {Gap} gap @param {Pick<Work, 'off' | 'added'>} work */
const nameOf = (gap, work) => JSON.stringify(requestOf(gap, work));

/** A draft as the report gives it. @param {Gap} gap @returns {Work} */
function untouched(gap) {
  const choice = { off: [], added: [] };
  return { ...choice, text: gap.query, drafted: gap.query, of: nameOf(gap, choice), options: gap.options, findings: null };
}

/** @param {State} state @param {Gap} gap */
export const workOf = (state, gap) => state.queries.work[gap.rule] ?? untouched(gap);

/** A person has written in it. @param {Work} work */
export const isEdited = (work) => work.text !== work.drafted;

/** The indicators are no longer those that the engine drafted from. @param {Gap} gap @param {Work} work */
export const isBehind = (gap, work) => work.of !== nameOf(gap, work);

/** What the engine is to be asked for the current gap; nothing while a person's own text stands. @param {State} state @returns {DraftRequest | null} */
export function dueDraft(state) {
  const gap = gapOf(state);
  if (!gap?.query) return null;
  const work = workOf(state, gap);
  return isBehind(gap, work) && !isEdited(work) ? requestOf(gap, work) : null;
}

/** The text of the current gap's draft that is to be checked. @param {State} state @returns {string | null} */
export function dueLint(state) {
  const gap = gapOf(state);
  if (!gap?.query || dueDraft(state)) return null;
  const work = workOf(state, gap);
  return work.findings === null ? work.text : null;
}

/**
 * What the checks are told besides the query: those sent for this note and not answered, as they stood, and the house's
 * own phrases. What was cleared is no longer known.
 * @param {State} state @param {string} [rule] whose query is checked @returns {LintContext}
 */
export function contextOf(state, rule) {
  const sent = (state.report?.gaps ?? []).filter((g) => g.rule !== rule && state.decisions.closed[closedKey(state.note, g.rule)]?.reason === SENT);
  return { open_queries: sent.map((g) => workOf(state, g).text).filter(Boolean), internal: state.settings.internal };
}

// ---- changes

/** Every draft is to be checked again. @param {Queries} queries @returns {Queries} */
export const unchecked = (queries) => ({
  ...queries,
  work: Object.fromEntries(Object.entries(queries.work).map(([rule, work]) => [rule, { ...work, findings: null }])),
});

/** @param {State} state @param {string} rule @param {(work: Work, gap: Gap) => Work} change @returns {Queries} */
function withWork(state, rule, change) {
  const gap = state.report?.gaps.find((g) => g.rule === rule);
  if (!gap) return state.queries;
  const before = workOf(state, gap);
  const work = change(before, gap);
  return work === before ? state.queries : { ...state.queries, work: { ...state.queries.work, [rule]: work } };
}

/** @param {State} state @param {QueryAction} action @returns {Queries} */
export function reduceQueries(state, action) {
  const { queries } = state;
  switch (action.type) {
    case 'gap-cursor':
      return { ...queries, cursor: action.rule, shown: -1, chooser: '' };
    case 'gap-move': {
      const list = walkableGaps(state);
      const here = list.findIndex((g) => g.rule === queries.cursor);
      const to = list[Math.min(Math.max(here + action.by, 0), list.length - 1)];
      return to && to.rule !== queries.cursor ? { ...queries, cursor: to.rule, shown: -1, chooser: '' } : queries;
    }
    case 'gap-shown':
      return { ...queries, shown: action.index };
    case 'gap-more':
      return { ...queries, more: action.open };
    case 'gap-chooser':
      return { ...queries, chooser: action.rule };
    case 'gap-tick':
      return withWork(state, action.rule, (work) => {
        const off = work.off.filter((key) => key !== action.key);
        return { ...work, off: action.on ? off : [...off, action.key] };
      });
    case 'gap-add':
      return withWork(state, action.rule, (work) => ({ ...work, added: [...work.added, action.added] }));
    case 'gap-drop':
      return { ...withWork(state, action.rule, (work) => ({ ...work, added: work.added.filter((_, i) => i !== action.at) })), shown: -1 };
    case 'gap-edit':
      return withWork(state, action.rule, (work) => (work.text === action.text ? work : { ...work, text: action.text, findings: null }));
    case 'gap-again':
      return withWork(state, action.rule, (work) => ({ ...work, text: work.drafted, findings: null }));
    case 'gap-drafted':
      return withWork(state, action.rule, (work, gap) => {
        const { name } = action;
        if (name !== nameOf(gap, work) || isEdited(work)) return work; // answered too late
        return { ...work, drafted: action.text, text: action.text, options: action.options, of: name, findings: null };
      });
    case 'gap-linted':
      return withWork(state, action.rule, (work) => (work.text === action.text ? { ...work, findings: action.findings } : work));
  }
}

/** @param {string} before @param {string} after whether a line was written that was not there */
function isAddedTo(before, after) {
  const lines = new Set(before.split('\n').map(onOneLine));
  return after.split('\n').some((line) => !lines.has(onOneLine(line)));
}

/**
 * What had been raised and is not any more. That the note now says it can only be told of words that were written
 * since, around findings that still stand; of a part of the note, or of findings that were taken out, it cannot.
 * @param {State} before @param {State} after @returns {Resolved[]}
 */
function gone(before, after) {
  const [was, is] = [before.source?.text ?? '', after.source?.text ?? ''];
  if (was === is) return []; // another setting or date
  const added = isAddedTo(was, is);
  return openGaps(before).filter((g) => !after.report?.gaps.some(({ rule }) => rule === g.rule)).map((g) => ({
    rule: g.rule,
    title: g.title,
    found: added && (g.indicators.length ? g.indicators : g.evidence).some(({ quote }) => find(is, quote)),
  }));
}

/**
 * After a scan: of the same note, the reader's work stands as far as its indicators do; of another, nothing does.
 * @param {State} before @param {State} after with the new report @param {boolean} same
 * @returns {Queries}
 */
export function afterScan(before, after, same) {
  const gaps = after.report?.gaps ?? [];
  if (!same) return { ...NO_QUERIES, cursor: walkableGaps({ ...after, queries: NO_QUERIES })[0]?.rule ?? '' };
  const work = Object.fromEntries(Object.entries(before.queries.work).flatMap(([rule, work]) => {
    const gap = gaps.find((g) => g.rule === rule);
    if (!gap) return [[rule, work]]; // it may be raised again
    const keys = keysOf(gap);
    const off = work.off.filter((key) => keys.includes(key));
    return off.length || work.added.length || isEdited(work) ? [[rule, { ...work, off, findings: null }]] : [];
  }));
  const resolved = [
    ...before.queries.resolved.filter(({ rule }) => !gaps.some((g) => g.rule === rule)),
    ...gone(before, after),
  ];
  const queries = { ...before.queries, work, resolved, shown: -1, chooser: '' };
  const list = walkableGaps({ ...after, queries });
  // Where no one has been yet, the strongest stands first.
  const been = before.queries.shown >= 0 || before.tab === 'queries';
  const stays = been && list.some((g) => g.rule === queries.cursor);
  return { ...queries, cursor: stays ? queries.cursor : list[0]?.rule ?? '' };
}

/** An indicator as the reader has selected it in the note, its section looked up. @param {State} state @param {string} text @returns {Added} */
export function fromSelection(state, text) {
  const quote = onOneLine(text);
  const place = state.report && find(state.source?.text ?? '', quote);
  return { quote, section: place && state.report ? sectionAt(state.report, place) : '', date: '' };
}
