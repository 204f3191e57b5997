// @ts-check
/**
 * A trainee's way through a course: its file is opened, its steps are gone to one after another, and what is scored goes to a
 * score sheet that is saved as a file. All of it is in this tab only.
 *
 * @import { Course, Scored } from './course-file.js'
 * @import { Engine } from './panel/engine.js'
 * @import { Scenario, ScenarioEntry } from './panel/types'
 */

import { $, h, plural } from './panel/dom.js';
import { save } from './panel/save.js';
import { idOf, readCourse, readSheet, tasksOf, writtenSheet } from './course-file.js';
import { filesOf, sentenceOf, tell, textOf } from './files.js';
import { caseOf, entryOf, nameOf } from './library.js';

const WORDS = { code: 'Code the note', query: 'Write the query' };

/**
 * Looks up each scenario of a course, or reads it where the course holds it; one that cannot be had refuses the course.
 * @param {string} file @param {Course} course @param {Engine} engine @param {readonly ScenarioEntry[]} library
 */
export async function scenariosOf(file, { steps }, engine, library) {
  /** @type {Map<string, { entry: ScenarioEntry, scenario: Scenario }>} */
  const own = new Map();
  for (const [i, { scenario: name, text }] of steps.entries()) {
    const known = library.some((entry) => nameOf(entry) === name);
    if (text === undefined && !known) throw new Error(`${file}: step ${i + 1} is the scenario ${name}, which is not beside these pages. Take the pages that your trainer has. Nothing of it was taken.`);
    if (text === undefined) continue;
    if (known) throw new Error(`${file}: step ${i + 1} has a text of its own under the name ${name}, which is one of the library. Nothing of it was taken.`);
    const scenario = await engine.scenario({ name: `${file}, step ${i + 1}`, text });
    own.set(name, { entry: entryOf(name, scenario), scenario });
  }
  return own;
}

export class Walk {
  /** @type {Course | null} */ course = null;
  /** Scenarios that the course holds itself. @type {Map<string, { entry: ScenarioEntry, scenario: Scenario }>} */ own = new Map();
  /** @type {Scored[]} */ #results = [];
  /** How many of them are in a saved file. */
  #saved = 0;
  /** @type {() => readonly ScenarioEntry[]} */ #library;
  /** Where the trainee is. @type {[string, 'code' | 'query']} */ #at = ['', 'code'];

  /** @param {Engine} engine @param {() => readonly ScenarioEntry[]} library */
  constructor(engine, library) {
    this.#library = library;
    $('open-course').addEventListener('change', async () => {
      const [file] = filesOf('open-course');
      if (!file) return;
      try {
        const course = readCourse(file.name, await textOf(file));
        const own = await scenariosOf(file.name, course, engine, library());
        if (this.course && idOf(course) !== idOf(this.course) && this.#results.length > this.#saved) throw new Error(`Your results of “${this.course.name}” are not saved yet. Go back to it, and save its score sheet or leave it.`);
        if (!this.course || idOf(course) !== idOf(this.course)) {
          this.#results = [];
          this.#saved = 0;
        }
        this.course = course;
        this.own = own;
        tell('course-said', '');
        tell('walk-said', '');
        location.hash = 'course';
      } catch (error) {
        tell('course-said', sentenceOf(error), true);
      }
    });
    $('resume').addEventListener('change', async () => {
      const [file] = filesOf('resume');
      if (!file || !this.course) return;
      try {
        const { course, trainee, results } = readSheet(file.name, await textOf(file));
        if (course.id !== idOf(this.course)) throw new Error(`${file.name}: it is of another course, “${course.name}”. Nothing of it was taken.`);
        const before = this.#results.length;
        for (const result of results) this.#take(result);
        if (!$('walk-trainee').value.trim()) $('walk-trainee').value = trainee;
        tell('walk-said', `${plural(this.#results.length - before, 'result')} taken from ${file.name}.`);
        this.draw();
      } catch (error) {
        tell('walk-said', sentenceOf(error), true);
      }
    });
    $('save-sheet').addEventListener('click', () => {
      const trainee = $('walk-trainee').value.trim();
      if (!this.course) return;
      if (!trainee) {
        tell('walk-said', 'Write your name or number first.', true);
        $('walk-trainee').focus();
        return;
      }
      const file = `score-sheet-${trainee.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40)}.json`;
      save(file, writtenSheet({ course: { id: idOf(this.course), name: this.course.name }, trainee, results: this.#results }));
      this.#saved = this.#results.length;
      tell('walk-said', `Saved as ${file}. Give this file to your trainer.`);
    });
    $('leave-course').addEventListener('click', () => {
      if (this.#results.length > this.#saved && $('leave-course').dataset.sure !== 'yes') {
        $('leave-course').dataset.sure = 'yes';
        tell('walk-said', `${plural(this.#results.length - this.#saved, 'result')} not saved. Save the score sheet, or leave once more to lose them.`, true);
        return;
      }
      delete $('leave-course').dataset.sure;
      this.course = null;
      this.own = new Map();
      this.#results = [];
      this.#saved = 0;
      location.hash = '';
    });
  }

  /** A step's first result counts; what is no step counts nothing here. @param {Scored} result */
  #take(result) {
    const asked = this.#steps().some(([scenario, task]) => scenario === result.scenario && task === result.task);
    if (asked && !this.#of(result.scenario, result.task)) this.#results.push(result);
  }

  /** @param {Scored} result */
  add(result) {
    this.#take(result);
    this.at(...this.#at);
  }

  /** @param {string} scenario @param {'code' | 'query'} task */
  #of(scenario, task) {
    return this.#results.find((result) => result.scenario === scenario && result.task === task);
  }

  /** @returns {[string, 'code' | 'query'][]} */
  #steps() {
    return (this.course?.steps ?? []).flatMap((step) => tasksOf(step).map((task) => /** @type {[string, 'code' | 'query']} */ ([step.scenario, task])));
  }

  /** @param {string} name */
  #caseOf(name) {
    const entry = this.own.get(name)?.entry ?? this.#library().find((one) => nameOf(one) === name);
    return entry ? caseOf(entry) : name;
  }

  /** @param {string} scenario @param {'code' | 'query'} task @param {string} words @param {string} [kind] */
  #goTo(scenario, task, words, kind = '') {
    const button = h('button', { type: 'button', class: kind }, words);
    button.addEventListener('click', () => void (location.hash = scenario === '' ? 'course' : `${encodeURIComponent(scenario)}${task === 'query' ? '/query' : ''}`));
    return button;
  }

  /** The line above the desk: where in the course this is, and what comes next. @param {string} asked @param {'code' | 'query'} task */
  at(asked, task) {
    this.#at = [asked, task];
    const steps = this.#steps();
    const i = steps.findIndex(([scenario, its]) => scenario === asked && its === task);
    $('walk').hidden = !this.course || asked === 'course';
    if (!this.course) return;
    const next = i < 0 ? undefined : steps[i + 1];
    const done = i >= 0 && this.#of(asked, task);
    $('walk').replaceChildren(h('strong', null, this.course.name),
      h('span', null, i < 0 ? 'Not a step of the course' : `Step ${i + 1} of ${steps.length}: ${WORDS[task].toLowerCase()}${done ? `, done with ${done.percent} %` : ''}`),
      h('span', { class: 'bar' }, this.#goTo('', 'code', 'To the course', !next && done ? 'primary' : ''), next && this.#goTo(...next, 'Next step', done ? 'primary' : '')));
  }

  draw() {
    if (!this.course) return;
    const steps = this.#steps();
    const fresh = steps.findIndex(([scenario, task]) => !this.#of(scenario, task));
    $('walk-head').textContent = this.course.name;
    $('walk-steps').replaceChildren(...steps.map(([scenario, task], i) => {
      const done = this.#of(scenario, task);
      return h('li', { data: { scenario, task } },
        h('span', { class: 'number' }, `${i + 1}`),
        h('span', { class: 'what' }, this.#caseOf(scenario), h('span', { class: 'hint' }, ` ${WORDS[task]}`)),
        h('span', { class: 'score' }, done ? `${done.percent} %` : 'open'),
        this.#goTo(scenario, task, done ? 'Look again' : 'Begin', i === fresh ? 'primary' : ''));
    }));
    $('save-sheet').disabled = this.#results.length === 0;
    // Asked anew, of what is not saved by then.
    delete $('leave-course').dataset.sure;
  }
}
