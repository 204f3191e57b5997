// @ts-check
/**
 * What the panel knows, and how it changes: a pure function from a state and an action to the next state.
 *
 * Decisions are kept by code, apart from findings: a new scan, a failed one or a cleared one leaves them standing.
 * They hold codes, titles and the reader's reasons, never text of a note, so undo keeps none either.
 */

/** @import { State, Action, Suggestion, Decisions, Decision } from './actions' */
/** @import { Report } from './types' */

/** @type {State} */
export const START = {
  settings: { setting: 'outpatient', theme: 'auto', idleSeconds: 300 },
  engine: 'starting',
  codeSet: null,
  phase: 'still',
  problem: null,
  choices: [],
  chosen: '',
  unread: 0,
  source: null,
  report: null,
  date: '',
  today: '',
  changed: false,
  note: 0,
  carried: false,
  tab: 'codes',
  cursor: '',
  shown: -1,
  why: false,
  chooser: '',
  heldOpen: false,
  filter: '',
  decisions: { by: {}, accepted: [] },
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

/**
 * An edited note shares most of its lines with what it was; another note does not.
 * @param {string} before @param {string} after
 */
export function sameNote(before, after) {
  const linesOf = (/** @type {string} */ text) => new Set(text.split('\n').map((l) => l.trim()).filter((l) => l.length > 8));
  const [a, b] = [linesOf(before), linesOf(after)];
  const size = (/** @type {Iterable<string>} */ lines) => [...lines].reduce((n, l) => n + l.length, 0);
  const shared = size([...a].filter((l) => b.has(l)));
  return before === after || (shared > 0 && 2 * shared >= Math.min(size(a), size(b)));
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
function withDecision({ by, accepted }, code, decision, report = null) {
  const { [code]: _, ...rest } = by;
  const others = accepted.filter((c) => c !== code);
  if (!decision) return { by: rest, accepted: others };
  const order = decision.verdict === 'rejected' ? others : accepted.includes(code) ? accepted : inSequence(report, accepted, code);
  return { by: { ...rest, [code]: decision }, accepted: order };
}

/** The next suggestion without a decision, from the cursor on; else the cursor. @param {State} state */
function nextOpen(state) {
  const list = walkable(state);
  const here = list.findIndex((s) => keyOf(s) === state.cursor);
  const next = list.slice(here + 1).find((s) => !state.decisions.by[s.code]);
  return next ? keyOf(next) : state.cursor;
}

/** @param {Decisions} decisions @returns {Decisions} without the names of the notes */
const nameless = ({ by, accepted }) => ({
  by: Object.fromEntries(Object.entries(by).map(([code, d]) => [code, { ...d, from: '' }])),
  accepted,
});

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case 'settings':
      return { ...state, settings: { ...state.settings, ...action.settings } };
    case 'engine':
      return { ...state, engine: action.engine, codeSet: action.codeSet ?? state.codeSet };
    case 'today':
      return { ...state, today: action.today };
    case 'date':
      return { ...state, date: action.date };
    case 'phase':
      return { ...state, phase: action.phase };
    case 'problem':
      // What is shown or accepted stays.
      return { ...state, phase: 'still', problem: { sentence: action.sentence, kind: action.kind } };
    case 'choices':
      return { ...state, choices: action.choices, chosen: action.chosen, unread: action.unread };
    case 'report': {
      const same = !!state.source && sameNote(state.source.text, action.source.text);
      const note = same ? state.note : state.note + 1;
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
      return { ...next, cursor: stays ? state.cursor : list[0] ? keyOf(list[0]) : '' };
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
        changed: false,
        cursor: '',
        shown: -1,
        chooser: '',
        filter: '',
        date: '',
        decisions: nameless(state.decisions),
        past: state.past.map(nameless),
      };
    case 'tab':
      return { ...state, tab: action.tab, chooser: '' };
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
      return { ...decide(state, { by, accepted: [] }), carried: false };
    }
    case 'keep-list':
      return { ...state, carried: false };
    case 'undo': {
      const decisions = state.past.at(-1);
      if (!decisions) return state;
      const code = [...Object.keys(state.decisions.by), ...Object.keys(decisions.by)].find((c) => state.decisions.by[c] !== decisions.by[c]);
      const back = visible(state).find((s) => s.code === code);
      const held = back?.tier === 'held';
      const at = back ? { cursor: keyOf(back), shown: -1, heldOpen: state.heldOpen || held } : {};
      return { ...state, ...at, decisions, past: state.past.slice(0, -1), chooser: '' };
    }
  }
}
