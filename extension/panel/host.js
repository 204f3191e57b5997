// @ts-check
/** Questions and answers over a port to the scripts in a page (`content/main.js` has the messages). */

/** @import { Choice, NoteText, Span, Tier } from './types' */

/**
 * @typedef {{
 *   postMessage(message: any): void,
 *   onMessage: { addListener(listener: (message: any) => void): void },
 *   onDisconnect: { addListener(listener: () => void): void },
 * }} Port
 */

/** A page busy with a dialog of its own does not answer at all. */
const PATIENCE = 15_000;

export const GONE = 'The page moved on while it was being read. Open the note again and scan again.';
export const RELOAD = 'Chartside was updated after this page was opened. Reload this page and scan again.';
const UNREAD = 'This page could not be read. Select the text and scan again, or paste it.';
const SILENT = 'The page does not answer. Close any dialog on it, or reload it, and scan again.';

export class Line {
  #port;
  #count = 0;
  closed = false;
  /** Whether the page has ever answered. */
  heard = false;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  #asked = new Map();
  onchanged = () => {};
  /** The frame that held the text has moved on. */
  ongone = () => {};
  onclosed = () => {};

  /** @param {Port} port */
  constructor(port) {
    this.#port = port;
    port.onMessage.addListener((message) => {
      this.heard = true;
      if (message.type === 'changed') return this.onchanged();
      if (message.type === 'gone') return this.ongone();
      const asked = this.#asked.get(message.ask);
      if (message.type === 'failed') asked?.reject(new Error(UNREAD));
      else asked?.resolve(message);
      this.#asked.delete(message.ask);
    });
    port.onDisconnect.addListener(() => {
      this.closed = true;
      for (const { reject } of this.#asked.values()) reject(new Error(GONE));
      this.#asked.clear();
      this.onclosed();
    });
  }

  /** @param {Record<string, unknown>} message @returns {Promise<any>} */
  ask(message) {
    const ask = ++this.#count;
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error(GONE));
      const timer = setTimeout(() => this.#asked.delete(ask) && reject(new Error(SILENT)), PATIENCE);
      const done = () => clearTimeout(timer);
      this.#asked.set(ask, { resolve: (answer) => (done(), resolve(answer)), reject: (error) => (done(), reject(error)) });
      this.#port.postMessage({ ...message, ask });
    });
  }

  /** @param {Record<string, unknown>} message */
  tell(message) {
    if (!this.closed) this.#port.postMessage(message);
  }
}

/** What the reader is told of a text that is not all there. @param {{ kind: string, read?: number, of?: number }[]} missing @returns {string[]} */
export const noticesOf = (missing) => missing.map(({ kind, read, of }) => {
  switch (kind) {
    case 'several': return `${of} notes are open on this page, and one of them was read. Choose another above, or select text on the page.`;
    case 'rows': return 'Only the rows that are on the screen can be read here. Scroll to the rest and scan again, or paste the whole note.';
    case 'pages': return `${read} of ${of} pages of this document could be read. Scroll through it and scan again; pages that are pictures have no text.`;
    default: return '';
  }
}).filter(Boolean);

/** Why nothing was found, where the page shows it. @param {{ kind: string }[]} pictures @returns {string} */
export function pictureOf(pictures) {
  if (pictures.some(({ kind }) => kind === 'viewer')) return 'The browser’s PDF viewer keeps its text to itself. Select the text there, copy it, and use Paste.';
  if (pictures.some(({ kind }) => kind === 'picture')) return 'This page shows a picture: it holds no text that can be read. Open the note as text, or type or paste it under Paste.';
  return '';
}
