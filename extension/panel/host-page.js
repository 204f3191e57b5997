// @ts-check
/**
 * The note in the page around the panel: the trainers' site, where the panel stands in a frame of the same origin and
 * the page has loaded the content scripts itself. The same messages, over a port that is two function calls.
 */

import { Line, noticesOf, pictureOf } from './host.js';

/** @import { Host, NoteText } from './types' */

const NO_PAGE = 'There is no note around this panel. Use Paste.';

/** @returns {Host} */
export function pageHost() {
  /** @type {Line | null} */
  let line = null;

  function connect() {
    const page = /** @type {any} */ (window.parent);
    if (page === window || !page.chartside?.attach) throw new Error(NO_PAGE);
    if (line && !line.closed) return line;
    const [ours, theirs] = pair();
    page.chartside.attach(theirs);
    line = new Line(ours);
    line.onchanged = () => host.onchanged();
    line.ongone = () => host.onclosed();
    window.addEventListener('pagehide', ours.close);
    return line;
  }

  /** @param {any} answer @returns {NoteText} */
  const told = ({ kind, label, text, date, missing }) => ({ kind, label, text, date, notices: noticesOf(missing) });

  /** @type {Host} */
  const host = {
    // Nothing is kept on the trainers' site.
    settings: {
      load: async () => ({ settings: {}, refused: [], policy: {}, refusedPolicy: [], facility: { rules: [], synonyms: [], template: null } }),
      save: async () => {},
      watch() {},
    },
    choices: { load: async () => [], save: async () => {} },
    async list() {
      const { texts, pictures } = await connect().ask({ type: 'list' });
      return { texts, unread: 0, origins: [], why: pictureOf(pictures) };
    },
    allow: async () => false,
    read: async (choice) => told(await connect().ask({ type: 'read', key: choice.key })),
    again: async () => (line ? told(await line.ask({ type: 'again' })) : null),
    keep: () => line?.tell({ type: 'keep' }),
    paint: (spans) => line?.tell({ type: 'paint', spans }),
    async show(span) {
      if (!line) return false;
      const at = /** @type {HTMLElement | null} */ (document.activeElement);
      const { ok } = await line.ask({ type: 'show', ...span });
      // Selecting words in a text field took the keyboard out of the panel.
      if (!document.hasFocus()) {
        window.focus();
        at?.focus();
      }
      return ok;
    },
    selection: async () => (line ? (await line.ask({ type: 'selection' })).text : ''),
    clear: () => line?.tell({ type: 'clear' }),
    onchanged() {},
    onclosed() {},
    onasked() {},
  };
  return host;
}

/** Two ends of a port inside one process: what goes in at one comes out at the other, copied, a turn later. */
function pair() {
  /** @typedef {{ heard: ((message: any) => void)[], ended: (() => void)[] }} End */
  /** @type {End} */ const a = { heard: [], ended: [] };
  /** @type {End} */ const b = { heard: [], ended: [] };
  /** @param {End} here @param {End} there */
  const port = (here, there) => ({
    postMessage: (/** @type {any} */ message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => there.heard.forEach((listener) => listener(copy)));
    },
    onMessage: { addListener: (/** @type {(m: any) => void} */ listener) => void here.heard.push(listener) },
    onDisconnect: { addListener: (/** @type {() => void} */ listener) => void here.ended.push(listener) },
    close: () => there.ended.splice(0).forEach((listener) => listener()),
  });
  return /** @type {const} */ ([port(a, b), port(b, a)]);
}
