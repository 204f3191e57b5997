// @ts-check
/**
 * The port to the panel: it asks, this answers. The panel opens the port (a page cannot); when it closes, everything
 * of ours in the page is gone.
 *
 *   list                       -> texts { texts: [{ key, kind, label, words, focused, rank, shape }], strangers, origin, pictures }
 *   read { key }               -> text { key, kind, label, text, date, missing }    and, once, `changed` when it is edited
 *   again                      -> text …     the text that is open, as it stands now; empty if it is gone
 *   keep                       -> (nothing)       what `again` gave is the open text from now on: spans are of it
 *   paint { spans }            -> (nothing)       spans: [{ start, end, tier }]
 *   show { start, end }        -> shown { ok }
 *   selection                  -> selected { text }   what is selected now; empty where nothing is
 *   clear                      -> (nothing)       forgets the text and unpaints
 *
 * Every question carries a number `ask`, and its answer the same. What cannot be answered is answered `failed`. `gone`
 * is told when the frame that holds the open text has moved on.
 */
(() => {
  /** @type {any} */
  const own = globalThis.chartside;
  const runtime = globalThis.chrome?.runtime;
  if (own.attach) return own.alive() ? 'ready' : 'orphan';
  const { dom } = own;

  /** Edits are told of when they have paused this long, or have gone on for this long. */
  const PAUSE = 600;
  const LONGEST = 5000;
  /** What is painted is sought anew when the page has been still this long. */
  const SETTLED = 150;

  /** A frame of the same origin is read by the frame it stands in. */
  function isRead() {
    try {
      return window.parent !== window && !!window.parent.document;
    } catch {
      return false;
    }
  }

  /**
   * Tells of edits of a text, and of nothing while the page is hidden: then nothing of this runs.
   * @param {any} found
   * @param {{ edited: () => void, changed: () => void, gone: () => void }} tell `edited` at once, `changed` after a pause
   * @returns {[end: () => void, touch: () => void]} an end to it, and a way to say that it was edited
   */
  function watch(found, { edited, changed, gone }) {
    const roots = found.roots ?? [found.root];
    const view = dom.view(dom.document(found.root));
    let [timer, since] = [0, 0];
    const soon = () => {
      if (!own.alive()) return own.destroy();
      edited();
      since ||= performance.now();
      clearTimeout(timer);
      timer = setTimeout(() => ((since = 0), changed()), Math.min(PAUSE, Math.max(0, since + LONGEST - performance.now())));
    };
    const observer = new MutationObserver(soon);
    const on = () => {
      for (const root of roots) {
        observer.observe(root, { subtree: true, childList: true, characterData: true });
        root.addEventListener('input', soon);
        const frame = dom.view(dom.document(root));
        if (frame !== window) frame?.addEventListener('pagehide', gone);
        // Whether it, or something that it stands in, is taken away.
        for (let at = root; at; at = dom.outward(at)) observer.observe(dom.parent(at) ?? at, { childList: true });
      }
    };
    const off = () => {
      clearTimeout(timer);
      since = 0;
      observer.disconnect();
      for (const root of roots) {
        root.removeEventListener('input', soon);
        dom.view(dom.document(root))?.removeEventListener('pagehide', gone);
      }
    };
    const turn = () => {
      off();
      if (dom.hidden(document)) return;
      on();
      if (own.again(found)?.extract.text !== found.extract.text) soon();
    };
    document.addEventListener('visibilitychange', turn);
    if (!dom.hidden(document)) on();
    const end = () => {
      off();
      document.removeEventListener('visibilitychange', turn);
      view?.removeEventListener('pagehide', gone);
    };
    return [end, soon];
  }

  /** @type {Set<() => void>} */
  const sessions = new Set();

  /** @param {any} port with postMessage, onMessage, onDisconnect */
  own.attach = (port) => {
    const painter = own.painter();
    /** @type {Map<string, any>} */
    let texts = new Map();
    /** @type {any} */
    let open = null;
    /** The same read anew, until the panel takes it. @type {any} */
    let next = null;
    /** @type {any[]} */
    let spans = [];
    let [told, settling] = [false, 0];
    let unwatch = () => {};
    let touch = () => {};

    const clear = () => {
      unwatch();
      unwatch = () => {};
      clearTimeout(settling);
      painter.clear();
      texts = new Map();
      open = next = null;
      spans = [];
    };
    const end = () => {
      clear();
      sessions.delete(end);
    };
    sessions.add(end);

    const repaint = () => open && painter.paint(own.resolver(open), spans);
    /** @param {any} found */
    const take = (found) => {
      unwatch();
      // What was painted was painted by the places of the text before.
      spans = [];
      painter.forget();
      open = found;
      told = false;
      [unwatch, touch] = watch(found, {
        edited() {
          // Before the page is drawn again: what is no longer on its words is unpainted. Then it is sought anew.
          painter.check();
          clearTimeout(settling);
          settling = setTimeout(repaint, SETTLED);
        },
        changed() {
          if (!told) port.postMessage({ type: 'changed' });
          told = true;
        },
        gone: () => port.postMessage({ type: 'gone' }),
      });
      next = null;
    };
    /** @param {any} found */
    const textOf = (found) => ({ type: 'text', kind: found.kind, label: found.label, text: found.extract.text, date: found.date, missing: own.missing(found) });
    /** @type {Record<string, (message: any) => any>} */
    const answers = {
      list() {
        const found = isRead() || innerWidth < 2 || innerHeight < 2 ? null : own.texts();
        texts = new Map((found ?? []).map((/** @type {any} */ t) => [keyOf(t), t]));
        const words = (/** @type {string} */ text) => text.match(/\S+/g)?.length ?? 0;
        return {
          type: 'texts',
          origin: found && window.parent !== window ? location.origin : '',
          strangers: found ? own.strangers() : [],
          pictures: found ? own.pictures() : [],
          texts: [...texts].map(([key, t]) => ({ key, kind: t.kind, label: t.label, focused: t.focused, words: words(t.extract.text), rank: t.rank, shape: t.shape })),
        };
      },
      read({ key }) {
        painter.clear();
        const found = texts.get(key);
        if (!found) return { type: 'text', text: '', missing: [] };
        take(found);
        return textOf(found);
      },
      again() {
        next = open && own.again(open);
        return next ? textOf(next) : { type: 'text', text: '', missing: [] };
      },
      keep() {
        if (!next) return;
        const found = next;
        take(found);
        if (own.again(found)?.extract.text !== found.extract.text) touch();
      },
      paint(message) {
        spans = message.spans;
        repaint();
      },
      show({ start, end }) {
        return { type: 'shown', ok: !!open && painter.show(own.resolver(open), { start, end }) };
      },
      selection: () => ({ type: 'selected', text: own.selection() }),
      clear,
    };
    port.onMessage.addListener((/** @type {any} */ message) => {
      let answer;
      try {
        answer = answers[message.type]?.(message);
      } catch {
        answer = { type: 'failed' };
      }
      if (answer) port.postMessage({ ...answer, ask: message.ask });
    });
    port.onDisconnect.addListener(end);
  };

  /** A text keeps its key for as long as its element is there. @param {any} found */
  const keyOf = ({ kind, root }) => {
    if (!numbers.has(root)) numbers.set(root, ++count);
    return `${kind}-${numbers.get(root)}`;
  };
  /** @type {WeakMap<Element, number>} */
  const numbers = new WeakMap();
  let count = 0;

  // In the extension. (On the trainers' site the page's own script calls `attach`.)
  /** @param {chrome.runtime.Port} port */
  const onConnect = (port) => {
    if (port.name === 'chartside') own.attach(port);
  };
  own.keyOf = keyOf;
  /** After an update of the extension a script of the one before has nobody to talk to. */
  const inExtension = !!runtime?.id;
  own.alive = () => !inExtension || !!runtime.id;
  runtime?.onConnect?.addListener(onConnect);
  own.destroy = () => {
    for (const end of sessions) end();
    if (own.alive()) runtime?.onConnect?.removeListener(onConnect);
    Reflect.deleteProperty(globalThis, 'chartside');
  };
  return 'ready';
})();
