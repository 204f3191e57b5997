// @ts-check
/**
 * The note in a tab, reached through the extension. The panel puts the content scripts into the tab's frames (the
 * toolbar click granted it) and opens a port to each: the other way round, a page's frame could be mistaken for
 * another's, and the background script would hear.
 */

import { GONE, Line, RELOAD, noticesOf, pictureOf } from './host.js';
import { load, saveSettings, watch } from './store.js';

/** @import { Choice, Host, NoteText, Span, Tier } from './types' */

const SCRIPTS = ['read', 'find', 'partial', 'anchor', 'paint', 'main'].map((name) => `/content/${name}.js`);
const STYLE = '/content/paint.css';
const NOT_ALLOWED = 'Chartside may not read this page yet. Click its button in the toolbar, or press its shortcut, while the note is in front.';
const NOT_OF_YOURS = 'Your organization lets Chartside read certain sites only, and this is none of them. Use Paste, or ask those who manage it.';
const UNREADABLE = "The browser keeps extensions out of this page (its own pages, its PDF viewer, its store). Copy the text and use Paste.";
const NO_TAB = 'This panel belongs to no tab. Click the Chartside button while the note is in front, or use Paste.';

/** The sites that an organization lets be read; null for any. @type {readonly string[] | null} */
let allowed = null;
const may = (/** @type {string} */ origin) => allowed === null || allowed.includes(origin);

/**
 * @param {number} tabId
 * @returns {Host}
 */
export function extensionHost(tabId) {
  /** By document, so that a frame that has navigated gets a line of its own. @type {Map<string, Line>} */
  const lines = new Map();
  /** @type {Line | null} */
  let open = null;
  let reading = false;
  /** @param {any} answer @returns {NoteText} */
  const told = ({ kind, label, text, date, missing }) => ({ kind, label, text, date, notices: noticesOf(missing) });

  /** @type {Host} */
  const host = {
    settings: {
      async load() {
        const loaded = await load();
        allowed = loaded.policy.allowedOrigins ?? null;
        return loaded;
      },
      save: saveSettings,
      watch,
    },
    choices: {
      load: async () => /** @type {any} */ ((await chrome.storage.local.get('choices')).choices ?? []),
      save: (choices) => chrome.storage.local.set({ choices }),
    },

    async list() {
      await connect();
      const all = await Promise.all([...lines].map(async ([id, line]) => {
        try {
          return { id, ...(await line.ask({ type: 'list' })) };
        } catch (error) {
          if (line === open || lines.size <= 1) throw error;
          return { id, texts: [] }; // another frame went; the note is not in it
        }
      }));
      const answers = all.filter(({ origin }) => !origin || may(origin));
      const texts = answers.flatMap(({ id, texts }) => texts.map((/** @type {any} */ t) => ({ ...t, key: `${id} ${t.key}` })));
      texts.sort((a, b) => b.rank - a.rank);
      // A frame of another site that has a script of ours is read by that. (It may have moved on since its address was set.)
      const inner = answers.flatMap(({ origin }) => (origin ? [origin] : []));
      const seen = answers.flatMap(({ strangers }) => strangers ?? []);
      const strangers = seen.filter((origin) => !inner.includes(origin));
      const unread = Math.max(0, seen.length - inner.length);
      return { texts, unread, origins: unread ? [...new Set(strangers.filter((o) => /^https?:/.test(o)))] : [], why: pictureOf(answers.flatMap((a) => a.pictures ?? [])) };
    },

    async allow(origins) {
      // A match pattern has no port.
      const patterns = origins.filter(may).map((o) => `${new URL(o).protocol}//${new URL(o).hostname}/*`);
      return patterns.length > 0 && chrome.permissions.request({ origins: patterns });
    },

    async read(choice) {
      const [id, key] = choice.key.split(' ');
      const line = lines.get(id);
      if (!line) throw new Error(GONE);
      if (open !== line) open?.tell({ type: 'clear' });
      open = line;
      reading = true;
      try {
        return told(await line.ask({ type: 'read', key }));
      } finally {
        reading = false;
      }
    },

    again: async () => (open ? told(await open.ask({ type: 'again' })) : null),

    keep: () => open?.tell({ type: 'keep' }),

    paint: (spans) => open?.tell({ type: 'paint', spans }),

    async show(span) {
      if (!open) return false;
      return (await open.ask({ type: 'show', ...span })).ok;
    },

    async selection() {
      const answers = await Promise.all([...lines.values()].map((line) => line.ask({ type: 'selection' }).catch(() => ({ text: '' }))));
      return answers.find(({ text }) => text)?.text ?? '';
    },

    clear() {
      for (const line of lines.values()) line.tell({ type: 'clear' });
      open = null;
    },

    onchanged() {},
    onclosed() {},
    onasked() {},
  };

  async function connect() {
    if (!Number.isInteger(tabId)) throw new Error(NO_TAB);
    if (allowed) {
      const { url } = await chrome.tabs.get(tabId).catch(() => ({ url: undefined }));
      if (!url || !may(new URL(url).origin)) throw new Error(url ? NOT_OF_YOURS : NOT_ALLOWED);
    }
    const target = { tabId, allFrames: true };
    /** @type {chrome.scripting.InjectionResult<unknown>[]} */
    let frames;
    try {
      // At once: else a frame that never finishes loading (a lazy one out of sight) would keep all the others waiting.
      frames = await chrome.scripting.executeScript({ target, files: SCRIPTS, injectImmediately: true });
    } catch (error) {
      const why = String(error);
      if (/No tab with id|Invalid tab ID/i.test(why)) throw new Error(NO_TAB);
      // A frame that goes away between the listing of frames and their turn.
      if (/frame|removed|navigat/i.test(why) && !/cannot access|cannot be scripted|permission/i.test(why)) throw new Error(GONE);
      throw new Error(/chrome:\/\/|gallery|store|extension/i.test(why) && !/must request permission/i.test(why) ? UNREADABLE : NOT_ALLOWED);
    }
    // Firefox answers with nothing, rather than an error, for pages of its own.
    frames = frames.filter((frame) => frame?.documentId);
    if (!frames.length) throw new Error(UNREADABLE);
    if (frames.some(({ result }) => result === 'orphan')) throw new Error(RELOAD);
    const added = frames.filter(({ documentId }) => !lines.has(documentId));
    for (const { documentId } of added) {
      const port = chrome.tabs.connect(tabId, { name: 'chartside', documentId });
      port.onDisconnect.addListener(() => void chrome.runtime.lastError); // why it closed does not matter
      const line = new Line(port);
      line.onchanged = () => line === open && host.onchanged();
      line.ongone = () => {
        if (line !== open) return;
        open = null;
        host.onclosed();
      };
      line.onclosed = () => {
        lines.delete(documentId);
        if (line !== open) return;
        open = null;
        if (!reading) host.onclosed();
      };
      lines.set(documentId, line);
    }
    if (added.length) {
      // Chromium paints the colours of a highlight only where an author's sheet gives them, and such a sheet does not
      // reach into shadow trees; a user's sheet does, and there at least the line under the words is painted.
      const documentIds = added.map((f) => f.documentId);
      const sheet = { target: { tabId, documentIds }, files: [STYLE] };
      await Promise.all([
        chrome.scripting.insertCSS({ ...sheet, origin: 'USER' }),
        chrome.scripting.insertCSS({ ...sheet, origin: 'AUTHOR' }),
      ]).catch(() => {});
    }
  }

  chrome.runtime.onMessage.addListener((message, sender) => {
    if (sender.id === chrome.runtime.id && message?.type === 'clicked' && message.tab === tabId) host.onasked();
  });

  return host;
}
