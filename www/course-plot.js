// @ts-check
/**
 * A class as a table, and bars of where it fails: hatched and outlined, with the number at the end of each, so that they are
 * read in black and white; a table beneath says the same in words.
 *
 * @import { Collected, Column } from './course-class.js'
 * @typedef {{ label: string, value: number, words: string, brief: string }} Bar the words for the table, in brief at the bar
 */

import { h, plural } from './panel/dom.js';
import { meanOf } from './course-class.js';

const SVG = 'http://www.w3.org/2000/svg';
export const TASKS = { code: 'Codes', query: 'Query' };

/** @param {number | null} number */
export const percent = (number) => (number === null ? '–' : `${Math.round(number)} %`);

/** @param {string} text */
const scope = (text) => {
  const cell = h('th', null, text);
  cell.setAttribute('scope', 'col');
  return cell;
};
/** @param {...(Node | string)} text */
const rowHead = (...text) => {
  const cell = h('th', null, ...text);
  cell.setAttribute('scope', 'row');
  return cell;
};
/** @param {string} text */
const number = (text) => h('td', { class: 'number' }, text);

/** Trainees by scenarios. @param {readonly Collected[]} counted @param {readonly Column[]} columns */
export function classTable(counted, columns) {
  const heads = columns.map(({ step, task }) => scope(`${step + 1} ${TASKS[task]}`));
  const means = counted.map((_, i) => meanOf(columns.map(({ percents }) => percents[i])));
  return h('table', { class: columns.length > 10 ? 'figures wide' : 'figures', id: 'class-table' },
    h('thead', null, h('tr', null, scope('Trainee'), ...heads, scope('Mean'))),
    h('tbody', null, ...counted.map(({ sheet }, i) => h('tr', null, rowHead(sheet.trainee), ...columns.map(({ percents }) => number(percent(percents[i]))), number(percent(means[i]))))),
    h('tfoot', null, h('tr', null, rowHead('Mean'), ...columns.map(({ mean }) => number(percent(mean))), number(percent(meanOf(means))))));
}

/** @param {string} text */
function words(text) {
  const element = document.createElementNS(SVG, 'text');
  element.textContent = text;
  return element;
}

/** Lengths are in em and percent: the bars grow with the type and the page. @param {readonly Bar[]} bars @param {number} most @param {string} name */
function drawBars(bars, most, name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${name}: bars of the numbers in the table below`);
  svg.setAttribute('class', 'bars');
  svg.setAttribute('width', '100%');
  svg.setAttribute('height', `${bars.length * 2.9 + 0.3}em`);
  const pattern = document.createElementNS(SVG, 'pattern');
  pattern.id = `hatch-${name.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  pattern.setAttribute('width', '6');
  pattern.setAttribute('height', '6');
  pattern.setAttribute('patternUnits', 'userSpaceOnUse');
  const stroke = document.createElementNS(SVG, 'path');
  stroke.setAttribute('d', 'M-1 7 L7 -1 M-1 1 L1 -1 M5 7 L7 5');
  stroke.setAttribute('class', 'hatch');
  pattern.append(stroke);
  svg.append(pattern);
  for (const [i, { label, value, brief }] of bars.entries()) {
    const long = (76 * value) / most;
    const top = i * 2.9;
    const title = words(label.length > 76 ? `${label.slice(0, 75)}…` : label);
    title.setAttribute('x', '0');
    title.setAttribute('y', `${top + 1.1}em`);
    const bar = document.createElementNS(SVG, 'rect');
    bar.setAttribute('x', '1');
    bar.setAttribute('y', `${top + 1.45}em`);
    bar.setAttribute('height', '1em');
    bar.setAttribute('width', `${long}%`);
    bar.setAttribute('class', 'bar-of');
    bar.setAttribute('fill', `url(#${pattern.id})`);
    const figure = words(brief);
    figure.setAttribute('x', `${long + 1.5}%`);
    figure.setAttribute('y', `${top + 2.3}em`);
    figure.setAttribute('class', 'figure');
    svg.append(title, bar, figure);
  }
  return svg;
}

/**
 * @param {string} id @param {string} name @param {string} unit what the number is @param {readonly Bar[]} bars @param {number} most the longest bar there can be @param {string} none
 */
export function drawPlot(id, name, unit, bars, most, none) {
  return h('figure', { class: 'sheet plot', id },
    h('figcaption', null, h('h3', null, name), h('p', { class: 'hint' }, bars.length > 0 ? unit : none)),
    bars.length > 0 && /** @type {any} */ (drawBars(bars, most, name)),
    bars.length > 0 && h('table', { class: 'figures' }, h('thead', null, h('tr', null, scope('What'), scope('How much'))),
      h('tbody', null, ...bars.map(({ label, words: said }) => h('tr', null, rowHead(label), number(said))))));
}

/** @param {number} count @param {number} of */
export const ofTrainees = (count, of) => `${count} of ${plural(of, 'trainee')}`;
