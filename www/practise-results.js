// @ts-check
/**
 * The trainee's sheet: what was scored, whether it is kept in this browser, and the file that it can be saved to and loaded
 * from.
 *
 * @import { Progress } from './progress.js'
 */

import { $, h, plural } from './panel/dom.js';
import { save } from './panel/save.js';
import { read, written } from './progress.js';

const when = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
/** A longer file is none of ours. */
const LONGEST = 5_000_000;

export class Sheet {
  /** @type {Progress} */ #progress;
  /** @type {(name: string) => string} */ #titleOf;

  /** @param {Progress} progress @param {(name: string) => string} titleOf @param {() => void} changed */
  constructor(progress, titleOf, changed) {
    this.#progress = progress;
    this.#titleOf = titleOf;
    const redraw = () => {
      this.draw();
      changed();
    };
    $('keep').addEventListener('change', () => {
      if ($('keep').checked) {
        progress.keep();
        redraw();
        return;
      }
      // Deleting is asked for once more.
      $('keep').checked = true;
      $('sure').firstElementChild.textContent = `Without the tick, ${plural(progress.results.length, 'result')} kept in this browser will be deleted. This tab still shows them until it is closed.`;
      $('sure').hidden = false;
      $('sure-delete').focus();
    });
    $('sure-delete').addEventListener('click', () => {
      $('sure').hidden = true;
      progress.forget();
      redraw();
      $('keep').focus();
    });
    $('sure-keep').addEventListener('click', () => {
      $('sure').hidden = true;
      $('keep').focus();
    });
    $('save').addEventListener('click', () => {
      const day = new Date().toISOString().slice(0, 10);
      save(`chartside-results-${day}.json`, written({ trainee: $('trainee').value.trim(), results: progress.results }));
      $('file-said').textContent = `${plural(progress.results.length, 'result')} saved.`;
    });
    $('load').addEventListener('change', async () => {
      const [file] = $('load').files;
      $('load').value = '';
      if (!file) return;
      try {
        if (file.size > LONGEST) throw new Error(`${file.name}: a file of results is shorter than 5 MB. Nothing of it was taken.`);
        const { results } = read(file.name, await file.text());
        const fresh = progress.merge(results);
        const known = results.length - fresh;
        $('file-said').textContent = `${plural(fresh, 'result')} taken from ${file.name}${known ? `; ${known} were here already` : ''}.`;
        $('file-said').className = '';
        redraw();
      } catch (error) {
        $('file-said').textContent = error instanceof Error ? error.message : String(error);
        $('file-said').className = 'problem';
      }
    });
  }

  draw() {
    const { results, kept, possible, problem } = this.#progress;
    $('keep').checked = kept;
    // What cannot be read may be of a newer Chartside: it is not written over.
    $('keep').disabled = !possible || (!kept && problem !== '');
    $('results-problem').hidden = !problem;
    $('results-problem').textContent = problem;
    if (!kept) $('sure').hidden = true;
    $('save').disabled = results.length === 0;
    $('no-results').hidden = results.length > 0;
    $('scores-wrap').hidden = results.length === 0;
    $('scores').tBodies[0].replaceChildren(...[...results].reverse().map(({ scenario, task, points, of, percent, date }) => h('tr', null,
      h('td', null, this.#titleOf(scenario)),
      h('td', null, task === 'code' ? 'Codes' : 'Query'),
      h('td', { class: 'number', title: `${points} of ${of} points` }, `${percent} %`),
      h('td', { title: date.slice(0, 10) }, when.format(new Date(date))))));
  }
}
