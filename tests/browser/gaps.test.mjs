// The gaps of a note and what a reader makes of their queries: the reducer, the requests to the engine, rich text. No
// browser needed; queries.test.mjs has the tab in one.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asHtml, blocksOf } from '../../extension/panel/paper.js';
import {
  CLOSED_FOR, closedList, contextOf, dueDraft, dueLint, find, fromSelection, gapOf, isBehind, isEdited, keysOf, openCount, placesOf, requestOf, shelves, workOf,
} from '../../extension/panel/queries.js';
import { START, reduce, undone } from '../../extension/panel/state.js';

const NOTE = [
  'HOSPITAL COURSE', '1. CHF exacerbation, diuresed with furosemide.', 'Echo 03/12: LVEF 30%.', 'Creatinine 2.1 on admission, baseline 0.9, IV fluids given.',
  'Discharged home with follow up in one week.',
].join('\n');
const OTHER = 'Another text altogether, on another patient.\nNothing is shared with the first, LVEF 30%.';

const at = (quote, supports = [], text = NOTE) => ({
  start: text.indexOf(quote), end: text.indexOf(quote) + quote.length, quote, section: 'HOSPITAL COURSE', assertion: 'affirmed', finding: supports[0] ?? 'x', supports, class: 'result',
});
const HEART = {
  rule: 'GAP37', version: 1, kind: 'specificity', title: 'Heart failure type', issue: 'Its type was not found in the text scanned.', source: 's',
  evidence: [at('CHF exacerbation', ['untyped'])], indicators: [{ ...at('LVEF 30%', ['ef', 'reduced']), date: '03/12' }], counter_indicators: [],
  options: ['Systolic heart failure', 'Type cannot be further specified'], option_support: [[1], []], query: 'Title: Heart failure type\nfirst draft',
};
const KIDNEY = { ...HEART, rule: 'GAP26', kind: 'missing', title: 'Change in renal function', evidence: [], indicators: [at('Creatinine 2.1')], counter_indicators: [at('baseline 0.9')] };
const SUPPORT = { ...HEART, rule: 'VAL01', kind: 'validation' };
const RECORD = { ...HEART, rule: 'RC01', kind: 'completeness', query: '' };
const more = (n) => Array.from({ length: n }, (_, i) => ({ ...HEART, rule: `GAP9${i}` }));

const report = (gaps, text = NOTE) => ({
  type: 'report',
  report: {
    id: 'a', code_set: { name: 'ICD-10-CM', release: 'x', effective: '2026-01-01/2026-12-31' }, suggestions: [], gaps,
    read: { sections: [{ kind: 'hospital-course', heading: 'HOSPITAL COURSE', start: 0, end: text.length }], characters: text.length, notices: [] },
  },
  source: { kind: 'page', label: 'Smith, visit', text },
});
const scanned = report([KIDNEY, HEART]);
const run = (...actions) => actions.reduce(reduce, START);
const close = (rule, reason = CLOSED_FOR[0]) => ({ type: 'gap-close', rule, reason });
const open = (state) => Object.values(shelves(state)).flat().map((g) => g.rule);
const tick = (gap, i, on) => ({ type: 'gap-tick', rule: gap.rule, key: keysOf(gap)[i], on });
const edit = (text, rule = 'GAP26') => ({ type: 'gap-edit', rule, text });
const drafted = (state, text, options = HEART.options) => {
  const request = dueDraft(state);
  return reduce(state, { type: 'gap-drafted', rule: request.rule, name: JSON.stringify(request), text, options });
};

test('three gaps first, the rest behind more; support and completeness apart; completeness asks nobody', () => {
  const state = run(report([KIDNEY, HEART, ...more(3), SUPPORT, RECORD]));
  const rules = Object.fromEntries(Object.entries(shelves(state)).map(([name, gaps]) => [name, gaps.map((g) => g.rule)]));
  assert.deepEqual(rules, { first: ['GAP26', 'GAP37', 'GAP90'], rest: ['GAP91', 'GAP92'], validation: ['VAL01'], completeness: ['RC01'] });
  assert.equal(openCount(state), 6);
  assert.deepEqual(shelves(reduce(state, close('GAP26'))).first.map((g) => g.rule), ['GAP37', 'GAP90', 'GAP91']);
});

test('the cursor goes through what can be seen', () => {
  const move = (by) => ({ type: 'gap-move', by });
  const cursor = (...actions) => run(report([KIDNEY, HEART, ...more(3), SUPPORT]), ...actions).queries.cursor;
  assert.equal(cursor(), 'GAP26');
  assert.equal(cursor(move(1)), 'GAP37');
  assert.equal(cursor(move(1e9)), 'VAL01');
  assert.equal(cursor(move(3)), 'VAL01');
  assert.equal(cursor({ type: 'gap-more', open: true }, move(3)), 'GAP91');
  assert.equal(cursor(move(-1)), 'GAP26');
  assert.equal(cursor(close('GAP26')), 'GAP37');
});

describe('closing', () => {
  const later = report([KIDNEY, HEART], `${NOTE}\nAddendum: seen by cardiology this morning.`);
  const grown = report([KIDNEY, HEART], `${NOTE}\n${Array.from({ length: 9 }, (_, i) => `Day ${i}: reviewed again, plan ${i} was written for the day.`).join('\n')}`);
  const cases = [
    ['a closed gap is not raised', [scanned, close('GAP37')], ['GAP26']],
    ['nor by the next scan of the note', [scanned, close('GAP37'), later], ['GAP26']],
    ['it is by another note', [scanned, close('GAP37'), report([HEART], OTHER)], ['GAP37']],
    ['not when the first comes back', [scanned, close('GAP37'), report([HEART], OTHER), scanned], ['GAP26']],
    ['nor when it was rewritten on the way', [scanned, close('GAP37'), grown, report([HEART], OTHER), grown], ['GAP26']],
    ['nor when the text was cleared between', [scanned, close('GAP37'), { type: 'clear', sentence: '' }, scanned], ['GAP26']],
    ['undo', [scanned, close('GAP37'), { type: 'undo' }], ['GAP26', 'GAP37']],
    ['undo of two', [scanned, close('GAP37'), close('GAP26'), { type: 'undo' }], ['GAP26']],
    ['reopening', [scanned, close('GAP37'), { type: 'gap-reopen', rule: 'GAP37' }], ['GAP26', 'GAP37']],
    ['undo of reopening', [scanned, close('GAP37'), { type: 'gap-reopen', rule: 'GAP37' }, { type: 'undo' }], ['GAP26']],
    ['nothing to close', [scanned, close('GAP99')], ['GAP26', 'GAP37']],
  ];
  for (const [name, actions, left] of cases) test(name, () => assert.deepEqual(open(run(...actions)), left));

  test('it is listed with its reason, and the step back says what it was', () => {
    const state = run(scanned, close('GAP37', 'Not clinically relevant'));
    assert.deepEqual(closedList(state), [{ rule: 'GAP37', title: 'Heart failure type', reason: 'Not clinically relevant', reopens: true }]);
    const back = reduce(state, { type: 'undo' });
    assert.equal(undone(state, back).rule, 'GAP37');
    assert.equal(back.queries.cursor, 'GAP37');
  });
});

describe('what the checks are told', () => {
  const told = (rule, ...actions) => contextOf(run(scanned, ...actions), rule).open_queries;
  const linted = { type: 'gap-linted', rule: 'GAP26', text: KIDNEY.query, findings: [] };
  test('the queries that were sent for this note, as they stood', () => {
    assert.deepEqual(told('GAP26'), []);
    assert.deepEqual(told('GAP26', close('GAP37')), [HEART.query]);
    assert.deepEqual(told('GAP26', edit('mine', 'GAP37'), close('GAP37')), ['mine']);
    assert.deepEqual(told('GAP37', close('GAP37')), []);
    assert.deepEqual(told('GAP26', close('GAP37', 'Not clinically relevant')), []);
    assert.deepEqual(told('GAP26', close('GAP37'), report([HEART], OTHER)), []);
    assert.deepEqual(told('GAP26', close('GAP37'), { type: 'clear', sentence: '' }), []);
  });
  test('a query that is sent, or a phrase of the house, has every draft checked again', () => {
    assert.equal(dueLint(run(scanned, linted)), null);
    assert.equal(dueLint(run(scanned, linted, close('GAP37'))), KIDNEY.query);
    assert.equal(dueLint(run(scanned, linted, { type: 'settings', settings: { internal: ['Escalate to the adviser'] } })), KIDNEY.query);
  });
});

describe('a gap that the next scan does not raise', () => {
  const typed = NOTE.replace('CHF exacerbation', 'Acute systolic CHF exacerbation');
  const cases = [
    ['the note says now what was missing', report([KIDNEY], typed), ['Resolved: found in the text scanned now']],
    ['a part of the note was scanned', report([KIDNEY], NOTE.split('\n').slice(0, 3).join('\n')), ['Not raised by the text scanned now']],
    ['what it rested on was taken out', report([KIDNEY], `${NOTE.replace('Echo 03/12: LVEF 30%.', 'No echo was done.')}`), ['Not raised by the text scanned now']],
    ['the same text under another setting', report([KIDNEY]), []],
    ['another note', report([], OTHER), []],
  ];
  for (const [name, next, reasons] of cases) {
    test(name, () => assert.deepEqual(closedList(run(scanned, next)).map((c) => c.reason), reasons));
  }
  test('it is listed once, and no more when it is raised again', () => {
    const once = run(scanned, report([KIDNEY], typed), report([KIDNEY], `${typed}\nSigned by the attending.`));
    assert.equal(closedList(once).length, 1);
    assert.deepEqual(closedList(reduce(once, scanned)), []);
  });
  test('one that was closed stays closed with its reason', () => {
    assert.deepEqual(closedList(run(scanned, close('GAP37'), report([KIDNEY], typed))).map((c) => c.reason), ['Query sent']);
  });
});

describe('the draft', () => {
  test('as the report gives it, no question to the engine but the check', () => {
    const state = run(scanned);
    assert.equal(workOf(state, KIDNEY).text, KIDNEY.query);
    assert.equal(dueDraft(state), null);
    assert.equal(dueLint(state), KIDNEY.query);
    const linted = reduce(state, { type: 'gap-linted', rule: 'GAP26', text: KIDNEY.query, findings: [] });
    assert.equal(dueLint(linted), null);
    assert.equal(dueLint(reduce(linted, edit('x'))), 'x');
  });

  test('what is left out and added is asked of the engine again', () => {
    const state = run(scanned, tick(KIDNEY, 0, false), { type: 'gap-add', rule: 'GAP26', added: { quote: 'Urine 10 mL/h', section: 'Flowsheet', date: '' } });
    assert.deepEqual(dueDraft(state), {
      rule: 'GAP26',
      indicators: [
        { quote: 'baseline 0.9', section: 'HOSPITAL COURSE', supports: [], by_hand: false },
        { quote: 'Urine 10 mL/h', section: 'Flowsheet', supports: [], by_hand: true },
      ],
      options: KIDNEY.options,
    });
    const next = drafted(state, 'second draft', ['Type cannot be further specified']);
    assert.equal(workOf(next, KIDNEY).text, 'second draft');
    assert.deepEqual(workOf(next, KIDNEY).options, ['Type cannot be further specified']);
    assert.equal(dueDraft(next), null);
    assert.equal(dueLint(next), 'second draft');
    assert.deepEqual(dueDraft(reduce(next, { type: 'gap-drop', rule: 'GAP26', at: 0 })).indicators.length, 1);
  });

  test('an answer to a question of before is dropped', () => {
    const asked = run(scanned, tick(KIDNEY, 0, false));
    const name = JSON.stringify(dueDraft(asked));
    const late = reduce(reduce(asked, tick(KIDNEY, 1, false)), { type: 'gap-drafted', rule: 'GAP26', name, text: 'late', options: [] });
    assert.equal(workOf(late, KIDNEY).text, KIDNEY.query);
    const findings = [{ rule: 'QL02', severity: 'error', message: '', start: 0, end: 1 }];
    assert.equal(workOf(reduce(asked, { type: 'gap-linted', rule: 'GAP26', text: 'another text', findings }), KIDNEY).findings, null);
  });

  test('a person’s text is not overwritten until it is asked for', () => {
    const edited = run(scanned, edit('mine'), tick(KIDNEY, 0, false));
    assert.equal(isEdited(workOf(edited, KIDNEY)) && isBehind(KIDNEY, workOf(edited, KIDNEY)), true);
    assert.equal(dueDraft(edited), null);
    assert.equal(workOf(reduce(edited, report([KIDNEY, HEART], `${NOTE}\nOne more line of it.`)), KIDNEY).text, 'mine');
    const again = reduce(edited, { type: 'gap-again', rule: 'GAP26' });
    assert.equal(dueDraft(again).indicators.length, 1);
    assert.equal(workOf(drafted(again, 'third'), KIDNEY).text, 'third');
  });

  test('it stands through a scan of the same note as far as its indicators do, and not for another', () => {
    const state = drafted(run(scanned, tick(KIDNEY, 0, false)), 'second draft');
    const gone = NOTE.replace('Creatinine 2.1', 'Creatinine 2.2');
    assert.deepEqual(workOf(reduce(state, report([KIDNEY], `${NOTE}\nOne more line of it.`)), KIDNEY).off.length, 1);
    const changed = { ...KIDNEY, indicators: [at('Creatinine 2.2', [], gone)], query: 'of another value' };
    assert.equal(workOf(reduce(state, report([changed], gone)), changed).text, 'of another value');
    assert.deepEqual(reduce(state, report([KIDNEY], OTHER)).queries.work, {});
  });

  test('the same words twice are two indicators', () => {
    const gap = { ...KIDNEY, indicators: [at('Creatinine 2.1'), { ...at('Creatinine 2.1'), start: 0 }] };
    assert.equal(new Set(keysOf(gap)).size, 3);
    assert.equal(requestOf(gap, { off: [keysOf(gap)[1]], added: [] }).indicators.length, 2);
  });
});

test('words by hand are found in the note however they are broken, and their section with them', () => {
  const text = `${NOTE}\nUrine output\n 10 mL/h (low)`;
  const state = run(report([KIDNEY], text));
  assert.deepEqual(find(text, 'Urine output 10 mL/h (low)'), { start: NOTE.length + 1, end: text.length });
  assert.deepEqual(fromSelection(state, 'Urine  output\n10 mL/h'), { quote: 'Urine output 10 mL/h', section: 'HOSPITAL COURSE', date: '' });
  assert.equal(fromSelection(state, 'not there').section, '');
  const added = reduce(state, { type: 'gap-add', rule: 'GAP26', added: { quote: 'not there', section: 'x', date: '' } });
  assert.equal(placesOf(added, gapOf(added)).at(-1), null);
});

test('after clearing, nothing of the note is left anywhere in the state, and closed gaps keep rule and reason', () => {
  const before = run(scanned, tick(KIDNEY, 0, false), edit('furosemide, by my hand'), { type: 'gap-add', rule: 'GAP26', added: { quote: 'LVEF 30%', section: 'Echo', date: '' } }, close('GAP37'), {
    type: 'undo',
  }, close('GAP37'), report([], `${NOTE}\nAcute kidney injury.`));
  const words = /exacerbation|furosemide|LVEF|Creatinine|Smith|renal|Heart/;
  assert.match(JSON.stringify(before), words);
  const after = reduce(before, { type: 'clear', sentence: '' });
  assert.doesNotMatch(JSON.stringify(after), words);
  assert.deepEqual(closedList(after), [{ rule: 'GAP37', title: '', reason: 'Query sent', reopens: true }]);
});

describe('rich text', () => {
  const QUERY = 'Title: Heart failure type\nType: Multiple choice\n\nClinical indicators\n- “LVEF <30%” (Echo & labs, 03/12)\n\nQuestion\nWhich?\n\nOptions (in alphabetical order)\n[ ] Other\n[ ] Unable to determine\n';
  test('the parts of a query', () => {
    assert.deepEqual(blocksOf(QUERY, []).map((b) => b.kind), ['title', 'text', 'heading', 'list', 'heading', 'text', 'heading', 'boxes']);
  });
  test('words of a note are never markup', () => {
    const html = asHtml(`${QUERY}<img src=x onerror="alert(1)">`, []);
    assert.match(html, /<li>“LVEF &lt;30%” \(Echo &amp; labs, 03\/12\)<\/li>/);
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /☐ Other<br>☐ Unable to determine/);
  });
});
