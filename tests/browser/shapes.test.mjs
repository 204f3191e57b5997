// Browsers: chromium, firefox
// Every shape in which EHRs in a browser hold a note, one row each: the note's text is read exactly, its evidence is
// shown at its place, and the page is afterwards as it was before. What came out is kept for the README's table.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeComponents } from './components.mjs';
import { ROOT, start } from './harness.mjs';
import { BROWSER, cell, choices, digest, keep, notices, paintedIn, ready, selectedIn, textRead } from './shapes.mjs';

const HTN = '1. Essential hypertension, above goal. Increase lisinopril.';
const DM = '2. Type 2 diabetes mellitus, stable. Continue metformin.';
const NOTE = `Assessment:\n${HTN}\n${DM}`;
const PARAGRAPHS = `Assessment:\n\n${HTN}\n\n${DM}`;
const REPORT = `Subjective:\n64 year old man for follow up of blood pressure.\nDenies chest pain.\n\nAssessment:\n${HTN}\n${DM}`;
const SUBJECTIVE = '64 year old man for follow up of blood pressure. Denies chest pain.';
const OBJECTIVE = 'BP 148/86, pulse 72. Lungs clear.';
const PLAN = 'Increase lisinopril to 20 mg daily. Continue metformin.';
const DICTATION = `ASSESSMENT\n1. Essential hypertension, above goal.\n2. Type 2 diabetes mellitus, stable.\n\nPLAN\n${PLAN}\n`;

/**
 * `at` is where the evidence of hypertension stands: a text field (it is selected there) or an element (it is painted
 * there). `pick` is chosen by hand first. `says` is a notice. Without `text` nothing can be read, and the panel says why. What is different in one browser stands under its name.
 */
const ROWS = [
  { shape: 1, name: 'OpenEMR: frames in frames, hidden tabs', path: 'shapes/openemr-frames.html', text: DICTATION, at: 'textarea[name=dictation]' },
  { shape: 2, name: 'OpenEMR: several clinical notes in one form', path: 'shapes/openemr-clinical-notes.html', text: NOTE, at: '#description_2', pick: /^Consultation, 2026-03-14/, says: /^3 notes are open/ },
  { shape: 3, name: 'OpenEMR: SOAP, four fields that make one note', path: 'shapes/openemr-soap.html', at: '[name=assessment]',
    text: `Subjective\n${SUBJECTIVE}\n\nObjective\n${OBJECTIVE}\n\nAssessment\n1. Essential hypertension, above goal.\n2. Type 2 diabetes mellitus, stable.\n\nPlan\n${PLAN}` },
  { shape: 4, name: 'OpenEMR: dictation', path: 'shapes/openemr-form.html', text: DICTATION, at: '[name=dictation]' },
  { shape: 4, name: 'OpenEMR: CAMOS', path: 'shapes/openemr-forms-other.html?camos', text: NOTE, at: '[name=textarea_content]' },
  { shape: 4, name: 'OpenEMR: layout-based form', path: 'shapes/openemr-forms-other.html?layout', text: NOTE, at: '#form_narrative' },
  { shape: 4, name: 'OpenEMR: eye form', path: 'shapes/openemr-forms-other.html?eye', text: NOTE, at: '#HPI1' },
  { shape: 5, name: 'OpenEMR: read-only encounter, collapsed reports', path: 'shapes/openemr-encounter.html', text: REPORT, at: '#divid_1' },
  { shape: 6, name: 'OpenEMR Nation Notes: CKEditor 5', component: 'ckeditor', text: PARAGRAPHS, at: '.ck-editor__editable' },
  { shape: 7, name: 'OpenMRS 3 editor: a field that React controls', component: 'react', text: NOTE, at: '#additionalNote' },
  { shape: 8, name: 'OpenMRS 3 read-only: line ends in the data only', path: 'shapes/openmrs-read.html', text: `Assessment\n${HTN}\n${DM}\nDenies chest pain`, at: '#text' },
  { shape: 9, name: 'OpenMRS legacy form: an unnamed frame that its host edits', path: 'shapes/openmrs-legacy.html', waits: true, text: NOTE, at: 'textarea[name=w12]' },
  { shape: 10, name: 'pdf.js: layer of text', component: 'pdf', text: NOTE, at: '.textLayer' },
  { shape: 10, name: 'pdf.js: a document of which not all pages are drawn', component: 'pdf', query: '&file=long', text: null, at: '.textLayer', says: /of 5 pages of this document could be read/ },
  { shape: 10, name: 'pdf.js: a page that is a picture', component: 'pdf', query: '&file=scan', state: 'empty', problem: /picture|No note was found/ },
  { shape: 11, name: 'OSCAR / Open-O: editor, wrapped hard', path: 'shapes/oscar-editor.html', at: '[name=caseNote_note]',
    text: `[14-Mar-2026 .: Follow up]\n\nAssessment:\n1. Essential hypertension, above goal at every one of the last three visits in the\nclinic. Increase lisinopril.\n${DM}\n` },
  { shape: 12, name: 'OSCAR / Open-O: dozens of notes, the user says which', path: 'shapes/oscar-list.html', text: NOTE, at: '#txt701', pick: /^Assessment: 1\. Essential.*\(note/, says: /^12 notes are open/ },
  { shape: 13, name: 'OSCAR eForm: a frame in design mode', path: 'shapes/oscar-eform.html', at: '#htn',
    text: `Dear colleague,\n\nAssessment:\n\n${HTN}\n${DM}` },
  { shape: 14, name: 'OSCAR frameset: no body', path: 'shapes/oscar-frameset.html', text: REPORT, at: '#divid_1' },
  { shape: 15, name: 'Ember, as Practice Fusion: four editors that make one note', path: 'shapes/ember.html', at: '#htn',
    text: `Subjective\n${SUBJECTIVE}\n\nObjective\n${OBJECTIVE}\n\nAssessment\nEssential hypertension, above goal.\n\nType 2 diabetes mellitus, stable.\n\nPlan\n${PLAN}` },
  { shape: 16, name: 'Bahmni: preformatted, read-only', path: 'shapes/bahmni.html', text: NOTE, at: '#htn' },
  { shape: 17, name: 'An editor in open shadow trees', path: 'shapes/shadow.html', text: PARAGRAPHS, at: '#htn' },
  { shape: 17, name: 'An editor in closed shadow trees', path: 'shapes/shadow.html?closed', text: PARAGRAPHS, at: '#htn' },
  { shape: 17, name: 'Rich text in a frame (CKEditor 4)', path: 'shapes/classic-editor.html', text: PARAGRAPHS, at: '#htn' },
  { shape: 17, name: 'TinyMCE', component: 'tinymce', text: PARAGRAPHS, at: '#tinymce' },
  { shape: 17, name: 'ProseMirror', component: 'prosemirror', text: PARAGRAPHS, at: '.ProseMirror' },
  { shape: 17, name: 'Lexical', component: 'lexical', text: PARAGRAPHS, at: '[data-lexical-editor]' },
  { shape: 17, name: 'Quill', component: 'quill', text: PARAGRAPHS, at: '.ql-editor' },
  { shape: 17, name: 'A list of which only the rows on the screen exist', path: 'shapes/virtual-list.html', text: null, at: '#room', says: /^Only the rows that are on the screen/ },
  { shape: 17, name: 'A frame of another site, not allowed', path: 'shapes/stranger.html', state: 'nothing', unread: /^1 frame of another site \(http:\/\/localhost:\d+\) could not be read\./ },
  { shape: 17, name: 'A sandboxed frame', path: 'shapes/sandboxed.html', text: `Assessment\n\n${HTN}\n${DM}`, at: '#htn',
    firefox: { state: 'nothing', unread: /^1 frame that the page keeps closed/ } },
  { shape: 17, name: 'A picture of a note', path: 'shapes/picture.html', state: 'empty', problem: /^This page shows a picture.*Paste/ },
  { shape: 17, name: 'The browser’s own PDF viewer', path: 'shapes/pdf-frame.html', state: 'nothing', says: /^The browser’s PDF viewer keeps its text to itself/ },
  { shape: 17, name: 'Medplum: timeline of an encounter', component: 'medplum', text: null, at: '#root' },
];

describe('the shapes in which EHRs hold a note', { timeout: 600_000 }, () => {
  let session, page, panel;
  const results = [];
  before(async () => {
    await makeComponents();
    session = await start();
  });
  after(async () => {
    keep(results);
    await session.close();
  });

  /** One tab goes from page to page, as a person's does. @param {string} path */
  async function visit(path) {
    if (page) return page.goto(session.server.origin + path, { waitUntil: 'load' });
    page = await session.page(path);
    // The panel takes room beside the page, and some pages draw themselves anew then: not here.
    await page.setViewport({ width: 1000, height: 800 });
  }

  /** In Firefox the leave that a click gave ends with the page. */
  async function scan() {
    await panel?.page.evaluate(() => void (document.body.dataset.state = 'starting'));
    if (!panel || BROWSER === 'firefox') panel = await session.panel(page);
    else await panel.click('#scan');
  }

  for (const { [BROWSER]: here, ...usual } of ROWS) {
    const row = { ...usual, ...here };
    test(`${row.shape}. ${row.name}`, async () => {
      const result = { shape: row.shape, name: row.name, read: false, shown: null, unchanged: false };
      results.push(result);
      await visit(row.path ? `/pages/${row.path}` : `/pages/components/component.html?component=${row.component}${row.query ?? ''}`);
      if (row.component || row.waits) await ready(page);
      const whole = await digest(page);
      await scan();
      assert.equal(await panel.settled(), row.state ?? 'findings', await panel.text('#problem p'));
      if (row.pick) {
        const option = (await choices(panel)).findIndex((name) => row.pick.test(name));
        assert.ok(option >= 0, (await choices(panel)).join(' | '));
        const value = await panel.page.$$eval('#read-choice option', (options, at) => options[at].value, option);
        await panel.page.select('#read-choice', value);
        await panel.settled();
      }
      if (row.says) assert.ok((await notices(panel)).some((notice) => row.says.test(notice)), String(await notices(panel)));
      if (row.unread) assert.match(await panel.text('#unread'), row.unread);
      if (row.problem) assert.match(await panel.text('#problem p'), row.problem);
      if (!row.state) {
        const text = await textRead(panel);
        if (row.text !== null) assert.equal(text, row.text);
        assert.match(text, /Essential hypertension/);
        result.read = row.says && row.text === null ? 'part' : true;
        const index = (await panel.cards()).findIndex((card) => card.code === 'I10' && card.tier !== 'held');
        assert.ok(index >= 0, 'the code of the note');
        await panel.open(index);
        const [quote] = await panel.quotes();
        await panel.show(0);
        const fields = await selectedIn(page, `${row.at}:is(textarea)`);
        result.shown = fields.length ? 'selected' : 'painted';
        if (fields.length) assert.deepEqual(fields, [quote]);
        else assert.deepEqual(await paintedIn(page, 'chartside-current', row.at), [{ text: quote, seen: true, there: true }]);
      } else {
        result.read = 'said';
      }
      assert.equal(await digest(page), whole, 'the page is as it was');
      result.unchanged = true;
      assert.deepEqual(panel.errors, []);
    });
  }

  test('the README’s table says what came out here', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((part) => part.trim()));
    for (const result of results) {
      const line = readme.find(([, name]) => name === result.name);
      assert.equal(line?.[BROWSER === 'firefox' ? 3 : 2], cell(result), result.name);
    }
  });
});
