// @ts-check
/**
 * Reads the text of an element as a person sees it, with a map back to the places it came from. Changes nothing.
 *
 * These six scripts are the whole of Chartside inside someone else's page (read, find, partial, anchor, paint, main;
 * injected in that order, on the user's click). They read text, paint ranges and talk to our own panel over its port. They hold
 * no engine, reach no network, store nothing, and add nothing to the page.
 *
 * Offsets count UTF-16 code units, as the DOM counts. A `Reading` (globals.d.ts) is a text and its runs: for each,
 * `text.slice(at, at + length)` is what stood in `source` at `from`. Between runs stands what the layout adds: line
 * ends, list markers, tabs between cells.
 */
(() => {
  // An element of the page with such an id would answer to the name.
  if (!Object.hasOwn(globalThis, 'chartside')) Object.defineProperty(globalThis, 'chartside', { value: {}, configurable: true });
  /** @type {any} */
  const own = globalThis.chartside;
  if (own.extract) return;

  /** @param {any} type @param {string} name @returns {(node: any) => any} */
  const getter = (type, name) => {
    const { get } = /** @type {any} */ (Object.getOwnPropertyDescriptor(type.prototype, name));
    return (node) => get.call(node);
  };
  /** @param {any} type @param {string} name @returns {(node: any, ...rest: any[]) => any} */
  const method = (type, name) => (node, ...rest) => type.prototype[name].apply(node, rest);

  // A form answers to the names of its fields and a document to those of its images (`<input name="parentNode">`), also
  // when we ask: nodes are read by the platform's own getters.
  const dom = (own.dom = {
    tag: (/** @type {any} */ element) => /** @type {string} */ (tagName(element)).toUpperCase(),
    document: getter(Node, 'ownerDocument'),
    parent: getter(Node, 'parentNode'),
    nodes: getter(Node, 'childNodes'),
    text: getter(Node, 'textContent'),
    root: method(Node, 'getRootNode'),
    contains: method(Node, 'contains'),
    connected: getter(Node, 'isConnected'),
    children: getter(Element, 'children'),
    attribute: method(Element, 'getAttribute'),
    matches: method(Element, 'matches'),
    closest: method(Element, 'closest'),
    box: method(Element, 'getBoundingClientRect'),
    seen: method(Element, 'checkVisibility'),
    width: getter(Element, 'clientWidth'),
    height: getter(Element, 'clientHeight'),
    scrollHeight: getter(Element, 'scrollHeight'),
    scrollTop: getter(Element, 'scrollTop'),
    scrollBy: method(Element, 'scrollBy'),
    view: getter(Document, 'defaultView'),
    body: getter(Document, 'body'),
    scroller: getter(Document, 'scrollingElement'),
    active: getter(Document, 'activeElement'),
    hidden: getter(Document, 'hidden'),
    focused: method(Document, 'hasFocus'),
    selection: method(Document, 'getSelection'),
    range: method(Document, 'createRange'),
    /** @param {any} scope a document, a shadow root or an element @param {string} selector @returns {any[]} */
    all: (scope, selector) => [...(scope.nodeType === Node.DOCUMENT_NODE ? inDocument : scope.nodeType === Node.ELEMENT_NODE ? inElement : inFragment)(scope, selector)],
    shadow: shadowOf,
    outward,
  });
  const tagName = getter(Element, 'tagName');
  const inDocument = method(Document, 'querySelectorAll');
  const inElement = method(Element, 'querySelectorAll');
  const inFragment = method(DocumentFragment, 'querySelectorAll');
  const openShadow = getter(Element, 'shadowRoot');

  const SKIPPED = new Set(
    'SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME FRAME OBJECT EMBED SVG CANVAS AUDIO VIDEO IMG SELECT DATALIST METER PROGRESS'.split(' '),
  );
  /** Parts of an application's frame: in a page they are left out, in what a person selected or typed they are not. */
  own.FRAME =
    'nav, aside, button, dialog:not([open]), body > header, body > footer, [role=navigation], [role=banner], [role=complementary],' +
    '[role=contentinfo], [role=menu], [role=menubar], [role=toolbar], [role=tablist], [role=tree], [role=button], [role=search]';
  const SPACE = /[ \t\n\r\f]+/g;
  /** A blank line between words: an application put the note's own lines there. Source code is not written so. */
  const BLANK = /\S[ \t]*\n[ \t]*\r?\n\s*\S/;
  const PDF_LAYER = '.textLayer';

  /** What is rendered inside an element: its shadow tree, what a slot was given, or its children. @param {Element} element @returns {any} */
  function childrenOf(element) {
    const tag = dom.tag(element);
    const slot = /** @type {HTMLSlotElement} */ (element);
    if (tag === 'SLOT' && slot.assignedNodes().length) return slot.assignedNodes();
    if (tag === 'DETAILS' && !element.hasAttribute('open')) return [...element.children].filter((e) => dom.tag(e) === 'SUMMARY');
    return dom.nodes(shadowOf(element) ?? element);
  }

  /** Closed shadow trees too, where the browser lets us. @param {any} element @returns {ShadowRoot | null} */
  function shadowOf(element) {
    try {
      return element.openOrClosedShadowRoot ?? globalThis.chrome?.dom?.openOrClosedShadowRoot(element) ?? openShadow(element);
    } catch {
      return openShadow(element); // not an HTML element
    }
  }

  /** One step out, through shadow trees and frames. @param {any} node @returns {Element | null} */
  function outward(node) {
    if (!node) return null;
    const root = dom.parent(node) ?? node;
    if (root.nodeType === Node.ELEMENT_NODE) return root;
    if (root.nodeType === Node.DOCUMENT_NODE) return dom.view(root)?.frameElement ?? null;
    return root.host ?? null;
  }

  /** @param {Element} item */
  function marker(item) {
    const list = /** @type {HTMLOListElement} */ (item.parentElement);
    if (!list || dom.tag(list) !== 'OL') return '- ';
    return `${(list.start || 1) + [...list.children].filter((e) => dom.tag(e) === 'LI').indexOf(item)}. `;
  }

  /**
   * @param {Element} root
   * @param {{ range?: Range, frame?: boolean, lines?: boolean, sizes?: Map<Element, number> }} [options] `range` clips;
   *   `frame: false` leaves the application's frame out; `lines: true` takes line ends in the data for line ends;
   *   `sizes` is filled with how much text each element gave.
   * @returns {Reading}
   */
  own.extract = function extract(root, { range, frame = true, lines = false, sizes } = {}) {
    /** @type {string[]} */
    const parts = [];
    /** @type {Run[]} */
    const runs = [];
    let at = 0;
    let breaks = 0; // line ends owed before the next text
    let gap = /** @type {{ source?: Source, from: number } | null} */ (null); // a collapsed space owed before it
    let last = ''; // last character written

    /** @param {string} text @param {Source} [source] @param {number} [from] */
    function write(text, source, from = 0) {
      if (!text) return;
      const owed = at === 0 ? '' : breaks ? '\n'.repeat(breaks) : '';
      breaks = 0;
      if (owed) put(owed);
      else if (gap && at && last !== '\n' && last !== '\t') put(' ', gap.source, gap.from);
      gap = null;
      put(text, source, from);
    }
    /** @param {string} text @param {Source} [source] @param {number} [from] */
    function put(text, source, from = 0) {
      const run = runs.at(-1);
      if (source && run?.source === source && run.from + run.length === from && run.at + run.length === at) run.length += text.length;
      else if (source) runs.push({ source, from, at, length: text.length });
      parts.push(text);
      at += text.length;
      last = text[text.length - 1];
    }
    /** @param {number} n */
    const lineEnd = (n) => {
      breaks = Math.max(breaks, n);
      gap = null;
    };

    /** @param {Text} node @param {string} whiteSpace */
    function readText(node, whiteSpace) {
      let from = 0;
      let to = node.length;
      if (range) {
        if (!range.intersectsNode(node)) return;
        if (node === range.startContainer) from = range.startOffset;
        if (node === range.endContainer) to = range.endOffset;
      }
      const data = node.data.slice(from, to);
      if (/^(?!pre-line)(pre|break-spaces)/.test(whiteSpace)) return write(data, node, from);
      const kept = lines || whiteSpace === 'pre-line' || BLANK.test(data);
      let done = 0;
      for (const space of data.matchAll(SPACE)) {
        write(data.slice(done, space.index), node, from + done);
        if (kept && space[0].includes('\n')) lineEnd(space[0].split('\n').length - 1);
        else gap ??= space[0][0] === ' ' ? { source: node, from: from + space.index } : { from: 0 };
        done = space.index + space[0].length;
      }
      write(data.slice(done), node, from + done);
    }

    /**
     * The text that pdf.js lays over the picture of a page: pieces of lines, each at its own place, in the order of the
     * document. What belongs together is told by where they stand.
     * @param {any} node @param {{ box: DOMRect | null }} before
     */
    function readLayer(node, before) {
      for (const child of dom.nodes(node)) {
        if (child.nodeType === Node.ELEMENT_NODE) {
          if (dom.tag(child) === 'BR') lineEnd(breaks || 1);
          else if (!dom.matches(child, '.endOfContent, [aria-hidden=true]')) readLayer(child, before);
        }
        if (child.nodeType !== Node.TEXT_NODE || !/\S/.test(child.data)) {
          if (child.nodeType === Node.TEXT_NODE && child.data && !breaks) gap ??= { source: child, from: 0 };
          continue;
        }
        const box = /** @type {DOMRect} */ (dom.box(node));
        const was = before.box;
        if (was && box.height) {
          const shared = Math.min(box.bottom, was.bottom) - Math.max(box.top, was.top);
          if (shared < 0.4 * Math.min(box.height, was.height)) lineEnd(box.top - was.bottom > 0.8 * box.height ? 2 : 1);
          else if (!breaks && Math.abs(box.left - was.right) > 0.12 * box.height) gap ??= { from: 0 };
        }
        readText(child, 'normal');
        before.box = box;
      }
    }

    /** @param {any} node @param {CSSStyleDeclaration | null} style of the element it stands in */
    function walk(node, style) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (style && style.visibility === 'visible') readText(node, style.whiteSpace);
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      const element = /** @type {HTMLElement} */ (node);
      const tag = dom.tag(element);
      if (tag === 'BR') return lineEnd(breaks + 1);
      if (SKIPPED.has(tag) || (!frame && element !== root && dom.matches(element, own.FRAME))) return;
      const view = dom.view(dom.document(element));
      const css = view && view.getComputedStyle(element);
      if (!css || css.display === 'none' || css.contentVisibility === 'hidden') return;
      const before = at;
      const inline = /^(inline|contents|ruby)/.test(css.display);
      const cell = css.display === 'table-cell';
      const beside = !cell && !inline && style?.display.endsWith('flex') && style.flexDirection.startsWith('row') && !dom.children(element).length;
      const around = /^(P|H[1-6]|PRE|FIELDSET|TABLE|ARTICLE|SECTION)$/.test(tag) ? 2 : 1;
      if (cell) at && last !== '\n' && !breaks && write('\t');
      else if (beside || css.display.startsWith('inline-')) gap ??= { from: 0 };
      else if (!inline) lineEnd(around);
      if (css.display === 'list-item' && css.listStyleType !== 'none' && tag === 'LI' && /\S/.test(dom.text(element))) write(marker(element));
      if (tag === 'TEXTAREA' || (tag === 'INPUT' && /^(text|search|number|date)$/.test(/** @type {HTMLInputElement} */ (element).type))) {
        const field = /** @type {HTMLTextAreaElement} */ (element);
        if (css.visibility === 'visible') write(field.value, field);
      } else if (dom.matches(element, PDF_LAYER)) {
        readLayer(element, { box: null });
        lineEnd(2);
      } else {
        for (const child of childrenOf(element)) walk(child, css);
      }
      if (beside || css.display.startsWith('inline-')) gap ??= { from: 0 };
      else if (!inline && !cell) lineEnd(around);
      sizes?.set(element, at - before);
    }

    walk(root, null);
    return { text: parts.join(''), runs };
  };

  /** @param {HTMLTextAreaElement} field @returns {Reading} */
  own.inField = (field, from = 0, to = field.value.length) => ({
    text: field.value.slice(from, to),
    runs: [{ source: field, from, at: 0, length: to - from }],
  });

  /** Texts that make one note, each under its heading. @param {{ heading: string, reading: Reading }[]} parts @returns {Reading} */
  own.join = (parts) => {
    let text = '';
    /** @type {Run[]} */
    const runs = [];
    for (const { heading, reading } of parts) {
      if (text) text += text.endsWith('\n') ? '\n' : '\n\n';
      if (heading) text += `${heading}\n`;
      for (const run of reading.runs) runs.push({ ...run, at: run.at + text.length });
      text += reading.text;
    }
    return { text, runs };
  };

  own.childrenOf = childrenOf;
})();
