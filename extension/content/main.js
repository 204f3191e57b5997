// @ts-check
/**
 * The port to the panel: it asks, this answers. The panel opens the port (a page cannot); when it closes, everything
 * of ours in the page is gone.
 *
 *   list                       -> texts { texts: [{ key, kind, label, words, focused }], frames }
 *   read { key }               -> text { key, kind, label, text, date }       and, once, `changed` when it is edited
 *   paint { spans }            -> (nothing)       spans: [{ start, end, tier }]
 *   show { start, end }        -> shown { ok }
 *   selection                  -> selected { text }   what is selected now; empty where nothing is
 *   clear                      -> (nothing)       forgets the text and unpaints
 *
 * Every question carries a number `ask`, and its answer the same. What cannot be answered is answered `failed`.
 */
(() => {
  /** @type {any} */
  const own = globalThis.chartside;
  if (own.attach) return;

  /** Edits are told of when they have paused this long. */
  const PAUSE = 600;

  /** A frame of the same origin is read by the frame it stands in. */
  function isRead() {
    try {
      return window.parent !== window && !!window.parent.document;
    } catch {
      return false;
    }
  }

  /** @param {any} found @param {() => void} tell @returns {() => void} an end to it */
  function watch(found, tell) {
    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => (document.hidden ? soon() : (end(), tell())), PAUSE);
    };
    const observer = new MutationObserver(soon);
    observer.observe(found.root, { subtree: true, childList: true, characterData: true });
    if (found.root.parentNode) observer.observe(found.root.parentNode, { childList: true });
    found.root.addEventListener('input', soon);
    const end = () => {
      clearTimeout(timer);
      observer.disconnect();
      found.root.removeEventListener('input', soon);
    };
    return end;
  }

  /** @param {any} port with postMessage, onMessage, onDisconnect */
  own.attach = (port) => {
    const painter = own.painter();
    /** @type {any[]} */
    let texts = [];
    /** @type {any} */
    let open = null;
    let unwatch = () => {};

    const clear = () => {
      unwatch();
      painter.clear();
      texts = [];
      open = null;
    };
    /** @type {Record<string, (message: any) => any>} */
    const answers = {
      list() {
        texts = isRead() ? [] : own.texts().slice(0, 40);
        const frames = [...document.querySelectorAll('iframe, frame')].filter((f) => f.checkVisibility() && f.clientHeight > 80).length;
        const words = (/** @type {string} */ text) => text.match(/\S+/g)?.length ?? 0;
        return { type: 'texts', frames, texts: texts.map((t, key) => ({ key, kind: t.kind, label: t.label, focused: t.focused, words: words(t.extract.text) })) };
      },
      read({ key }) {
        unwatch();
        painter.clear();
        open = texts[key] ?? null;
        if (!open) return { type: 'text', text: '' };
        unwatch = watch(open, () => port.postMessage({ type: 'changed' }));
        return { type: 'text', key, kind: open.kind, label: open.label, text: open.extract.text, date: open.date };
      },
      paint({ spans }) {
        if (open) painter.paint(own.resolver(open), spans);
      },
      show({ start, end }) {
        return { type: 'shown', ok: !!open && painter.show(own.resolver(open), { start, end }) };
      },
      selection() {
        return { type: 'selected', text: own.texts().find((/** @type {any} */ t) => t.kind === 'selection')?.extract.text ?? '' };
      },
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
    port.onDisconnect.addListener(clear);
  };

  // In the extension. (On the trainers' site the page's own script calls `attach`.) An update of the extension closes
  // the port from the other side, which clears what the orphaned script holds.
  const runtime = globalThis.chrome?.runtime;
  /** @param {chrome.runtime.Port} port */
  const onConnect = (port) => {
    if (port.name === 'chartside') own.attach(port);
  };
  runtime?.onConnect?.addListener(onConnect);
  own.destroy = () => {
    runtime?.onConnect?.removeListener(onConnect);
    delete globalThis.chartside;
  };
})();
