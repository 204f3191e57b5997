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
const UNREAD = 'This page could not be read. Select the text and scan again, or paste it.';
const SILENT = 'The page does not answer. Close any dialog on it, or reload it, and scan again.';

export class Line {
  #port;
  #count = 0;
  closed = false;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  #asked = new Map();
  onchanged = () => {};
  onclosed = () => {};

  /** @param {Port} port */
  constructor(port) {
    this.#port = port;
    port.onMessage.addListener((message) => {
      if (message.type === 'changed') return this.onchanged();
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
