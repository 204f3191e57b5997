// @ts-check
/**
 * The Queries tab at work: what the reader does there, what the engine is asked for it, and the ways a draft leaves:
 * the clipboard, paper, a file.
 */

import { copyRich } from './clipboard.js';
import { $, say } from './dom.js';
import { label } from './keys.js';
import { asHtml, asSheet } from './paper.js';
import { CLOSED_FOR, contextOf, dueDraft, dueLint, fromSelection, gapOf, placesOf, workOf } from './queries.js';
import { drawLint, lintInWords } from './queries-view.js';
import { save } from './save.js';
import { CLOSED_WAY, mayLeave } from './settings.js';

/** @import { Action, Gap, State } from './actions' */
/** @import { Host, Note } from './types' */
/** @import { Engine } from './engine.js' */

/** A draft is checked when typing has paused this long. */
const PAUSE = 250;
/** Longer than any query; what is checked is cut there, and said so. */
const LONGEST = 100_000;

const NOTHING_SELECTED = 'Nothing is selected in the note. Select its words there, or type them.';
const NOT_ADDED = 'Give the words of the record and the section or source they stand in.';
const NO_COPY = 'The browser did not allow copying. Select the draft and copy it by hand.';
const NO_DRAFT = 'There is no draft here: choose a gap that has a query.';

/**
 * @param {{ state: () => State, dispatch: (action: Action) => void, engine: Engine, host: Host, focusCurrent: () => void, focusChooser: () => void,
 *   show: (place: { start: number, end: number } | null) => void, date: () => string }} panel
 */
export function queriesDesk({ state, dispatch, engine, host, focusCurrent, focusChooser, show, date }) {
  const view = /** @type {HTMLElement} */ ($('view-queries'));
  /** The request that is on its way. */
  let asked = '';
  let timer = 0;
  let waiting = '';

  /** The note as the checks take it. @returns {Note | undefined} */
  function note() {
    const { source, settings } = state();
    return source ? { id: 'note', text: source.text, setting: settings.setting, date: date() } : undefined;
  }

  /** What the engine still owes the gap on view. Called after every change. */
  function attend() {
    const now = state();
    if (now.tab !== 'queries') return;
    const request = dueDraft(now);
    const name = request ? JSON.stringify(request) : '';
    if (request && name !== asked) {
      asked = name;
      engine.draft(request).then(
        ({ text, options }) => dispatch({ type: 'gap-drafted', rule: request.rule, name, text, options }),
        (error) => error.kind !== 'stopped' && say(error.message),
      ).finally(() => asked === name && (asked = ''));
    }
    const gap = gapOf(now);
    const text = dueLint(now);
    const wanted = gap && text !== null ? `${gap.rule} ${text}` : '';
    if (wanted === waiting) return;
    waiting = wanted;
    clearTimeout(timer);
    if (gap && text !== null) timer = setTimeout(() => check(gap, text), PAUSE);
  }

  /** @param {Gap} gap @param {string} text */
  async function check({ rule }, text) {
    const typing = document.activeElement?.classList.contains('draft');
    const findings = await engine.lint(text, note(), contextOf(state(), rule)).catch((error) => void (error.kind !== 'stopped' && say(error.message)));
    waiting = '';
    if (!findings) return;
    dispatch({ type: 'gap-linted', rule, text, findings });
    if (typing) say(lintInWords(findings));
  }

  // ---- a query that was pasted

  let checking = 0;
  function checkPasted() {
    clearTimeout(checking);
    const text = $('check-text').value.slice(0, LONGEST);
    $('check-findings').hidden = !/\S/.test(text);
    if (!/\S/.test(text)) return;
    drawLint($('check-findings'), text, null, state().brief);
    checking = setTimeout(async () => {
      const findings = await engine.lint(text, $('check-note').checked ? note() : undefined, contextOf(state())).catch((error) => void say(error.message));
      if (!findings || text !== $('check-text').value.slice(0, LONGEST)) return;
      drawLint($('check-findings'), text, findings, state().brief);
      say(lintInWords(findings).replace('The draft', 'The query'));
    }, PAUSE);
  }
  $('check-findings').hidden = true;
  $('check-text').addEventListener('input', checkPasted);
  $('check-note').addEventListener('change', checkPasted);

  // ---- what the reader does

  /** @param {number} index */
  function showPlace(index) {
    const now = state();
    const gap = gapOf(now);
    const place = gap && placesOf(now, gap)[index];
    if (!gap || !place) return;
    dispatch({ type: 'gap-shown', index });
    const { length } = placesOf(now, gap);
    say(length > 1 ? `${gap.rule}: place ${index + 1} of ${length}.` : '');
    show(place);
  }

  /** An action that may move the cursor: what the gap rests on is shown where it comes to. @param {Action} action */
  function step(action) {
    const { cursor } = state().queries;
    dispatch(action);
    if (state().queries.cursor === cursor) return;
    focusCurrent();
    showPlace(0);
  }

  /** @param {string} rule @param {string} reason */
  function close(rule, reason) {
    dispatch({ type: 'gap-close', rule, reason });
    focusCurrent();
    say(`${rule} closed: ${reason.toLowerCase()}. ${label('undo')} to undo.`);
  }

  /** Whether the organization lets a draft leave so. @param {'clipboard' | 'print' | 'file'} way */
  function leaves(way) {
    const may = mayLeave(state().policy, way);
    if (!may) say(CLOSED_WAY);
    return may;
  }

  function draftOf() {
    const gap = gapOf(state());
    const text = gap?.query ? workOf(state(), gap).text : '';
    if (!text.trim()) say(NO_DRAFT);
    return gap && text.trim() ? { gap, text } : null;
  }

  /** @param {HTMLElement} card @param {string} name @returns {HTMLInputElement} */
  const field = (card, name) => /** @type {HTMLInputElement} */ (card.querySelector(`[data-field=${name}]`));

  /** @param {HTMLElement} card */
  async function takeSelection(card) {
    const here = getSelection();
    const inPreview = here?.anchorNode && $('preview').contains(here.anchorNode) ? String(here) : '';
    const text = inPreview || (state().source?.kind === 'paste' ? '' : await host.selection().catch(() => ''));
    if (!text.trim()) return say(NOTHING_SELECTED);
    const added = fromSelection(state(), text.slice(0, 400));
    field(card, 'quote').value = added.quote;
    field(card, 'section').value = added.section;
    field(card, added.section ? 'date' : 'section').focus();
    say('Taken from the note. Complete it and add it.');
  }

  /** @param {HTMLElement} card @param {string} rule */
  function add(card, rule) {
    const [quote, section, day] = ['quote', 'section', 'date'].map((name) => field(card, name).value.replace(/\s+/g, ' ').trim());
    if (!quote || !section) {
      field(card, quote ? 'section' : 'quote').focus();
      return say(NOT_ADDED);
    }
    dispatch({ type: 'gap-add', rule, added: { quote, section, date: day } });
    for (const name of ['quote', 'section', 'date']) field(card, name).value = '';
    field(card, 'quote').focus();
    say('Added by hand to the indicators.');
  }

  /** Selects a place of a text. @param {HTMLTextAreaElement} area @param {DOMStringMap} place */
  function select(area, { start, end }) {
    area.blur(); // a field scrolls to its selection when it gets the focus
    area.setSelectionRange(Number(start), Number(end));
    area.focus();
  }

  const commands = {
    next: () => (document.activeElement?.closest('.gap') || state().queries.shown >= 0 ? step({ type: 'gap-move', by: 1 }) : enter()),
    previous: () => step({ type: 'gap-move', by: -1 }),
    first: () => step({ type: 'gap-move', by: -1e9 }),
    last: () => step({ type: 'gap-move', by: 1e9 }),
    show() {
      const gap = gapOf(state());
      if (!gap) return;
      const places = placesOf(state(), gap);
      const after = [...places.keys()].filter((i) => places[i]);
      showPlace(after.find((i) => i > state().queries.shown) ?? after[0]);
    },
    accept() {},
    why() {},
    reject() {
      const gap = gapOf(state());
      if (!gap) return;
      dispatch({ type: 'gap-chooser', rule: gap.rule });
      focusChooser();
    },
    held: () => dispatch({ type: 'gap-more', open: !state().queries.more }),
    edit() {
      const area = /** @type {HTMLTextAreaElement | null} */ (view.querySelector('.gap[aria-current=true] .draft'));
      if (!area) return say(NO_DRAFT);
      area.focus();
      area.scrollIntoView({ block: 'nearest' });
    },
    async copy() {
      const draft = draftOf();
      if (!leaves('clipboard')) return;
      if (draft) say((await copyRich(draft.text, asHtml(draft.text, state().headings))) ? `Copied the draft of ${draft.gap.rule}.` : NO_COPY);
    },
  };

  function enter() {
    if (!gapOf(state())) return step({ type: 'gap-move', by: 1 });
    focusCurrent();
    showPlace(0);
  }

  const closeChooser = () => {
    dispatch({ type: 'gap-chooser', rule: '' });
    focusCurrent();
  };

  view.addEventListener('click', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest('[data-action]'));
    const { action } = button?.dataset ?? {};
    if (button && action === 'reopen') {
      const rule = button.closest('li')?.dataset.rule ?? '';
      dispatch({ type: 'gap-reopen', rule });
      focusCurrent();
      return say(`${rule} is open again.`);
    }
    if (button && action === 'select') {
      const area = button.closest('.gap')?.querySelector('textarea') ?? $('check-text');
      return select(area, button.dataset);
    }
    const card = /** @type {HTMLElement | null} */ (target.closest('.gap'));
    const rule = card?.dataset.rule ?? '';
    if (!card) return;
    if (state().queries.cursor !== rule) {
      dispatch({ type: 'gap-cursor', rule });
      focusCurrent();
      return showPlace(0);
    }
    switch (action) {
      case 'show': return showPlace(Number(button?.dataset.place));
      case 'drop':
        dispatch({ type: 'gap-drop', rule, at: Number(button?.dataset.index) });
        return say('Taken out.');
      case 'selection': return void takeSelection(card);
      case 'add': return add(card, rule);
      case 'again':
        dispatch({ type: 'gap-again', rule });
        commands.edit();
        return say('Drafted again from the indicators that are ticked.');
      case 'copy': return void commands.copy();
      case 'print': return draftOf() && leaves('print') && print();
      case 'save': {
        const draft = leaves('file') && draftOf();
        if (draft) save(`query-${rule}.txt`, draft.text);
        return draft && say(`Saved as query-${rule}.txt.`);
      }
      case 'close': return commands.reject();
      case 'reason': return close(rule, button?.dataset.reason ?? '');
      case 'cancel': return closeChooser();
    }
    // Words of the card that are no control: the card has the keyboard again, unless they are being selected.
    if (!target.closest('button, input, textarea, label, summary, details') && !String(getSelection())) focusCurrent();
  });

  view.addEventListener('change', (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    const rule = /** @type {HTMLElement | null} */ (box.closest('.gap'))?.dataset.rule;
    if (!rule || box.dataset.action !== 'tick') return;
    dispatch({ type: 'gap-tick', rule, key: box.dataset.key ?? '', on: box.checked });
    say(box.checked ? 'In the draft again.' : 'Left out of the draft.');
  });

  view.addEventListener('input', (event) => {
    const area = /** @type {HTMLTextAreaElement} */ (event.target);
    const rule = /** @type {HTMLElement | null} */ (area.closest('.gap'))?.dataset.rule;
    if (rule && area.dataset.action === 'draft') dispatch({ type: 'gap-edit', rule, text: area.value });
  });

  view.addEventListener('keydown', (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    if (event.key === 'Escape' && field.matches('.gap :is(textarea, input)')) focusCurrent();
    if (event.key === 'Enter' && field.matches('[data-field]')) {
      const card = /** @type {HTMLElement} */ (field.closest('.gap'));
      add(card, card.dataset.rule ?? '');
    }
  });
  // What is selected in the pasted text stays so when the button is pressed.
  view.addEventListener('mousedown', (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest('[data-action=selection]')) event.preventDefault();
  });

  $('gaps-more').addEventListener('toggle', () => {
    if ($('gaps-more').open !== state().queries.more) dispatch({ type: 'gap-more', open: $('gaps-more').open });
  });

  // Only the draft goes on paper, from the button or from the browser's menu.
  window.addEventListener('beforeprint', () => {
    const gap = state().tab === 'queries' ? gapOf(state()) : undefined;
    if (!gap?.query || !mayLeave(state().policy, 'print')) return;
    $('sheet').replaceChildren(...asSheet(workOf(state(), gap).text, state().headings));
    document.body.dataset.paper = 'draft';
  });
  const unprint = () => {
    $('sheet').replaceChildren();
    delete document.body.dataset.paper;
  };
  window.addEventListener('afterprint', unprint);

  return {
    commands,
    attend,
    /** A key while the reasons to close are open. @param {KeyboardEvent} event @returns {boolean} whether it was one of theirs */
    choose(event) {
      const { chooser } = state().queries;
      if (!chooser || /** @type {HTMLElement} */ (event.target).closest('textarea, input')) return false;
      if (event.key === 'Escape') return closeChooser(), true;
      const reason = /^[1-9]$/.test(event.key) && CLOSED_FOR[Number(event.key) - 1];
      if (reason) close(chooser, reason);
      return !!reason;
    },
    /** What was written here goes with the text of the note. */
    forget() {
      clearTimeout(timer);
      clearTimeout(checking);
      [asked, waiting] = ['', ''];
      unprint();
      $('check-text').value = '';
      $('check-findings').replaceChildren();
      $('check-findings').hidden = true;
    },
    /** Whether there is something to forget. */
    holds: () => !!$('check-text').value,
  };
}
