// @ts-check
/** The sites that may be read without a click: granted one by one, shown, and taken back. */

import { $, h } from '../panel/dom.js';
import { faultOfOrigin, sentenceOf } from '../panel/settings.js';

/** @import { Policy } from '../panel/types' */

/** A match pattern has no port. @param {string} origin */
const patternOf = (origin) => `${new URL(origin).protocol}//${new URL(origin).hostname}/*`;

/** @param {string} pattern */
const nameOf = (pattern) => pattern.replace(/\/\*$/, '');

/** @param {() => Policy} policy */
export function sites(policy) {
  const said = (/** @type {string} */ sentence, good = false) => {
    $('sites-said').classList.toggle('good', good);
    $('sites-said').textContent = sentence;
  };

  async function draw() {
    const { origins = [] } = await chrome.permissions.getAll();
    const { allowedOrigins } = policy();
    $('sites').replaceChildren(...origins.sort().map((pattern) => h('li', null,
      h('div', { class: 'what' }, h('span', { class: 'name' }, nameOf(pattern))),
      h('button', { type: 'button', data: { revoke: pattern }, label: `Take back: ${nameOf(pattern)}` }, 'Take back'))));
    const section = $('sites').closest('section');
    section.querySelector('.lock')?.remove();
    if (allowedOrigins) section.querySelector('h2').after(h('p', { class: 'lock' }, `Your organization allows only: ${allowedOrigins.join(', ') || 'none'}`));
  }

  $('sites').addEventListener('click', async (/** @type {MouseEvent} */ event) => {
    const pattern = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest('[data-revoke]'))?.dataset.revoke;
    if (!pattern) return;
    const gone = await chrome.permissions.remove({ origins: [pattern] }).catch(() => false);
    said(gone ? `${nameOf(pattern)} is no longer read without a click.` : `${nameOf(pattern)} could not be taken back: it is set in the browser.`, gone);
    await draw();
    $('site').focus();
  });

  $('site-form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const origin = $('site').value.trim().replace(/\/$/, '').toLowerCase();
    const why = faultOfOrigin(origin);
    if (why) return said(sentenceOf({ key: '', why }));
    const { allowedOrigins } = policy();
    if (allowedOrigins && !allowedOrigins.includes(origin)) return said(`“${origin}” is none of the sites that your organization allows.`);
    const granted = await chrome.permissions.request({ origins: [patternOf(origin)] }).catch(() => false);
    if (!granted) return said(`${origin} was not allowed.`);
    $('site').value = '';
    said(`${origin} is read without a click.`, true);
    await draw();
  });

  chrome.permissions.onAdded.addListener(draw);
  chrome.permissions.onRemoved.addListener(draw);
  return { draw };
}
