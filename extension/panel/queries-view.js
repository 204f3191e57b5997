// @ts-check
/**
 * Draws the gaps. A card is made once and its parts are drawn anew where what they show has changed, so that the
 * draft under someone's hands, the focus and the scroll stay where they are.
 */

import { $, count, h, headingOf, kbd, kbdOf, plural } from './dom.js';
import { CLOSED_FOR, KIND_WORDS, closedList, gapOf, isBehind, isEdited, keysOf, openCount, placesOf, quotedBy, shelves, workOf } from './queries.js';

/** @import { Added, Gap, Indicator, LintFinding, State, Work } from './actions' */

/** A quote longer than this is shown by its beginning. */
const QUOTED = 200;
/** Words of the draft that a finding shows. */
const EXCERPT = 60;

// ---- parts that are drawn where they differ

/** What each part showed when it was drawn. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * Draws a part of the page if what it shows has changed. What had the focus in it has it again.
 * @param {Element} part @param {unknown} looks @param {() => (Node | string | null | undefined | false)[]} make
 */
function redraw(part, looks, make) {
  const now = JSON.stringify(looks);
  if (shown.get(part) === now) return;
  shown.set(part, now);
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const at = focused && part.contains(focused) ? focused.dataset.at : undefined;
  part.replaceChildren(...make().filter((c) => c !== null && c !== undefined && c !== false));
  if (!at) return;
  const again = /** @type {HTMLElement | null} */ (part.querySelector(`[data-at="${CSS.escape(at)}"]`) ?? part.closest('.gap'));
  again?.focus({ preventScroll: true });
}

// ---- what a gap rests on

/** @param {string} quote */
const clipped = (quote) => (quote.length > QUOTED ? `${quote.slice(0, QUOTED)}…` : quote).replace(/\s+/g, ' ');

/**
 * One place: a box that keeps it in the draft, and a button that shows it in the note.
 * @param {{ quote: string, where: string, at: number, off: boolean, here: boolean, box: Node, shows: boolean }} given
 */
const place = ({ quote, where, at, off, here, box, shows }) => h('li', { class: off ? 'off' : undefined },
  box,
  h(shows ? 'button' : 'span', { class: 'place', ...(shows && toShow(at, here)) },
    h('q', null, clipped(quote)), h('span', { class: 'where' }, where)));

/** @param {number} at @param {boolean} here */
const toShow = (at, here) => ({ type: 'button', data: { action: 'show', place: String(at), at: `show ${at}` }, current: here, title: 'Show in the note' });

/** @param {State} state @param {Gap} gap @param {Work} work @param {Indicator} one @param {number} at */
function indicator(state, gap, work, one, at) {
  const key = keysOf(gap)[at];
  const off = work.off.includes(key);
  const how = one.assertion === 'affirmed' ? '' : one.cue ? `${one.assertion}: “${one.cue}”` : one.assertion;
  const where = [headingOf(one.section), one.date ?? 'no date found', how].filter(Boolean).join(' · ');
  const data = { action: 'tick', key, at: `tick ${at}` };
  const box = h('input', { type: 'checkbox', checked: !off, label: `In the draft: ${clipped(one.quote)}`, data });
  return place({ quote: one.quote, where, at, off, here: state.queries.shown === at, box: gap.query ? box : h('span', null), shows: true });
}

/** @param {State} state @param {Gap} gap @param {Added} one @param {number} i @param {number} at */
function addedOne(state, gap, one, i, at) {
  const shows = !!placesOf(state, gap)[at];
  const where = [headingOf(one.section), one.date || 'no date', 'added by hand', !shows && 'not found in the text scanned'].filter(Boolean).join(' · ');
  const data = { action: 'drop', index: String(i), at: `drop ${i}` };
  const box = h('button', { type: 'button', class: 'drop', label: `Take out: ${clipped(one.quote)}`, title: 'Take out', data }, '×');
  return place({ quote: one.quote, where, at, off: false, here: state.queries.shown === at, box, shows });
}

/** @param {State} state @param {Gap} gap @param {Work} work */
function basis(state, gap, work) {
  const { evidence, indicators, counter_indicators: counter } = gap;
  const total = quotedBy(gap).length;
  /** @param {string} name @param {Indicator[]} list @param {number} from @param {Node[]} [more] */
  const group = (name, list, from, more = []) => list.length + more.length > 0 && h('section', null,
    h('h3', null, name),
    h('ul', { class: 'places', role: 'list' }, ...list.map((one, i) => indicator(state, gap, work, one, from + i)), ...more));
  return [
    group('Documented', evidence, 0),
    group('Indicators', indicators, evidence.length, work.added.map((one, i) => addedOne(state, gap, one, i, total + i))),
    group('Speaks against', counter, evidence.length + indicators.length),
  ];
}

/** @param {Gap} gap @param {Work} work */
const answers = (gap, work) => gap.options.length === 0 ? [] : [
  h('h3', null, 'Answers offered'),
  h('ul', { class: 'answers', role: 'list' },
    ...gap.options.map((o) => {
      const out = !work.options.includes(o);
      return h('li', { class: out ? 'off' : undefined }, o, out && h('span', { class: 'where' }, 'its indicator is not in the draft'));
    }),
    h('li', { class: 'always' }, 'Other'), h('li', { class: 'always' }, 'Unable to determine')),
];

/** A spelling checker of the browser fetches its dictionary, and may send what is written; so may what fills fields in. @param {HTMLElement} field */
function unassisted(field) {
  field.spellcheck = false;
  field.setAttribute('autocomplete', 'off');
  return field;
}

/** @param {string} name @param {string} label @param {string} hint */
const field = (name, label, hint) => h('label', null, label,
  unassisted(h('input', { type: 'text', maxLength: 400, data: { field: name } })), hint && h('span', { class: 'hint' }, hint));

/** Made once: what is being typed stays. */
const byHand = () => h('details', { class: 'by-hand' },
  h('summary', null, 'Add an indicator by hand'),
  h('div', { class: 'fields' },
    h('button', { type: 'button', data: { action: 'selection' } }, 'Take what is selected in the note'),
    field('quote', 'Words of the record', 'exactly as they stand there'),
    field('section', 'Section or source', ''),
    field('date', 'Date', 'as the record gives it'),
    h('button', { type: 'button', data: { action: 'add' } }, 'Add to the draft')));

// ---- what the checks found

/** @param {string} text @param {LintFinding} finding */
function excerpt(text, { start, end }) {
  const words = text.slice(start, end).replace(/\s+/g, ' ').trim();
  return words.length > EXCERPT ? `${words.slice(0, EXCERPT)}…` : words;
}

/**
 * The findings of the lint, errors and warnings apart.
 * @param {Element} part @param {string} text @param {readonly LintFinding[] | null} findings @param {string} brief which versions of the practice brief
 */
export function drawLint(part, text, findings, brief) {
  redraw(part, [text, findings, brief], () => {
    if (!findings) return [h('p', { class: 'hint' }, 'Checking…')];
    const passed = h('p', { class: 'passed' }, `Passes the checks of the practice brief${brief ? ` (${brief})` : ''}.`);
    /** @param {LintFinding['severity']} severity @param {string} name */
    const group = (severity, name) => {
      const list = findings.filter((f) => f.severity === severity);
      return list.length > 0 && h('section', { class: severity }, h('h3', null, `${name} `, h('span', { class: 'count' }, count.format(list.length))),
        h('ul', { role: 'list' }, ...list.map((f, i) => h('li', null,
          h('button', { type: 'button', title: 'Show in the draft', data: { action: 'select', start: String(f.start), end: String(f.end), at: `${severity} ${i}` } },
            h('span', { class: 'rule' }, f.rule), excerpt(text, f) && h('q', null, excerpt(text, f))),
          h('p', null, f.message)))));
    };
    return findings.length === 0 ? [passed] : [group('error', 'To change'), group('warning', 'To consider')];
  });
}

/** In one sentence, for the ear. @param {readonly LintFinding[]} findings */
export function lintInWords(findings) {
  const n = (/** @type {LintFinding['severity']} */ severity) => findings.filter((f) => f.severity === severity).length;
  return findings.length === 0 ? 'The draft passes the checks.' : `The checks found ${n('error')} to change, ${n('warning')} to consider.`;
}

// ---- cards

/** @type {Map<string, HTMLElement>} */
let cards = new Map();

/** @param {Gap} gap */
function frame(gap) {
  const part = (/** @type {string} */ name) => h('div', { class: name });
  return h('li', { class: 'gap', data: { rule: gap.rule, kind: gap.kind } }, part('top'), part('rest'));
}

/** The draft and all around it; its field is made once. @param {Gap} gap */
const drafting = (gap) => h('div', { class: 'drafting' },
  h('h3', null, 'Draft of the query ', kbdOf('edit')),
  h('div', { class: 'behind' }),
  draftField(gap),
  h('div', { class: 'actions' },
    h('button', { type: 'button', class: 'primary', data: { action: 'copy' } }, 'Copy ', kbdOf('copy')),
    h('button', { type: 'button', data: { action: 'print' } }, 'Print'),
    h('button', { type: 'button', data: { action: 'save' } }, 'Save as a file')),
  h('div', { class: 'lint', role: 'group', label: 'Checks of the draft' }));

/** @param {Gap} gap */
function draftField(gap) {
  return unassisted(h('textarea', { class: 'draft', rows: 12, label: `Draft of the query ${gap.rule}`, data: { action: 'draft' } }));
}

/** @param {State} state @param {Gap} gap */
function chooser(state, gap) {
  if (state.queries.chooser !== gap.rule) return [h('button', { type: 'button', data: { action: 'close', at: 'close' } }, 'Close this gap ', kbdOf('reject'))];
  return [h('div', { class: 'chooser', role: 'group', label: 'Reason for closing' },
    ...CLOSED_FOR.map((reason, i) => h('button', { type: 'button', data: { action: 'reason', reason } }, kbd(String(i + 1)), ' ', reason)),
    h('button', { type: 'button', data: { action: 'cancel' } }, kbd('Esc'), ' Cancel'))];
}

/** @param {Gap} gap */
const body = (gap) => [
  h('div', { class: 'closing' }),
  h('div', { class: 'facts' },
    h('div', { class: 'basis' }),
    gap.query !== '' && byHand(),
    h('div', { class: 'offered' }),
    h('p', { class: 'source' }, `Rule ${gap.rule}, version ${gap.version}. ${gap.source}`)),
  gap.query !== '' && drafting(gap),
];

/** @param {HTMLElement} card @param {State} state @param {Gap} gap */
function fill(card, state, gap) {
  const current = gap.rule === state.queries.cursor;
  card.tabIndex = current ? 0 : -1;
  card.ariaCurrent = current ? 'true' : null;
  card.ariaLabel = `${gap.title}. ${KIND_WORDS[gap.kind]}. ${gap.issue}`;
  const [top, rest] = card.children;
  const places = quotedBy(gap).length;
  redraw(top, [gap.title, gap.issue, gap.kind, current, places], () => [
    h('p', { class: 'head' }, h('span', { class: 'title' }, gap.title), ' ', h('span', { class: 'rule' }, gap.rule)),
    h('p', { class: 'kind' }, KIND_WORDS[gap.kind], !current && ` · ${plural(places, 'place')} in the note`),
    h('p', { class: 'issue' }, gap.issue),
  ]);
  // The note with them: what was typed for one is not shown for another.
  redraw(rest, current && [state.note, gap.rule, gap.version, gap.source, gap.query !== ''], () => (current ? body(gap) : []));
  if (!current) return;
  const work = workOf(state, gap);
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (rest.querySelector(name));
  redraw(part('.basis'), [quotedBy(gap), work.off, work.added, state.queries.shown], () => basis(state, gap, work));
  redraw(part('.offered'), [gap.options, work.options], () => answers(gap, work));
  redraw(part('.closing'), state.queries.chooser === gap.rule, () => chooser(state, gap));
  if (gap.query) draft(rest, gap, work, state.brief);
}

/** @param {Element} rest @param {Gap} gap @param {Work} work @param {string} brief */
function draft(rest, gap, work, brief) {
  const behind = isEdited(work) && isBehind(gap, work);
  redraw(/** @type {Element} */ (rest.querySelector('.behind')), [isEdited(work), behind], () => !isEdited(work) ? [] : [
    h('p', null, behind ? 'You have edited the draft, so your changes to the indicators are not in it.' : 'Edited by hand.', ' ',
      h('button', { type: 'button', data: { action: 'again', at: 'again' } }, 'Draft again'), ' ', h('span', { class: 'hint' }, 'replaces your text')),
  ]);
  const area = /** @type {HTMLTextAreaElement} */ (rest.querySelector('textarea'));
  if (area.value !== work.text) area.value = work.text;
  drawLint(/** @type {Element} */ (rest.querySelector('.lint')), work.text, work.findings, brief);
}

// ---- the tab

/** @param {State} state @param {string} list @param {Gap[]} gaps @param {Map<string, HTMLElement>} kept */
function shelf(state, list, gaps, kept) {
  const elements = gaps.map((gap) => {
    const card = cards.get(gap.rule) ?? frame(gap);
    kept.set(gap.rule, card);
    fill(card, state, gap);
    return card;
  });
  const ol = document.querySelector(list);
  if (!ol || (elements.length === ol.children.length && elements.every((e, i) => ol.children[i] === e))) return;
  ol.replaceChildren(...elements);
}

/** @param {string} id @param {number} n */
function headed(id, n) {
  $(id).hidden = n === 0;
  $(id).querySelector('.count').textContent = count.format(n);
}

/** @param {State} state */
function closed(state) {
  const list = closedList(state);
  headed('gaps-closed', list.length);
  redraw($('gaps-closed').querySelector('ul'), list, () => list.map(({ rule, title, reason, reopens }) => h('li', { data: { rule } },
    h('div', { class: 'what' }, h('span', { class: 'rule' }, rule), ' ', title, h('p', { class: 'where' }, reason)),
    reopens && h('button', { type: 'button', data: { action: 'reopen', at: rule }, label: `Reopen ${rule}` }, 'Reopen'))));
}

/** @param {State} state */
export function drawQueries(state) {
  const { first, rest, validation, completeness } = shelves(state);
  headed('gaps-asked', first.length + rest.length);
  headed('gaps-more', rest.length);
  headed('gaps-validation', validation.length);
  headed('gaps-completeness', completeness.length);
  if ($('gaps-more').open !== state.queries.more) $('gaps-more').open = state.queries.more;
  const empty = !!state.report && openCount(state) + completeness.length === 0;
  $('gaps-empty').hidden = !empty;
  $('gaps-empty').textContent = state.report?.gaps.length ? 'Every gap that was raised is closed.' : 'No gap was raised by the text scanned.';
  const focused = document.activeElement?.closest('.gap');
  /** @type {Map<string, HTMLElement>} */
  const kept = new Map();
  shelf(state, '#gaps-first', first, kept);
  shelf(state, '#gaps-rest', rest, kept);
  shelf(state, '#gaps-validation ol', validation, kept);
  shelf(state, '#gaps-completeness ol', completeness, kept);
  cards = kept;
  closed(state);
  $('check-note').disabled = !state.source;
  // A card that moved from one shelf to the next has lost the focus on the way.
  if (focused && state.tab === 'queries' && !document.activeElement?.closest('.gap')) cards.get(gapOf(state)?.rule ?? '')?.focus({ preventScroll: true });
}
