// What people do on the pages of the trainers' site, each from a page that has just been opened.

import assert from 'node:assert/strict';
import { textOf } from './site.mjs';

const QUERY = 'Clinical indicators\n- “Sodium 121” (Labs, 07/20/2026)\n\nQuestion\nCan the finding be further specified?\n\nOptions\n[ ] Other: ____\n[ ] Unable to determine\n';

/** Opens its page, says what is wrong with it, and does the job there. */
export const JOBS = {
  /** A code is found in the Index, a note of its entry followed, the steps around it seen. */
  async codebook(page) {
    await page.waitForSelector('body[data-state=ready]');
    await page.type('#book-words', 'diabetic foot ulcer');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.book-index button[data-code="E11.621"]');
    await page.click('.book-index button[data-code="E11.621"]');
    await page.waitForSelector('.book-entry[data-code="E11.621"]');
    assert.match(await textOf(page, '.book-entry .valid'), /Valid for reporting/);
    assert.match(await textOf(page, '.book-entry [data-kind="excludes1"]'), /type 1 diabetes mellitus/);
    assert.match(await textOf(page, '.book-entry .ladder-of-codes'), /E11\.622 Type 2 diabetes mellitus with other skin ulcer/);
    await page.click('.book-entry [data-kind="use-additional"] button[data-code="L97.4"]');
    await page.waitForSelector('.book-entry[data-code="L97.4"]');
    assert.match(await textOf(page, '.book-entry .ladder-of-codes'), /L97\.41/);
  },
  /** A scenario is chosen and gone through step by step. */
  async demonstrate(page) {
    await page.waitForSelector('body[data-state=library]');
    await page.click('#library [data-file="sodium-result.toml"] a');
    await page.waitForSelector('body[data-state=scenario]');
    assert.match(await textOf(page, '#part-codes'), /E87\.1 .*new|new.*E87\.1/);
    await page.click('#present');
    await page.waitForSelector('body[data-state=step]');
    for (let step = 2; step <= 6; step++) {
      await page.keyboard.press('ArrowRight');
      await page.waitForSelector(`html[data-stage="${step}"]`);
    }
    assert.match(await textOf(page, '#step-body'), /\S/);
  },
  /** A note is chosen, coded and queried. */
  async practise(page) {
    await page.waitForSelector('body[data-state=ready]');
    await page.click('[data-name="sodium-result"]');
    await page.waitForSelector('#practising:not([hidden])');
    await page.type('#known', 'I10');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#mine > li');
    await page.click('#check');
    await page.waitForSelector('#scored:not([hidden])');
    assert.match(await textOf(page, '#scored-head'), /^1 of 1 point100 %$/);
    await page.click('#task-query');
    await page.waitForSelector('#querying:not([hidden])');
    await page.$eval('#query', (field, text) => void (field.value = text), QUERY);
    await page.click('#check-query');
    await page.waitForSelector('#judged:not([hidden])');
  },
  /** A scenario of the library is opened to be changed, with what the engine makes of it. */
  async author(page) {
    await page.waitForSelector('#library option[value="sodium-result.toml"]');
    await page.select('#library', 'sodium-result.toml');
    await page.click('#open-library');
    await page.waitForFunction(() => /I10/.test(document.getElementById('before-engine').textContent));
    assert.match(await page.$eval('[data-path="case"]', (field) => field.value), /^History and physical: /);
  },
  /** Two scenarios are put into a course. */
  async course(page) {
    await page.waitForSelector('body[data-state=ready]');
    await page.type('#course-name', 'Spring group');
    for (const name of ['sodium-result', 'urosepsis']) await page.click(`#pick [data-name="${name}"]`);
    await page.waitForFunction(() => document.querySelectorAll('#steps > li').length === 2);
  },
};
