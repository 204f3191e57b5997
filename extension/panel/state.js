// @ts-check
/**
 * What the panel knows, and how it changes: a pure function from a state and an action to the next state.
 *
 * Decisions are kept by code, apart from findings: a new scan, a failed one or a cleared one leaves them standing.
 * They hold codes, rules, titles and the reader's reasons, never text of a note, so undo keeps none either.
 */

import { NO_QUERIES, afterScan, closedKey, gapOf, reduceQueries, unchecked, walkableGaps } from './queries.js';
import { DEFAULTS } from './settings.js';

/** @import { State, Action, Suggestion, Decisions, Decision, Print } from './actions' */
/** @import { Report } from './types' */

/** @type {State} */
export const START = {
  settings: DEFAULTS,
  policy: {},
  engine: 'starting',
  codeSet: null,
  brief: '',
  headings: [],
  refused: [],
  phase: 'still',
  problem: null,
  choices: [],
  chosen: '',
  unread: 0,
  origins: [],
  source: null,
  report: null,
  date: '',
  today: '',
  changed: false,
  note: 0,
  notes: 0,
  prints: [],
  carried: false,
  tab: 'codes',
  cursor: '',
  shown: -1,
  why: false,
  chooser: '',
  heldOpen: false,
  filter: '',
  queries: NO_QUERIES,
  decisions: { by: {}, accepted: [], closed: {} },
  past: [],
};

/** How many decisions can be undone. */
const DEPTH = 200;

/** The reasons a coder gives for leaving a code out. */
export const REASONS = [
  'Not managed in this encounter',
  'Ruled out or negated',
  'History only',
  'Integral to another code',
  'A more specific code applies',
  'Wrong code for these words',
];

/** A code may stand in two tiers, for different words. @param {Suggestion} s */
export const keyOf = (s) => `${s.tier}:${s.code}`;

/** @param {State} state @param {string} [key] @returns {Suggestion | undefined} */
export const suggestionOf = (state, key = state.cursor) => state.report?.suggestions.find((s) => keyOf(s) === key);

/** The suggestions on view, in reading order. @param {State} state @returns {Suggestion[]} */
export function visible(state) {
  const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (state.report?.suggestions ?? []).filter((s) => {
    const text = `${s.code} ${s.title} ${s.evidence.map((e) => e.quote).join(' ')}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
}

/** Those that the keys walk through: what is folded away is passed over. @param {State} state */
export const walkable = (state) => visible(state).filter((s) => s.tier !== 'held' || state.heldOpen);

/** A number for a text, 53 bits of it (after cyrb53, public domain). @param {string} text */
function numberOf(text) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** What is kept of a note to know it again. @param {string} text @returns {Print} */
function printOf(text) {
  const lines = text.split('\n').map((l) => l.trim()).filter((l) => l.length > 8);
  return { whole: numberOf(text), lines: new Map(lines.map((l) => [numberOf(l), l.length])) };
}

/** How much of a note has to stand in both. @param {Print} a @param {Print} b @param {(a: number, b: number) => number} enough */
function isSame(a, b, enough) {
  const size = (/** @type {Iterable<number>} */ lengths) => [...lengths].reduce((n, l) => n + l, 0);
  const shared = size([...a.lines].filter(([l]) => b.lines.has(l)).map(([, length]) => length));
  return a.whole === b.whole || (shared > 0 && shared >= enough(size(a.lines.values()), size(b.lines.values())));
}

/**
 * Whether the texts differ in one place only, and the rest is at least half of the longer: a long line that is being written.
 * @param {string} before @param {string} after
 */
function isEditInOnePlace(before, after) {
  const shorter = Math.min(before.length, after.length);
  let [head, tail] = [0, 0];
  while (head < shorter && before[head] === after[head]) head++;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return head + tail > 0 && head + tail >= Math.max(before.length, after.length) / 2;
}

/**
 * An edited note shares most of its lines with what it was, or all but one place; another note does not.
 * @param {string} before @param {string} after
 */
export const sameNote = (before, after) =>
  isEditInOnePlace(before, after) || isSame(printOf(before), printOf(after), (a, b) => Math.min(a, b) / 2);

/**
 * The number that a note had before, if a gap was closed in it. Notes of one template share many lines: one that was
 * not on view just now has to be nearly the same.
 * @param {State} state @param {string} text
 */
function known({ prints }, text) {
  const print = prints.length > 0 && printOf(text);
  return print ? prints.findLast((p) => isSame(p.print, print, (a, b) => 0.8 * Math.max(a, b)))?.note : undefined;
}

/** @param {State} state @param {Decisions} decisions @returns {State} */
const decide = (state, decisions) => ({ ...state, decisions, past: [...state.past.slice(-DEPTH), state.decisions], chooser: '' });

/**
 * The list with a code put before the first that the report places after it.
 * @param {Report | null} report @param {readonly string[]} accepted @param {string} code
 */
function inSequence(report, accepted, code) {
  const place = (/** @type {string} */ c) => report?.suggestions.find((s) => s.code === c)?.sequence ?? Infinity;
  const at = accepted.findIndex((c) => place(c) > place(code));
  return at < 0 ? [...accepted, code] : [...accepted.slice(0, at), code, ...accepted.slice(at)];
}

/** @param {Decisions} decisions @param {string} code @param {Decision | null} decision @param {Report | null} [report] @returns {Decisions} */
function withDecision({ by, accepted, closed }, code, decision, report = null) {
  const { [code]: _, ...rest } = by;
  const others = accepted.filter((c) => c !== code);
  if (!decision) return { by: rest, accepted: others, closed };
  const order = decision.verdict === 'rejected' ? others : accepted.includes(code) ? accepted : inSequence(report, accepted, code);
  return { by: { ...rest, [code]: decision }, accepted: order, closed };
}

/** The next suggestion without a decision, from the cursor on; else the cursor. @param {State} state */
function nextOpen(state) {
  const list = walkable(state);
  const here = list.findIndex((s) => keyOf(s) === state.cursor);
  const next = list.slice(here + 1).find((s) => !state.decisions.by[s.code]);
  return next ? keyOf(next) : state.cursor;
}

/** @param {Decisions} decisions @returns {Decisions} without the names of the notes and of what was found in them */
const nameless = ({ by, accepted, closed }) => ({
  by: Object.fromEntries(Object.entries(by).map(([code, d]) => [code, { ...d, from: '' }])),
  accepted,
  closed: Object.fromEntries(Object.entries(closed).map(([key, c]) => [key, { ...c, title: '' }])),
});

/** Closes a gap, or opens it again. @param {State} state @param {string} rule @param {string} [reason] @returns {State} */
function withClosed(state, rule, reason) {
  const key = closedKey(state.note, rule);
  const { [key]: _, ...rest } = state.decisions.closed;
  const gap = gapOf(state, rule);
  const closed = reason && gap ? { ...rest, [key]: { reason, title: gap.title } } : rest;
  const list = walkableGaps(state);
  const here = list.findIndex((g) => g.rule === rule);
  const next = decide(state, { ...state.decisions, closed });
  const left = walkableGaps(next);
  const cursor = reason ? left[Math.min(Math.max(here, 0), left.length - 1)]?.rule ?? '' : rule;
  const prints = state.prints.some((p) => p.note === state.note) || !state.source ? state.prints
    : [...state.prints, { note: state.note, print: printOf(state.source.text) }];
  // Which queries are open has changed, and the checks ask for it.
  return { ...next, prints, queries: { ...unchecked(state.queries), cursor, shown: -1, chooser: '' } };
}

/** What the last step back brought back. @param {State} before @param {State} after @returns {{ code?: string, rule?: string }} */
export function undone({ decisions: was, note }, { decisions: is }) {
  const differs = (/** @type {Record<string, unknown>} */ a, /** @type {Record<string, unknown>} */ b) => [...Object.keys(a), ...Object.keys(b)].find((k) => a[k] !== b[k]);
  const key = differs(was.closed, is.closed);
  const rule = key?.startsWith(`${note} `) ? key.slice(`${note} `.length) : undefined;
  return { code: differs(was.by, is.by), rule };
}

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case 'settings': {
      const settings = { ...state.settings, ...action.settings };
      const queries = settings.internal === state.settings.internal ? state.queries : unchecked(state.queries);
      return { ...state, settings, policy: action.policy ?? state.policy, queries };
    }
    case 'engine': {
      const { opened } = action;
      return { ...state, engine: action.engine, ...opened };
    }
    case 'today':
      return { ...state, today: action.today };
    case 'date':
      return { ...state, date: action.date };
    case 'phase':
      return { ...state, phase: action.phase };
    case 'problem':
      // What is shown or accepted stays.
      return { ...state, phase: 'still', problem: { sentence: action.sentence, kind: action.kind, restart: action.restart } };
    case 'choices':
      return { ...state, choices: action.choices, chosen: action.chosen, unread: action.unread, origins: action.origins };
    case 'report': {
      const same = !!state.source && sameNote(state.source.text, action.source.text);
      const note = same ? state.note : known(state, action.source.text) ?? state.notes + 1;
      const by = same ? state.decisions.by : Object.fromEntries(Object.entries(state.decisions.by).filter(([, d]) => d.verdict === 'accepted'));
      const next = {
        ...state,
        phase: /** @type {const} */ ('still'),
        problem: null,
        source: action.source,
        report: action.report,
        codeSet: action.report.code_set,
        changed: false,
        note,
        notes: Math.max(state.notes, note),
        // As it stands now: it may have been rewritten since a gap was closed in it.
        prints: state.prints.map((p) => (p.note === note ? { note, print: printOf(action.source.text) } : p)),
        date: same ? state.date : '',
        carried: same ? state.carried : state.decisions.accepted.length > 0,
        decisions: { ...state.decisions, by },
        past: same ? state.past : [],
        chooser: '',
        filter: same ? state.filter : '',
        heldOpen: same && state.heldOpen,
        shown: -1,
      };
      const list = walkable(next);
      const stays = same && list.some((s) => keyOf(s) === state.cursor);
      return { ...next, cursor: stays ? state.cursor : list[0] ? keyOf(list[0]) : '', queries: afterScan(state, next, same) };
    }
    case 'changed':
      return state.report ? { ...state, changed: true } : state;
    case 'clear':
      return {
        ...state,
        phase: 'still',
        problem: { sentence: action.sentence, kind: 'cleared' },
        source: null,
        report: null,
        choices: [],
        chosen: '',
        unread: 0,
        origins: [],
        changed: false,
        cursor: '',
        shown: -1,
        chooser: '',
        filter: '',
        date: '',
        queries: NO_QUERIES,
        decisions: nameless(state.decisions),
        past: state.past.map(nameless),
      };
    case 'tab':
      return { ...state, tab: action.tab, chooser: '', queries: { ...state.queries, chooser: '' } };
    case 'cursor':
      return { ...state, cursor: action.key, shown: -1, chooser: '' };
    case 'move': {
      const list = walkable(state);
      const here = list.findIndex((s) => keyOf(s) === state.cursor);
      const to = list[Math.min(Math.max(here + action.by, 0), list.length - 1)];
      return to && keyOf(to) !== state.cursor ? { ...state, cursor: keyOf(to), shown: -1, chooser: '' } : state;
    }
    case 'shown':
      return { ...state, shown: action.index };
    case 'why':
      return { ...state, why: !state.why };
    case 'held':
      return { ...state, heldOpen: action.open };
    case 'filter':
      return { ...state, filter: action.filter };
    case 'chooser':
      return { ...state, chooser: action.key };
    case 'accept':
    case 'reject': {
      const s = suggestionOf(state, action.key);
      if (!s || !state.source) return state;
      const verdict = action.type === 'accept' ? /** @type {const} */ ('accepted') : /** @type {const} */ ('rejected');
      const reason = action.type === 'reject' ? action.reason : undefined;
      const decision = { verdict, reason, title: s.title, from: state.source.label, note: state.note };
      const next = decide({ ...state, cursor: keyOf(s) }, withDecision(state.decisions, s.code, decision, state.report));
      const cursor = nextOpen(next);
      return { ...next, cursor, shown: cursor === state.cursor ? state.shown : -1 };
    }
    case 'retract':
      return state.decisions.by[action.code] ? decide(state, withDecision(state.decisions, action.code, null)) : state;
    case 'reorder': {
      const accepted = [...state.decisions.accepted];
      const from = accepted.indexOf(action.code);
      const to = from + action.by;
      if (from < 0 || to < 0 || to >= accepted.length) return state;
      accepted.splice(to, 0, ...accepted.splice(from, 1));
      return decide(state, { ...state.decisions, accepted });
    }
    case 'new-list': {
      const by = Object.fromEntries(Object.entries(state.decisions.by).filter(([, d]) => d.verdict === 'rejected'));
      return { ...decide(state, { ...state.decisions, by, accepted: [] }), carried: false };
    }
    case 'keep-list':
      return { ...state, carried: false };
    case 'undo': {
      const decisions = state.past.at(-1);
      if (!decisions) return state;
      const { code, rule } = undone(state, { ...state, decisions });
      const queries = rule ? { ...state.queries, cursor: rule, shown: -1, chooser: '' } : state.queries;
      const back = visible(state).find((s) => s.code === code);
      const held = back?.tier === 'held';
      const at = back ? { cursor: keyOf(back), shown: -1, heldOpen: state.heldOpen || held } : {};
      return { ...state, ...at, queries, decisions, past: state.past.slice(0, -1), chooser: '' };
    }
    case 'gap-close':
      return gapOf(state, action.rule) ? withClosed(state, action.rule, action.reason) : state;
    case 'gap-reopen':
      return closedKey(state.note, action.rule) in state.decisions.closed ? withClosed(state, action.rule) : state;
    default: {
      const queries = reduceQueries(state, action);
      return queries === state.queries ? state : { ...state, queries };
    }
  }
}
