// @ts-check
/**
 * Draws the state. Everything that comes from a note or a pack is set as text, never as markup (`dom.js`). Cards are
 * kept from one drawing to the next and only those that differ are made anew, so that focus and scroll stay where the
 * reader left them.
 */

import { $, count, h, headingOf, kbd, kbdOf, plural, showSeconds } from './dom.js';
import { KEYS, keysFor, shown } from './keys.js';
import { gapOf, openCount, placesOf, quotedBy } from './queries.js';
import { drawQueries } from './queries-view.js';
import { keyOf, REASONS, suggestionOf, visible } from './state.js';

/** @import { Evidence, Span, State, Suggestion, Tier } from './types' */

const day = new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** How many evidence quotes a card lists; Enter goes through all of them. */
const LISTED = 6;
/** How many codes a hint about specificity names. */
const NAMED = 5;
/** A quote longer than this is shown by its beginning. */
const QUOTED = 160;

/** @param {string} iso */
const dayOf = (iso) => (/^\d{4}-\d\d-\d\d$/.test(iso) ? day.format(new Date(`${iso}T00:00:00Z`)) : iso);

const KINDS = { selection: 'selected text', field: 'text field', editor: 'editor', form: 'form', note: 'note', page: 'page', pdf: 'PDF', paste: 'pasted text' };
const ASSERTIONS = /** @type {Record<string, string>} */ ({
  negated: 'negated', uncertain: 'uncertain', past: 'in the past', family: 'family', 'other-person': 'another person',
  hypothetical: 'hypothetical', planned: 'planned',
});

/** The date that decides on the release: the reader's, the page's, today. @param {State} state */
export const dateOf = ({ date, source, today }) => date || source?.date || today;

/** What the reader is told when care was after the release. @param {State} state */
function superseded(state) {
  const { codeSet } = state;
  const until = codeSet?.effective.split('/')[1] ?? '';
  if (!codeSet || !until || dateOf(state) <= until) return '';
  return `${codeSet.name} ${codeSet.release} was in force until ${dayOf(until)}. For later dates of care a newer knowledge pack is needed; “chartside pack build --help” says how one is made from the official files.`;
}

/** @param {State} state */
export const stateName = (state) =>
  state.phase !== 'still' ? state.phase
  : state.problem ? state.problem.kind
  : state.report ? 'findings'
  : 'starting';

/** Spans of the note to paint: what the current gap rests on; else evidence of what is suggested or to decide, and was
 * not rejected. @param {State} state */
export function spans(state) {
  /** @type {(Span & { tier: Tier })[]} */
  const list = [];
  const gap = state.tab === 'queries' && gapOf(state);
  if (gap) {
    const speaksFor = gap.evidence.length + gap.indicators.length;
    quotedBy(gap).forEach(({ start, end }, i) => list.push({ start, end, tier: i < speaksFor ? 'suggested' : 'decide' }));
    return list;
  }
  for (const s of state.report?.suggestions ?? []) {
    if (s.tier === 'held' || state.decisions.by[s.code]?.verdict === 'rejected') continue;
    for (const { start, end } of s.evidence) list.push({ start, end, tier: s.tier });
  }
  return list.slice(0, 2000);
}

// ---- cards

/** @param {Evidence} e @param {number} index @param {boolean} current @param {boolean} here */
function evidence(e, index, current, here) {
  const quote = e.quote.length > QUOTED ? `${e.quote.slice(0, QUOTED)}…` : e.quote;
  const how = ASSERTIONS[e.assertion];
  const where = [headingOf(e.section), how && (e.cue ? `${how}: “${e.cue}”` : how)].filter(Boolean).join(' · ');
  return h('li', null,
    h('button', { type: 'button', data: { action: 'show', evidence: String(index) }, tabIndex: current ? 0 : -1, current: here, title: 'Show in the note' },
      h('q', null, quote.replace(/\s+/g, ' ')), where && h('span', { class: 'where' }, where)));
}

/** @param {string[]} steps @param {string} separator @param {string} name */
const chain = (steps, separator, name) => h('span', { class: 'chain' }, h('span', { class: 'hidden' }, `${name}: `), steps.join(` ${separator} `));

/** @param {Suggestion} s */
function why(s) {
  /** @param {string[]} steps */
  const ladder = (steps) => h('ol', { class: 'ladder', role: 'list' }, ...steps.map((step, i) => {
    const row = h('li', null, step);
    row.style.setProperty('--depth', String(i));
    return row;
  }));
  const rows = [
    s.path.length > 0 && [h('dt', null, s.path.every((step) => step.endsWith('(Tabular)')) ? 'Found by its title' : 'Alphabetic Index'), h('dd', { class: 'path' }, ladder(s.path))],
    s.verified.length > 0 && [h('dt', null, 'Tabular List'), h('dd', { class: 'verified' }, ladder(s.verified))],
    s.rules.length > 0 && [h('dt', null, 'Official Guidelines'), h('dd', { class: 'rules' }, s.rules.map((r) => `Section ${r}`).join(', '))],
  ];
  return h('dl', { class: 'why' }, .../** @type {Node[]} */ (rows.flat().filter(Boolean)));
}

/** @param {Suggestion['specificity'][number]} s */
function specificity({ missing, would_be }) {
  const named = would_be.slice(0, NAMED).join(', ');
  const rest = would_be.length - NAMED;
  return h('p', { class: 'more' }, would_be.length === 0
    ? `Not documented: ${missing}.`
    : `With the ${missing} documented: ${named}${rest > 0 ? ` and ${rest} more` : ''}.`);
}

/** A button with its key: its action is the command's name. @param {string} action @param {string} name @param {string} [kind] */
const act = (action, name, kind) => h('button', { type: 'button', data: { action }, class: kind }, name, ' ', kbdOf(action));

/** @param {State} state @param {Suggestion} s */
function card(state, s) {
  const key = keyOf(s);
  const current = key === state.cursor;
  const decision = state.decisions.by[s.code];
  const verdict = /** @type {'open' | 'accepted' | 'rejected'} */ (decision?.verdict ?? 'open');
  const words = verdict === 'accepted' ? 'Accepted' : verdict === 'rejected' ? `Rejected${decision.reason ? `: ${decision.reason.toLowerCase()}` : ''}` : '';
  const listed = current ? s.evidence.slice(0, LISTED) : s.evidence.slice(0, 1);
  const rest = s.evidence.length - listed.length;
  const element = h('li', {
    class: 'card', data: { key, code: s.code, tier: s.tier, verdict }, tabIndex: current ? 0 : -1, current,
    label: [s.code, s.title, words, s.reason].filter(Boolean).join('. '),
  },
    h('div', { class: 'head' },
      h('p', { class: 'name' }, h('span', { class: 'code' }, s.code), ' ', h('span', { class: 'title' }, s.title)),
      words && h('p', { class: 'verdict' }, words)),
    h('ul', { class: 'evidence', role: 'list' },
      ...listed.map((e, i) => evidence(e, i, current, current && state.shown === i)),
      rest > 0 && h('li', { class: 'rest', title: `${plural(rest, 'more place')} in the note` }, `+${count.format(rest)}`, h('span', { class: 'hidden' }, ' more'))),
    s.reason && h('p', { class: 'reason' }, s.reason),
    firstOf(state, s, current),
    s.poa && h('p', { class: 'poa' }, `Present on admission: ${s.poa}.`, current && s.poa_reason && ` ${s.poa_reason}`),
    current && state.why ? why(s) : h('p', { class: 'route' },
      s.path.length > 0 && chain(s.path, '›', 'Index path'),
      s.verified.length > 0 && chain(s.verified, '›', 'Tabular check'),
      s.rules.length > 0 && chain(s.rules, ',', 'Guidelines')),
    ...(current ? s.specificity.map(specificity) : []));
  if (!current) return element;
  if (state.chooser === key) {
    element.append(h('div', { class: 'chooser', role: 'group', label: 'Reason for rejecting' },
      ...REASONS.map((reason, i) => h('button', { type: 'button', data: { action: 'reason', reason } }, kbd(String(i + 1)), ' ', reason)),
      h('button', { type: 'button', data: { action: 'reason', reason: '' } }, kbd('0'), ' No reason'),
      h('button', { type: 'button', data: { action: 'cancel' } }, kbd('Esc'), ' Cancel')));
  } else {
    element.append(h('div', { class: 'actions' },
      verdict === 'open' ? act('accept', 'Accept', 'primary') : h('button', { type: 'button', data: { action: 'undo' } }, 'Undo ', kbdOf('undo')),
      verdict === 'accepted' ? null : verdict === 'open' ? act('reject', 'Reject') : act('accept', 'Accept'),
      act('why', state.why ? 'Less' : 'Why')));
  }
  return element;
}

/** What is said of the diagnosis that comes first. @param {State} state @param {Suggestion} s @param {boolean} current */
function firstOf({ report }, s, current) {
  const first = report?.first;
  if (first?.code !== s.code || s.tier === 'held') return null;
  const role = first.role === 'principal' ? 'Proposed as principal diagnosis' : 'Proposed as first-listed diagnosis';
  return h('p', { class: 'first' }, h('strong', null, role), current && ` (section ${first.rule}). ${first.reason}`);
}

/** All of the state that a card shows, as one string. @param {State} state @param {Suggestion} s */
function looks(state, s) {
  const current = keyOf(s) === state.cursor;
  const d = state.decisions.by[s.code];
  return JSON.stringify([current, d?.verdict, d?.reason, current && [state.why, state.chooser === keyOf(s), state.shown]]);
}

/** @type {{ report: unknown, cards: Map<string, { looks: string, element: HTMLElement }> }} */
let drawn = { report: null, cards: new Map() };

/** @param {State} state */
function tiers(state) {
  if (drawn.report !== state.report) drawn = { report: state.report, cards: new Map() };
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const held = focused?.closest('.card') && { action: focused.dataset.action, evidence: focused.dataset.evidence };
  const list = visible(state);
  for (const tier of /** @type {const} */ (['suggested', 'decide', 'held'])) {
    const inTier = list.filter((s) => s.tier === tier);
    const section = $(`tier-${tier}`);
    section.hidden = inTier.length === 0;
    section.querySelector('.count').textContent = count.format(inTier.length);
    if (tier === 'held' && section.open !== state.heldOpen) section.open = state.heldOpen;
    const cards = inTier.map((s) => {
      const now = looks(state, s);
      const before = drawn.cards.get(keyOf(s));
      if (before?.looks === now) return before.element;
      const element = card(state, s);
      before?.element.replaceWith(element);
      drawn.cards.set(keyOf(s), { looks: now, element });
      return element;
    });
    const ol = section.querySelector('ol');
    if (cards.length !== ol.children.length || cards.some((c, i) => ol.children[i] !== c)) ol.replaceChildren(...cards);
  }
  $('no-match').hidden = !state.filter.trim() || list.length > 0 || !state.report;
  const current = drawn.cards.get(state.cursor)?.element;
  if (held && current && !document.activeElement?.closest('.card')) {
    const same = held.action && current.querySelector(`[data-action="${held.action}"]${held.evidence ? `[data-evidence="${held.evidence}"]` : ''}`);
    /** @type {HTMLElement} */ (state.chooser ? current.querySelector('.chooser button') : same ?? current).focus({ preventScroll: true });
  }
}

/** Puts the keyboard on the current card. */
export function focusCurrent() {
  const current = /** @type {HTMLElement | null} */ (document.querySelector('[role=tabpanel]:not([hidden]) :is(.card, .gap)[aria-current=true]'));
  current?.focus({ preventScroll: true });
  current?.scrollIntoView({ block: 'nearest' });
}

/** Puts the keyboard on the reasons to reject or to close. */
export function focusChooser() {
  const chooser = /** @type {HTMLElement | null} */ (document.querySelector('[role=tabpanel]:not([hidden]) .chooser'));
  chooser?.querySelector('button')?.focus({ preventScroll: true });
  chooser?.closest('.card, .gap')?.scrollIntoView({ block: 'nearest' });
}

// ---- the rest of the screen

/** @param {State} state */
function header(state) {
  const { codeSet, source, report, settings, choices } = state;
  const [, until = ''] = codeSet?.effective.split('/') ?? [];
  const past = !!until && state.today > until;
  $('code-set').textContent = codeSet ? `${codeSet.name} ${codeSet.release}` : '';
  if (until) $('code-set').append(h('span', { class: past ? 'past' : 'until' }, past ? `in force until ${dayOf(until)}` : `in force to ${dayOf(until)}`));
  $(`setting-${settings.setting}`).checked = true;
  $('theme').value = settings.theme;
  showSeconds($('idle'), settings.idleSeconds);
  $('follow').checked = settings.follow;
  $('date').value = dateOf(state);
  document.documentElement.dataset.theme = settings.theme;

  if (source && report) {
    const words = source.text.match(/\S+/g)?.length ?? 0;
    const sections = report.read.sections.filter((s) => s.heading).length;
    const name = source.kind === 'selection' ? `selected text${source.label ? ` of ${source.label}` : ''}` : source.label || KINDS[source.kind];
    const parts = [name, plural(words, 'word'), sections && plural(sections, 'section')].filter(Boolean).join(', ');
    const unread = state.unread ? ` · ${plural(state.unread, 'frame')} of another site not read` : '';
    $('read-line').textContent = `Read: ${parts} · ${source.kind === 'paste' ? 'the text pasted here' : 'the text visible in this tab'}${unread}`;
  } else {
    $('read-line').textContent = '';
  }

  $('read-choice-row').hidden = choices.length < 2;
  $('read-choice').replaceChildren(...choices.map((c) => {
    const option = h('option', { value: c.key }, `${c.kind === 'selection' ? 'Selected text' : c.label || KINDS[c.kind]} (${KINDS[c.kind]}, ${plural(c.words, 'word')})`);
    /** @type {HTMLOptionElement} */ (option).selected = c.key === state.chosen;
    return option;
  }));
}

/** @param {State} state */
function tabs(state) {
  const dock = state.source?.kind === 'paste' && !!state.report;
  for (const tab of ['codes', 'queries', 'accepted', 'paste']) {
    const on = tab === state.tab;
    $(`tab-${tab}`).setAttribute('aria-selected', String(on));
    $(`tab-${tab}`).tabIndex = on ? 0 : -1;
    $(`view-${tab}`).hidden = !on;
  }
  const open = state.report?.suggestions.filter((s) => s.tier !== 'held').length;
  $('tab-codes').querySelector('.count').textContent = open ? count.format(open) : '';
  $('tab-queries').querySelector('.count').textContent = openCount(state) ? count.format(openCount(state)) : '';
  $('tab-accepted').querySelector('.count').textContent = state.decisions.accepted.length ? count.format(state.decisions.accepted.length) : '';
  $('preview-dock').hidden = !dock;
  $('reading').hidden = state.tab === 'accepted' || state.tab === 'paste';
  $('reading').classList.toggle('docked', dock);
  const text = dock && state.source ? state.source.text : '';
  if ($('preview').textContent !== text) $('preview').textContent = text;
}

/** @param {State} state */
function banners(state) {
  const own = superseded(state);
  // Where today's date only stood in for one, the note is not said to be of today.
  const stoodIn = !state.date && !state.source?.date;
  const given = (state.report?.read.notices ?? []).filter((n) => !(own && stoodIn && n.includes('pack build')));
  const notices = [
    ...(state.source?.notices ?? []).map((n) => h('li', null, n)),
    ...state.refused.map((sentence) => h('li', null, sentence)),
    ...given.map((n) => h('li', null, n)),
    ...(own && !given.some((n) => n.includes('pack build')) ? [h('li', { id: 'superseded' }, own)] : []),
  ];
  $('notices').hidden = notices.length === 0;
  $('notices').replaceChildren(...notices);
  $('unread').hidden = !state.unread || state.phase !== 'still' || !(state.source || state.problem?.kind === 'empty') || state.source?.kind === 'paste';
  const frames = plural(state.unread, 'frame');
  $('unread').firstElementChild.textContent = state.origins.length > 0 ? `${frames} of another site (${state.origins.join(', ')}) could not be read.`
    : `${frames} that the page keeps closed could not be read. Copy the text there and use Paste.`;
  $('allow').hidden = state.origins.length === 0;
  $('changed').hidden = !state.changed || state.phase !== 'still';
  const n = state.decisions.accepted.length;
  $('carried').hidden = !state.carried || n === 0;
  $('carried').firstElementChild.textContent = `This is another note. The accepted list still holds ${plural(n, 'code')} from before.`;
  // That there are no codes says nothing of the queries.
  const elsewhere = state.tab === 'queries' && state.problem?.kind === 'nothing';
  $('problem').hidden = !state.problem || state.phase !== 'still' || elsewhere;
  $('problem').dataset.kind = state.problem?.kind ?? '';
  $('problem').firstElementChild.textContent = state.problem?.sentence ?? '';
  $('again').firstElementChild.textContent = state.problem?.restart ? 'Restart and scan again' : 'Scan again';
  $('progress').hidden = state.phase === 'still';
  $('progress').firstElementChild.textContent = state.phase === 'reading' ? 'Reading the note…' : 'Looking the terms up…';
  $('filter').hidden = (state.report?.suggestions.length ?? 0) < 8 && !state.filter;
  if ($('filter').value !== state.filter) $('filter').value = state.filter;
}

/** @param {State} state */
function accepted(state) {
  const { accepted: codes, by } = state.decisions;
  $('accepted-empty').hidden = codes.length > 0;
  for (const id of ['copy']) $(id).disabled = codes.length === 0;
  for (const button of document.querySelectorAll('.new-list')) /** @type {HTMLButtonElement} */ (button).disabled = codes.length === 0;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const at = focused?.closest('#accepted-list') && { code: focused.closest('li')?.dataset.code, action: focused.dataset.action };
  $('accepted-list').replaceChildren(...codes.map((code, i) => {
    const { title, from, note } = by[code];
    const found = state.report?.suggestions.filter((s) => s.code === code) ?? [];
    const scanned = !!state.report && note === state.note;
    const missing = scanned && found.length === 0;
    const held = scanned && found.length > 0 && found.every((s) => s.tier === 'held') ? found[0].reason : undefined;
    const change = missing ? 'Not found in the text scanned' : held ? `Now held back: ${held}` : '';
    return h('li', { data: { code, missing: missing ? '' : undefined } },
      h('span', { class: 'number', hide: true }, String(i + 1)),
      h('div', { class: 'what' },
        h('span', { class: 'code' }, code), ' ', h('span', { class: 'title' }, title),
        change && h('p', { class: 'change' }, change),
        from && h('p', { class: 'where' }, from)),
      h('div', { class: 'moves' },
        h('button', { type: 'button', data: { action: 'up' }, label: `Move ${code} up`, title: 'Move up', disabled: i === 0 }, '↑'),
        h('button', { type: 'button', data: { action: 'down' }, label: `Move ${code} down`, title: 'Move down', disabled: i === codes.length - 1 }, '↓'),
        h('button', { type: 'button', data: { action: 'remove' }, label: `Remove ${code}`, title: 'Remove' }, '×')));
  }));
  if (at?.code) {
    const row = /** @type {HTMLElement | null} */ ($('accepted-list').querySelector(`[data-code="${CSS.escape(at.code)}"]`));
    const button = /** @type {HTMLButtonElement | null | undefined} */ (row?.querySelector(`[data-action="${at.action}"]`));
    if (button && !button.disabled) button.focus();
    else /** @type {HTMLElement | null | undefined} */ (row?.querySelector('button:not(:disabled)'))?.focus();
  }
}

/** From the table of keys, as they are now. */
export function drawHelp() {
  $('help').querySelector('dl').replaceChildren(...KEYS.flatMap(([command, , help]) => [
    h('dt', null, ...keysFor(command).flatMap((k) => [kbd(shown(k)), ' '])), h('dd', null, help),
  ]));
}

/** @param {State} state */
export function draw(state) {
  document.body.dataset.state = stateName(state);
  document.body.dataset.engine = state.engine;
  header(state);
  tabs(state);
  banners(state);
  tiers(state);
  drawQueries(state);
  accepted(state);
}

// ---- the pasted text, painted as a note is

/** What was shown last on this tab. @param {State} state @returns {Span | null | undefined} */
function currentPlace(state) {
  const gap = state.tab === 'queries' && gapOf(state);
  return gap ? placesOf(state, gap)[state.queries.shown] : suggestionOf(state)?.evidence[state.shown];
}

/** @param {State} state */
export function paintPreview(state) {
  const node = $('preview').firstChild;
  /** @param {string} name @param {Span[]} list @param {number} priority */
  const set = (name, list, priority) => {
    const ranges = list.filter(({ end }) => node && end <= node.length).map(({ start, end }) => {
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, end);
      return range;
    });
    const highlight = new Highlight(...ranges);
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
    return ranges;
  };
  const all = state.source?.kind === 'paste' ? spans(state) : [];
  set('chartside-decide', all.filter((s) => s.tier === 'decide'), 0);
  set('chartside-suggested', all.filter((s) => s.tier === 'suggested'), 1);
  const current = state.source?.kind === 'paste' && currentPlace(state);
  const [range] = set('chartside-current', current ? [current] : [], 2);
  if (!range) return;
  const box = range.getBoundingClientRect();
  const pre = $('preview').getBoundingClientRect();
  if (box.top < pre.top + 8 || box.bottom > pre.bottom - 8) $('preview').scrollTop += (box.top + box.bottom - pre.top - pre.bottom) / 2;
}
