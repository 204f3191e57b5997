// @ts-check
/**
 * The panel: reads the note through a host, has the engine scan it, shows the findings and keeps the reader's
 * decisions. The page owns the view and the engine's Worker; both go when it is closed.
 *
 *     the page  <- port ->  host  ->  panel  <- messages ->  engine-worker (wasm)
 *   content/*.js         (host-*.js)    |  state.js, view.js        engine.js
 *                                       |  queries.js, -view.js, -desk.js: the Queries tab
 *                                       |  preferences.js, settings.js, store.js: what was set
 *
 * The same files run in the extension and on the trainers' site, with the same neighbours:
 *
 *     panel/      this folder
 *     content/    what runs in the page of the note
 *     wasm/       chartside.js, chartside_bg.wasm: the engine (made by the build)
 *     knowledge.pack
 *
 * `panel.html?tab=N` in the extension belongs to tab N; without a number it is Firefox's sidebar, which goes with the tab
 * in which the button was clicked, or the site, which is no extension.
 */

import { asLines, copy } from './clipboard.js';
import { count, plural, say } from './dom.js';
import { Engine, EngineError } from './engine.js';
import { extensionHost } from './host-extension.js';
import { pageHost } from './host-page.js';
import { sidebarHost } from './host-sidebar.js';
import { commandOf, label } from './keys.js';
import { givesWay, goWithTabs, isOwn, offerOwn, tabHosts } from './own-window.js';
import { preferences } from './preferences.js';
import { openCount } from './queries.js';
import { queriesDesk } from './queries-desk.js';
import { CLOSED_WAY, mayLeave } from './settings.js';
import { REASONS, START, keyOf, reduce, sameNote, suggestionOf, undone, walkable } from './state.js';
import { dateOf, draw, focusChooser, focusCurrent, paintPreview, spans } from './view.js';

/** @import { Action } from './actions' */
/** @import { Choice, NoteText, State } from './types' */

/** UTF-16 code units. The engine's cost is linear; beyond this the text is no note. */
const LONGEST = 6_000_000;
/** So many choices are remembered. */
const CHOICES = 200;
/** On a page with a picture a text of fewer words is not the note. */
const FEW = 40;
/** An edit that came at a bad moment is looked at again after this long. */
const LATER = 1000;
/** A wait shorter than this is not worth words. */
const SOON = 300;
/** A wait longer than this is no ordinary scan's. */
const LONG = 10_000;

const NOTHING_HERE = 'No note was found on this page. Open the note, select its text, or paste it.';
const EMPTY = 'There is no text to read. Open the note, select its text, or paste it.';
const NO_CODES = 'No codes were found in the text scanned. Check that the whole note was read, or choose another text above.';
const MOVED = 'Those words are no longer in the note as it was read. Scan again.';
const NO_COPY = 'The browser did not allow copying. Select the list and copy it by hand.';
const OTHER_FILES = 'The facility’s files have changed, so findings were cleared; accepted codes are kept. Scan again.';
const LEFT = 'The page with the note has gone, so its text and findings were cleared; accepted codes are kept. Open a note and scan again.';

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);

const inExtension = !!globalThis.chrome?.runtime?.id;
const given = new URLSearchParams(location.search).get('tab');
const tab = Number.parseInt(given ?? '', 10);
const tabs = inExtension && isOwn ? tabHosts(tab) : null;
const beside = () => (given === null && 'sidebarAction' in chrome ? sidebarHost() : extensionHost(tab));
const host = tabs?.host ?? (inExtension ? beside() : pageHost());
const engine = new Engine();

/** @type {State} */
let state = START;
/** Each reading has a number; what an earlier one still brings is dropped. */
let turn = 0;
/** The choice is the reader's own and holds for the next scan. */
let chosenByHand = false;
/** Shapes of the texts that the reader chose, on any page. @type {number[]} */
let shapes = [];

/** @param {Action} action */
function dispatch(action) {
  const before = state;
  state = reduce(state, action);
  if (state === before) return;
  draw(state);
  const moved = state.tab !== before.tab || state.queries.cursor !== before.queries.cursor;
  const repaint = state.report !== before.report || state.decisions !== before.decisions || moved;
  if (repaint && state.source && state.source.kind !== 'paste') host.paint(spans(state));
  if (repaint || state.shown !== before.shown || state.cursor !== before.cursor || state.queries.shown !== before.queries.shown) paintPreview(state);
  desk.attend();
}

const desk = queriesDesk({
  state: () => state,
  dispatch,
  engine,
  host,
  focusCurrent,
  focusChooser,
  show: showPlace,
  date: () => dateOf(state),
});

/** The panel's own clock, as a date. The engine has none. */
function today() {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** @param {unknown} error */
function fail(error) {
  const sentence = error instanceof Error ? error.message : String(error);
  dispatch({ type: 'problem', sentence, kind: 'problem', restart: error instanceof EngineError && error.kind === 'engine' });
  say(sentence);
}

/** Ends a scan, and the Worker with it: one that does not answer cannot be asked to stop. */
function stop() {
  turn++;
  engine.stop();
  fail(new Error('The scan was stopped. What was shown before is still shown.'));
}

// ---- reading and scanning

/** @param {Choice[]} texts @returns {Choice | undefined} a selection, else what the reader chose before, here or on such a page, else the likeliest */
function choose(texts) {
  const [first] = texts;
  const before = chosenByHand && texts.find((t) => t.key === state.chosen);
  const known = shapes.map((shape) => texts.find((t) => t.shape === shape)).find(Boolean);
  return first?.kind === 'selection' ? first : before || known || first;
}

/** Keeps that this is the text to read on such a page: a number for its place, nothing of what it says. @param {string} key */
function chooseByHand(key) {
  const choice = state.choices.find((c) => c.key === key);
  chosenByHand = !!choice;
  if (!choice || choice.kind === 'selection') return;
  shapes = [choice.shape, ...shapes.filter((s) => !state.choices.some((c) => c.shape === s))].slice(0, CHOICES);
  host.choices.save(shapes);
}

/** Reads the page and scans what it finds. @param {string} [wanted] key of a choice of the last listing */
async function scanPage(wanted) {
  const mine = ++turn;
  let why = '';
  pasting = false;
  busy('reading', mine);
  try {
    if (state.tab === 'paste') dispatch({ type: 'tab', tab: 'codes' });
    let choice = state.choices.find((c) => c.key === wanted);
    if (!choice) {
      const { texts, unread, origins, why: reason } = await host.list();
      if (mine !== turn) return;
      choice = choose(texts);
      dispatch({ type: 'choices', choices: texts, chosen: choice?.key ?? '', unread, origins });
      why = reason;
      if (!choice) {
        dispatch({ type: 'problem', sentence: why || NOTHING_HERE, kind: 'empty' });
        say(why || NOTHING_HERE);
        return;
      }
    } else {
      dispatch({ type: 'choices', choices: state.choices, chosen: choice.key, unread: state.unread, origins: state.origins });
    }
    missed = false;
    const source = await host.read(choice);
    if (why && choice.words < FEW) source.notices?.push(why);
    if (mine === turn) await scanText(source, mine);
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

/** The note was edited while it was read or scanned. The page tells of that once for each reading. */
let missed = false;
/** What was scanned last, well or not, is the pasted text. */
let pasting = false;

/** Scans again; where the pasted text could not be scanned, that. */
const again = () => (pasting && state.problem?.kind === 'problem' && $('paste-text').value ? $('paste-scan').click() : scanPage());

/** @param {NoteText} source @param {number} [mine] @param {boolean} [again] the same note, edited */
async function scanText(source, mine = ++turn, again = false) {
  const { text } = source;
  pasting = source.kind === 'paste';
  if (!/\S/.test(text)) return dispatch({ type: 'problem', sentence: EMPTY, kind: 'empty' });
  const most = state.policy.maxNoteKB ? state.policy.maxNoteKB * 1000 : LONGEST;
  if (text.length > most) {
    const limit = state.policy.maxNoteKB ? 'your organization has limited a scan to' : 'Chartside reads up to';
    return fail(new Error(`This text has ${count.format(text.length)} characters; ${limit} ${count.format(most)} at a time. Select the part that matters and scan again.`));
  }
  busy('scanning', mine);
  try {
    dispatch({ type: 'today', today: today() });
    const date = dateOf({ ...state, source });
    const report = await engine.scan({ id: `note-${mine}`, text, setting: state.settings.setting, date });
    if (mine !== turn) return;
    if (again) host.keep();
    const before = counts();
    dispatch({ type: 'report', report, source });
    performance.clearMarks();
    performance.mark('chartside-report');
    if (!again || counts() !== before) summary();
    if (missed) host.onchanged();
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

const counts = () => `${state.report?.suggestions.map(keyOf)} ${openCount(state)}`;

function summary() {
  const n = (/** @type {string} */ tier) => state.report?.suggestions.filter((s) => s.tier === tier).length ?? 0;
  if (!state.report?.suggestions.length) dispatch({ type: 'problem', sentence: NO_CODES, kind: 'nothing' });
  const queries = openCount(state) ? ` ${plural(openCount(state), 'query', 'queries')} drafted.` : '';
  say((state.report?.suggestions.length ? `${n('suggested')} suggested, ${n('decide')} to decide, ${n('held')} held back.` : NO_CODES) + queries);
}

/** @param {'reading' | 'scanning'} phase @param {number} mine */
function busy(phase, mine) {
  dispatch({ type: 'phase', phase });
  const waits = () => mine === turn && state.phase === phase;
  setTimeout(() => waits() && say(phase === 'reading' ? 'Reading the note.' : 'Looking the terms up.'), SOON);
  setTimeout(() => waits() && say('This takes longer than it should. Esc stops it; accepted codes are kept.'), LONG);
}

/** The same text again, under another setting or date. */
function rescan() {
  if (state.source && state.phase === 'still') scanText(state.source);
}

/** Text and findings go: from here, from the page and from the Worker, which ends. @param {string} sentence */
function clear(sentence) {
  turn++;
  chosenByHand = false;
  host.clear();
  sittings?.clear(sentence);
  engine.stop();
  $('paste-text').value = '';
  desk.forget();
  dispatch({ type: 'clear', sentence });
  say(sentence);
}

// ---- idle

let idle = 0;
function used() {
  clearTimeout(idle);
  const seconds = state.settings.idleSeconds;
  idle = setTimeout(() => {
    if (!state.source && !$('paste-text').value && !desk.holds() && !sittings?.holds()) return;
    const time = seconds < 60 ? plural(seconds, 'second') : plural(Math.round(seconds / 60), 'minute');
    clear(`Text and findings were cleared after ${time} without use; accepted codes are kept. Scan again to go on.`);
  }, seconds * 1000);
}

// ---- what the reader does

/** Shows evidence of the current suggestion in the note. @param {number} index */
async function show(index) {
  const suggestion = suggestionOf(state);
  const evidence = suggestion?.evidence[index];
  if (!suggestion || !evidence) return;
  dispatch({ type: 'shown', index });
  const { length } = suggestion.evidence;
  say(length > 1 ? `${suggestion.code}: evidence ${index + 1} of ${length}.` : '');
  await showPlace(evidence);
}

/** @param {{ start: number, end: number } | null} place */
async function showPlace(place) {
  if (!place || state.source?.kind === 'paste') return;
  const ok = await host.show({ start: place.start, end: place.end }).catch(() => false);
  if (!ok) say(MOVED);
}

/** An action that may move the cursor: the evidence of where it comes to is shown. @param {Action} action */
function step(action) {
  const { cursor } = state;
  dispatch(action);
  if (state.cursor === cursor) return;
  focusCurrent();
  show(0);
}

/** @param {string} code @param {string} word */
const done = (code, word) => say(`${code} ${word}. ${label('undo')} to undo.`);

/** @type {Record<string, () => unknown>} */
const COMMANDS = {
  next: () => (document.activeElement?.closest('.card') || state.shown >= 0 ? step({ type: 'move', by: 1 }) : enter()),
  previous: () => step({ type: 'move', by: -1 }),
  first: () => step({ type: 'move', by: -1e9 }),
  last: () => step({ type: 'move', by: 1e9 }),
  show: () => show((state.shown + 1) % (suggestionOf(state)?.evidence.length || 1)),
  accept() {
    const s = state.tab === 'codes' && suggestionOf(state);
    if (!s || state.decisions.by[s.code]?.verdict === 'accepted') return;
    step({ type: 'accept', key: keyOf(s) });
    done(s.code, 'accepted');
  },
  reject() {
    if (state.tab !== 'codes' || !suggestionOf(state)) return;
    dispatch({ type: 'chooser', key: state.cursor });
    focusChooser();
  },
  undo() {
    if (!state.past.length) return say('There is nothing to undo.');
    const before = state;
    step({ type: 'undo' });
    const { code, rule } = undone(before, state);
    if (rule && state.tab === 'queries') focusCurrent();
    say(code || rule ? `Undone: ${code ?? rule}.` : 'Undone.');
  },
  why: () => dispatch({ type: 'why' }),
  async copy() {
    const { accepted, by } = state.decisions;
    if (!mayLeave(state.policy, 'clipboard')) return say(CLOSED_WAY);
    if (!accepted.length) return say('There is nothing to copy: no code has been accepted.');
    const ok = await copy(asLines(accepted.map((code) => ({ code, title: by[code].title }))));
    say(ok ? `Copied ${plural(accepted.length, 'code')}.` : NO_COPY);
  },
  scan: again,
  held: () => dispatch({ type: 'held', open: !state.heldOpen }),
  filter() {
    dispatch({ type: 'tab', tab: 'codes' });
    if (!$('filter').hidden) $('filter').focus();
  },
  codes: () => dispatch({ type: 'tab', tab: 'codes' }),
  queries: () => dispatch({ type: 'tab', tab: 'queries' }),
  edit() {},
  accepted: () => dispatch({ type: 'tab', tab: 'accepted' }),
  paste() {
    dispatch({ type: 'tab', tab: 'paste' });
    $('paste-text').focus();
  },
  help: () => $('help').showModal(),
};

/** The first step into the list lands on the card that is current already. */
function enter() {
  if (!suggestionOf(state)) step({ type: 'move', by: 1 });
  focusCurrent();
  show(0);
}

/** @param {string} reason */
function reject(reason) {
  const s = suggestionOf(state);
  if (!s) return;
  step({ type: 'reject', key: keyOf(s), reason: reason || undefined });
  focusCurrent();
  done(s.code, 'rejected');
}

function closeChooser() {
  dispatch({ type: 'chooser', key: '' });
  focusCurrent();
}

document.addEventListener('keydown', (event) => {
  used();
  if (desk.choose(event)) return event.preventDefault();
  if (state.chooser) {
    if (event.key === 'Escape') return event.preventDefault(), closeChooser();
    if (/^[0-9]$/.test(event.key) && Number(event.key) <= REASONS.length) {
      event.preventDefault();
      return reject(REASONS[Number(event.key) - 1] ?? '');
    }
  }
  if (event.key === 'Escape' && event.target === $('filter')) {
    dispatch({ type: 'filter', filter: '' });
    return focusCurrent();
  }
  if (event.key === 'Enter' && event.target === $('filter')) return focusCurrent();
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target === $('paste-text')) return $('paste-scan').click();
  if (event.key === 'Escape' && $('settings').open) {
    $('settings').open = false;
    $('settings').firstElementChild.focus();
  } else if (event.key === 'Escape' && state.phase !== 'still' && !$('help').open) {
    return event.preventDefault(), stop();
  }
  const command = commandOf(event);
  if (!command) return;
  $('settings').open = false;
  const own = state.tab === 'queries' ? /** @type {Record<string, () => unknown>} */ (desk.commands)[command] : undefined;
  if (!own && ['next', 'previous', 'first', 'last', 'show'].includes(command) && state.tab !== 'codes') return;
  event.preventDefault();
  (own ?? COMMANDS[command])();
});
document.addEventListener('pointerdown', used);

$('view-codes').addEventListener('click', (/** @type {MouseEvent} */ event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const card = /** @type {HTMLElement | null} */ (target.closest('.card'));
  if (!card) return;
  const button = /** @type {HTMLElement | null} */ (target.closest('[data-action]'));
  const key = card.dataset.key ?? '';
  if (state.cursor !== key) dispatch({ type: 'cursor', key });
  switch (button?.dataset.action) {
    case 'accept': return COMMANDS.accept();
    case 'reject': return COMMANDS.reject();
    case 'why': return COMMANDS.why();
    case 'reason': return reject(button.dataset.reason ?? '');
    case 'cancel': return closeChooser();
    case 'undo': {
      const code = card.dataset.code ?? '';
      dispatch({ type: 'retract', code });
      focusCurrent();
      return say(`${code}: decision taken back.`);
    }
    case 'show': return show(Number(button.dataset.evidence)), focusCurrent();
    default:
      if (String(getSelection())) return; // the reader is selecting words, not choosing
      focusCurrent();
      show(0);
  }
});

$('accepted-list').addEventListener('click', (/** @type {MouseEvent} */ event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest('[data-action]'));
  const code = button?.closest('li')?.dataset.code;
  if (!button || !code) return;
  if (button.dataset.action === 'remove') {
    dispatch({ type: 'retract', code });
    done(code, 'removed');
  } else {
    dispatch({ type: 'reorder', code, by: button.dataset.action === 'up' ? -1 : 1 });
    say(`${code} is now number ${state.decisions.accepted.indexOf(code) + 1}.`);
  }
});

const TABS = /** @type {const} */ (['codes', 'queries', 'accepted', 'paste']);
for (const tab of TABS) {
  $(`tab-${tab}`).addEventListener('click', () => dispatch({ type: 'tab', tab }));
}
document.querySelector('[role=tablist]')?.addEventListener('keydown', (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[/** @type {KeyboardEvent} */ (event).key];
  if (!by) return;
  const tab = TABS[(TABS.indexOf(state.tab) + by + TABS.length) % TABS.length];
  dispatch({ type: 'tab', tab });
  $(`tab-${tab}`).focus();
});

$('tier-held').addEventListener('toggle', () => {
  if ($('tier-held').open !== state.heldOpen) dispatch({ type: 'held', open: $('tier-held').open });
});
$('filter').addEventListener('input', () => {
  dispatch({ type: 'filter', filter: $('filter').value });
  const list = walkable(state);
  if (list.length && !list.some((s) => keyOf(s) === state.cursor)) dispatch({ type: 'cursor', key: keyOf(list[0]) });
  say(plural(list.length, 'code'));
});
$('scan').addEventListener('click', again);
$('read-choice').addEventListener('change', () => {
  chooseByHand($('read-choice').value);
  scanPage($('read-choice').value);
});
for (const button of document.querySelectorAll('.rescan')) button.addEventListener('click', again);
for (const button of document.querySelectorAll('.to-paste')) button.addEventListener('click', COMMANDS.paste);
for (const button of document.querySelectorAll('.new-list')) {
  button.addEventListener('click', () => {
    dispatch({ type: 'new-list' });
    say(`A new list was started. ${label('undo')} to undo.`);
  });
}
$('keep-list').addEventListener('click', () => dispatch({ type: 'keep-list' }));
$('stop').addEventListener('click', stop);
$('copy').addEventListener('click', COMMANDS.copy);
$('paste-scan').addEventListener('click', () => {
  const text = $('paste-text').value;
  if (!/\S/.test(text)) return say('There is no text to scan: paste some first.');
  host.clear();
  dispatch({ type: 'choices', choices: [], chosen: '', unread: 0, origins: [] });
  dispatch({ type: 'tab', tab: 'codes' });
  scanText({ kind: 'paste', label: '', text });
});
$('paste-edit').addEventListener('click', () => {
  if (state.source?.kind === 'paste' && !$('paste-text').value) $('paste-text').value = state.source.text;
  COMMANDS.paste();
});
$('help-open').addEventListener('click', COMMANDS.help);
$('help-close').addEventListener('click', () => $('help').close());
$('clear-now').addEventListener('click', () => {
  $('settings').open = false;
  clear('Text and findings were cleared; accepted codes are kept. Scan again to go on.');
});

$('allow').addEventListener('click', async () => {
  if (await host.allow([...state.origins]).catch(() => false)) scanPage();
});
$('date').addEventListener('change', () => {
  dispatch({ type: 'date', date: $('date').value });
  rescan();
});
document.addEventListener('click', (event) => {
  if ($('settings').open && !$('settings').contains(/** @type {Node} */ (event.target))) $('settings').open = false;
});

/** The reader is choosing or writing: the list does not move under their hands. */
const occupied = () => state.phase !== 'still' || state.chooser || state.queries.chooser || document.activeElement?.closest('textarea');

/** Scans an edited note again; later, if the reader is occupied; when the panel is seen again, if it is not seen. */
async function followEdit() {
  if (!state.changed || !state.settings.follow || document.hidden) return;
  if (occupied()) return void setTimeout(followEdit, LATER);
  const [mine, before] = [turn, state.source];
  missed = false;
  const source = await host.again().catch(() => null);
  // Another note in the same place is not scanned unasked.
  if (mine !== turn || !before || !source?.text || !sameNote(before.text, source.text)) return;
  await scanText(source, ++turn, true);
}

host.onchanged = () => {
  used();
  missed ||= state.phase !== 'still';
  dispatch({ type: 'changed' });
  followEdit();
};
document.addEventListener('visibilitychange', followEdit);
host.onclosed = () => clear(LEFT);
host.onaway = (/** @type {boolean} */ away) => ($('elsewhere').hidden = !away);
host.onasked = () => {
  used();
  scanPage();
};

const sittings = tabs && goWithTabs({
  tabs,
  state: () => state,
  replace(next) {
    state = next;
    draw(state);
    paintPreview(state);
    desk.attend();
    used();
  },
  forget() {
    turn++;
    chosenByHand = false;
    desk.forget();
  },
  scan: () => scanPage(),
  left: LEFT,
});
if (inExtension) {
  offerOwn(tab, () => state.decisions.accepted.length === 0);
  for (const button of document.querySelectorAll('.to-options')) {
    /** @type {HTMLElement} */ (button).hidden = false;
    button.addEventListener('click', () => chrome.runtime.openOptionsPage());
  }
}

// ---- start

async function openEngine() {
  try {
    dispatch({ type: 'engine', engine: 'ready', opened: await engine.open() });
  } catch {
    // The scan asks again, and says what is wrong.
    dispatch({ type: 'engine', engine: 'failed' });
  }
}

const settings = preferences({
  state: () => state,
  dispatch,
  engine,
  host,
  used,
  rescan,
  async reopen() {
    turn++;
    engine.stop();
    sittings?.clear(OTHER_FILES);
    await openEngine();
    if (state.source) scanText(state.source);
    else dispatch({ type: 'phase', phase: 'still' });
  },
});

dispatch({ type: 'today', today: today() });
await settings.load();
const kept = await host.choices.load().catch(() => []);
shapes = Array.isArray(kept) ? kept.filter(Number.isSafeInteger).slice(0, CHOICES) : [];
used();
const way = inExtension && !isOwn ? await givesWay() : '';
if (way) {
  dispatch({ type: 'problem', sentence: way, kind: 'empty' });
} else {
  const opening = openEngine(); // while the page is being read
  await Promise.all([opening, scanPage()]);
}
