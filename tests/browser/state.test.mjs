// What the panel knows and how it changes: the reducer, the clipboard's text, the keys. No browser needed.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asLines } from '../../extension/panel/clipboard.js';
import { KEYS } from '../../extension/panel/keys.js';
import { START, keyOf, reduce, sameNote, walkable } from '../../extension/panel/state.js';

const NOTE = 'ASSESSMENT AND PLAN\n1. Essential hypertension, above goal.\n2. Gout, no flare this year.\n3. Cough, denied today.';

const finding = (code, tier, quote) => ({
  code,
  title: `Title of ${code}`,
  tier,
  evidence: [{ start: NOTE.indexOf(quote), end: NOTE.indexOf(quote) + quote.length, quote, section: 'A', assertion: 'affirmed' }],
  path: [],
  verified: [code],
  rules: [],
  specificity: [],
});
const report = (...suggestions) => ({
  type: 'report',
  report: { id: 'a', code_set: { name: 'ICD-10-CM', release: 'x', effective: '2026-01-01/2026-12-31' }, suggestions, gaps: [], read: { sections: [], characters: 0, notices: [] } },
  source: { kind: 'page', label: 'Smith, visit', text: NOTE },
});
const HYPERTENSION = finding('I10', 'suggested', 'Essential hypertension');
const GOUT = finding('M10.9', 'suggested', 'Gout');
const COUGH = finding('R05.9', 'held', 'Cough');
const scanned = report(HYPERTENSION, GOUT, COUGH);
const sequenced = report({ ...HYPERTENSION, sequence: 1 }, { ...GOUT, sequence: 2 }, COUGH);
const other = { ...scanned, source: { kind: 'page', label: 'Jones', text: 'Another text altogether, on another patient.\nNothing is shared with the first.' } };
const run = (...actions) => actions.reduce(reduce, START);
const accept = (s) => ({ type: 'accept', key: keyOf(s) });
const reject = (s, reason) => ({ type: 'reject', key: keyOf(s), reason });
const verdicts = (state) => Object.fromEntries(Object.entries(state.decisions.by).map(([code, d]) => [code, d.verdict]));

describe('decisions', () => {
  const cases = [
    ['accepting', [scanned, accept(HYPERTENSION)], { I10: 'accepted' }, ['I10']],
    ['rejecting', [scanned, reject(GOUT, 'History only')], { 'M10.9': 'rejected' }, []],
    ['changing one’s mind', [scanned, accept(GOUT), reject(GOUT)], { 'M10.9': 'rejected' }, []],
    ['what was held back may be accepted', [scanned, { type: 'held', open: true }, accept(COUGH)], { 'R05.9': 'accepted' }, ['R05.9']],
    ['undo of an acceptance', [scanned, accept(HYPERTENSION), accept(GOUT), { type: 'undo' }], { I10: 'accepted' }, ['I10']],
    ['undo of everything and once more', [scanned, accept(GOUT), { type: 'undo' }, { type: 'undo' }], {}, []],
    ['taking one back', [scanned, accept(HYPERTENSION), accept(GOUT), { type: 'retract', code: 'I10' }], { 'M10.9': 'accepted' }, ['M10.9']],
    ['undo of that brings its place back', [scanned, accept(HYPERTENSION), accept(GOUT), { type: 'retract', code: 'I10' }, { type: 'undo' }], { I10: 'accepted', 'M10.9': 'accepted' }, ['I10', 'M10.9']],
    ['order', [scanned, accept(HYPERTENSION), accept(GOUT), { type: 'reorder', code: 'M10.9', by: -1 }], { I10: 'accepted', 'M10.9': 'accepted' }, ['M10.9', 'I10']],
    ['the accepted list stands in sequence', [sequenced, accept(GOUT), accept(HYPERTENSION)], { 'M10.9': 'accepted', I10: 'accepted' }, ['I10', 'M10.9']],
    ['order ends at the ends', [scanned, accept(HYPERTENSION), { type: 'reorder', code: 'I10', by: 1 }], { I10: 'accepted' }, ['I10']],
    ['a scan of the same note keeps all', [scanned, accept(HYPERTENSION), reject(GOUT), scanned], { I10: 'accepted', 'M10.9': 'rejected' }, ['I10']],
    ['another note keeps what was accepted', [scanned, accept(HYPERTENSION), reject(GOUT), other], { I10: 'accepted' }, ['I10']],
    ['a problem keeps all', [scanned, accept(HYPERTENSION), { type: 'problem', sentence: 'x', kind: 'problem' }], { I10: 'accepted' }, ['I10']],
    ['clearing keeps all', [scanned, accept(HYPERTENSION), { type: 'clear', sentence: 'x' }], { I10: 'accepted' }, ['I10']],
    ['a new list', [scanned, accept(HYPERTENSION), reject(GOUT), { type: 'new-list' }], { 'M10.9': 'rejected' }, []],
    ['undo of a new list', [scanned, accept(HYPERTENSION), { type: 'new-list' }, { type: 'undo' }], { I10: 'accepted' }, ['I10']],
    ['nothing to accept', [accept(HYPERTENSION)], {}, []],
  ];
  for (const [name, actions, by, accepted] of cases) {
    test(name, () => {
      const state = run(...actions);
      assert.deepEqual(verdicts(state), by);
      assert.deepEqual(state.decisions.accepted, accepted);
    });
  }
});

test('a problem leaves what is shown', () => {
  const state = run(scanned, { type: 'problem', sentence: 'x', kind: 'problem' });
  assert.equal(state.report, scanned.report);
  assert.equal(state.problem.sentence, 'x');
});

test('after clearing, nothing of the note is left anywhere in the state', () => {
  const before = run(scanned, accept(HYPERTENSION), reject(GOUT), { type: 'undo' }, { type: 'filter', filter: 'gout' });
  const words = /hypertension|above goal|Smith|gout/;
  assert.match(JSON.stringify(before), words);
  assert.doesNotMatch(JSON.stringify(reduce(before, { type: 'clear', sentence: '' })), words);
});

test('the list of another note is carried until the reader has said what of it', () => {
  assert.equal(run(scanned, other).carried, false);
  assert.equal(run(scanned, accept(GOUT), scanned).carried, false);
  assert.equal(run(scanned, accept(GOUT), other).carried, true);
  assert.equal(run(scanned, accept(GOUT), other, { type: 'keep-list' }).carried, false);
});

test('the cursor goes through what can be seen, and after a decision to the next open one', () => {
  const at = (...actions) => run(scanned, ...actions).cursor;
  assert.equal(at(), 'suggested:I10');
  assert.equal(at({ type: 'move', by: 1 }), 'suggested:M10.9');
  assert.equal(at({ type: 'move', by: 1 }, { type: 'move', by: 1 }), 'suggested:M10.9');
  assert.equal(at({ type: 'held', open: true }, { type: 'move', by: 1e9 }), 'held:R05.9');
  assert.equal(at(accept(HYPERTENSION)), 'suggested:M10.9');
  assert.equal(at(accept(HYPERTENSION), { type: 'undo' }), 'suggested:I10');
  assert.deepEqual(walkable(run(scanned, { type: 'filter', filter: 'm10 gout' })).map(keyOf), ['suggested:M10.9']);
});

describe('the same note', () => {
  for (const [name, before, after, same] of [
    ['itself', NOTE, NOTE, true],
    ['edited in one line', NOTE, NOTE.replace('above goal', 'at goal'), true],
    ['a part of it', NOTE, NOTE.split('\n').slice(1, 3).join('\n'), true],
    ['one long line, edited', 'Seen for gout. '.repeat(20), 'Seen for gout. '.repeat(12) + 'No flare. ' + 'Seen for gout. '.repeat(8), true],
    ['a long last line, retyped', `${NOTE}\n${'He walks a mile a day. '.repeat(8)}`, `${NOTE}\n${'He walks a mile a day. '.repeat(9)}Then he rests`, true],
    ['one long line, another', 'Seen for gout. '.repeat(20), 'Seen for a cough. '.repeat(20), false],
    ['another', NOTE, other.source.text, false],
    ['short, the same', 'Gout.', 'Gout.', true],
    ['short, another', 'Gout.', 'Cough.', false],
  ]) {
    test(name, () => assert.equal(sameNote(before, after), same));
  }
});

describe('what is copied', () => {
  for (const [name, codes, lines] of [
    ['one code a line, a tab between', [{ code: 'I10', title: 'Essential (primary) hypertension' }, { code: 'M10.9', title: 'Gout, unspecified' }], 'I10\tEssential (primary) hypertension\nM10.9\tGout, unspecified'],
    ['no cell that a spreadsheet would compute', [{ code: '=1+1', title: '@SUM(A1)' }], "'=1+1\t'@SUM(A1)"],
    ['no cell that breaks the table', [{ code: 'I10', title: 'a\tb\r\nc' }], 'I10\ta b c'],
  ]) {
    test(name, () => assert.equal(asLines(codes), lines));
  }
});

test('no key stands for two commands', () => {
  const keys = KEYS.flatMap(([, keys]) => keys);
  assert.equal(new Set(keys).size, keys.length);
});
