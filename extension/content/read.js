// @ts-check
/**
 * Reads the text of a page as a reader sees it, with a map back to the places it came from. Changes nothing.
 *
 * These four scripts are the whole of Chartside inside someone else's page (read, anchor, paint, main; injected in
 * that order, on the user's click). They read text, paint ranges and talk to our own panel over its port. They hold
 * no engine, reach no network, store nothing, and add nothing to the page.
 *
 * Offsets count UTF-16 code units, as the DOM counts.
 *
 * @typedef {Text | HTMLTextAreaElement | HTMLInputElement} Source
 * @typedef {{ source: Source, from: number, at: number, length: number }} Run
 *   `text.slice(at, at + length)` is what stood in `source` at `from`. Between runs stands what the layout adds:
 *   line ends, list markers, tabs between cells.
 * @typedef {{ text: string, runs: Run[] }} Reading
 * @typedef {{ kind: 'selection' | 'field' | 'editor' | 'form' | 'page', root: Element, range?: Range, field?: HTMLTextAreaElement,
 *   label: string, focused: boolean, date?: string, extract: Reading }} Found
 */
(() => {
  /** @type {any} */
  const own = (globalThis.chartside ??= {});
  if (own.texts) return;

  const SKIPPED = new Set(
    'SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME FRAME OBJECT EMBED SVG CANVAS AUDIO VIDEO IMG SELECT DATALIST METER PROGRESS'.split(' '),
  );
  /** Parts of an application's frame: in a page they are left out, in what a person selected or typed they are not. */
  const FRAME =
    'nav, aside, button, dialog:not([open]), body > header, body > footer, [role=navigation], [role=banner], [role=complementary],' +
    '[role=contentinfo], [role=menu], [role=menubar], [role=toolbar], [role=tablist], [role=tree], [role=button], [role=search]';
  const SPACE = /[ \t\n\r\f]+/g;

  /**
   * @param {Element} root
   * @param {{ range?: Range, frame?: boolean, sizes?: Map<Element, number> }} [options] `range` clips; `frame: false`
   *   leaves the application's frame out; `sizes` is filled with how much text each element gave.
   * @returns {Reading}
   */
  function extract(root, { range, frame = true, sizes } = {}) {
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
      let done = 0;
      for (const space of data.matchAll(SPACE)) {
        write(data.slice(done, space.index), node, from + done);
        if (whiteSpace === 'pre-line' && space[0].includes('\n')) lineEnd(space[0].split('\n').length - 1);
        else gap ??= space[0][0] === ' ' ? { source: node, from: from + space.index } : { from: 0 };
        done = space.index + space[0].length;
      }
      write(data.slice(done), node, from + done);
    }

    /** @param {Node} node @param {CSSStyleDeclaration | null} style of the element it stands in */
    function walk(node, style) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (style && style.visibility === 'visible') readText(/** @type {Text} */ (node), style.whiteSpace);
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      const element = /** @type {HTMLElement} */ (node);
      const tag = element.tagName.toUpperCase();
      if (tag === 'BR') return lineEnd(breaks + 1);
      if (SKIPPED.has(tag) || (!frame && element !== root && element.matches(FRAME))) return;
      const view = element.ownerDocument.defaultView;
      const own = view && view.getComputedStyle(element);
      if (!own || own.display === 'none' || own.contentVisibility === 'hidden') return;
      const before = at;
      const inline = /^(inline|contents|ruby)/.test(own.display);
      const cell = own.display === 'table-cell';
      const beside = !cell && !inline && style?.display.endsWith('flex') && style.flexDirection.startsWith('row') && !element.firstElementChild;
      const around = /^(P|H[1-6]|PRE|FIELDSET|TABLE|ARTICLE|SECTION)$/.test(tag) ? 2 : 1;
      if (cell) at && last !== '\n' && !breaks && write('\t');
      else if (beside || own.display.startsWith('inline-')) gap ??= { from: 0 };
      else if (!inline) lineEnd(around);
      if (own.display === 'list-item' && own.listStyleType !== 'none' && tag === 'LI' && element.textContent?.trim()) write(marker(element));
      if (tag === 'TEXTAREA' || (tag === 'INPUT' && /^(text|search|number|date)$/.test(/** @type {HTMLInputElement} */ (element).type))) {
        const field = /** @type {HTMLTextAreaElement} */ (element);
        if (own.visibility === 'visible') write(field.value, field);
      } else {
        for (const child of childrenOf(element)) walk(child, own);
      }
      if (beside || own.display.startsWith('inline-')) gap ??= { from: 0 };
      else if (!inline && !cell) lineEnd(around);
      sizes?.set(element, at - before);
    }

    walk(root, null);
    return { text: parts.join(''), runs };
  }

  /** @param {Element} item */
  function marker(item) {
    if (item.parentElement?.tagName !== 'OL') return '- ';
    const list = /** @type {HTMLOListElement} */ (item.parentElement);
    return `${(list.start || 1) + [...list.children].filter((e) => e.tagName === 'LI').indexOf(item)}. `;
  }

  /** What is rendered inside an element: its shadow tree, what a slot was given, or its children. @param {Element} element */
  function childrenOf(element) {
    const slot = /** @type {HTMLSlotElement} */ (element);
    if (element.tagName === 'SLOT' && slot.assignedNodes().length) return slot.assignedNodes();
    if (element.tagName === 'DETAILS' && !element.hasAttribute('open')) return [...element.children].filter((e) => e.tagName === 'SUMMARY');
    return (shadowOf(element) ?? element).childNodes;
  }

  /** @param {Element} element @returns {ShadowRoot | null} */
  function shadowOf(element) {
    const dom = globalThis.chrome?.dom; // closed roots too, where the browser lets us
    return (dom && element instanceof HTMLElement ? dom.openOrClosedShadowRoot(element) : element.shadowRoot) ?? null;
  }

  /** @param {HTMLTextAreaElement} field @returns {Reading} */
  function inField(field, from = 0, to = field.value.length) {
    return { text: field.value.slice(from, to), runs: [{ source: field, from, at: 0, length: to - from }] };
  }

  /** This document and those of its frames that are of the same origin, but for frames in an application's own parts. @param {Document} doc @returns {Document[]} */
  function documents(doc) {
    const inner = [...doc.querySelectorAll('iframe, frame')].map((frame) => {
      try {
        const child = /** @type {HTMLIFrameElement} */ (frame).contentDocument;
        return child && frame.checkVisibility() && !frame.closest(FRAME) ? documents(child) : [];
      } catch {
        return [];
      }
    });
    return [doc, ...inner.flat()];
  }

  /** Elements that match, inside open shadow trees too. @param {Document | ShadowRoot} scope @param {string} selector @returns {HTMLElement[]} */
  function all(scope, selector) {
    const here = /** @type {HTMLElement[]} */ ([...scope.querySelectorAll(selector)]);
    for (const element of scope.querySelectorAll('*')) {
      const shadow = element.localName.includes('-') || element.shadowRoot ? shadowOf(element) : null;
      if (shadow) here.push(...all(shadow, selector));
    }
    return here;
  }

  /** From the body down to the element that holds nearly all of the text. @param {Element} body @param {Map<Element, number>} sizes */
  function noteRoot(body, sizes) {
    for (let root = body; ; ) {
      const whole = sizes.get(root) ?? 0;
      const child = [...childrenOf(root)].find((c) => (sizes.get(/** @type {Element} */ (c)) ?? 0) > 0.75 * whole);
      if (!child || /^(P|PRE|LI|UL|OL|TABLE|TBODY|FORM)$/.test(root.tagName)) return root;
      root = /** @type {Element} */ (child);
    }
  }

  /** A name for a text, from the page's own words. @param {Element} root */
  function labelOf(root) {
    const field = /** @type {HTMLTextAreaElement} */ (root);
    const legend = root.closest('fieldset')?.querySelector('legend');
    const heading = 'h1, h2, h3, h4, [role=heading], caption';
    const around = root.closest('article, section, main, [role=main], [role=dialog]')?.querySelector(heading);
    const near = root.tagName === 'TEXTAREA' ? legend : root.querySelector('h1') ?? around ?? root.querySelector(heading);
    const named = root.ownerDocument.getElementById(root.getAttribute('aria-labelledby') ?? '');
    const words = root.getAttribute('aria-label') || named?.textContent || field.labels?.[0]?.textContent || near?.textContent || field.placeholder || '';
    return words.replace(SPACE, ' ').trim().slice(0, 80);
  }

  /** A date that the page itself marks as one, if it marks only one about this text. @param {Element} root */
  function dateOf(root) {
    const marks = new Set([...(root.closest('article, section') ?? root).querySelectorAll('time[datetime]')].map((t) => t.getAttribute('datetime')?.slice(0, 10)));
    const [date] = marks;
    return marks.size === 1 && date && /^\d{4}-\d\d-\d\d$/.test(date) ? date : undefined;
  }

  /** How much a character written in a box counts against one of the page: a large box is there for the note. @param {HTMLElement} box */
  const weight = (box) => (box.clientWidth * box.clientHeight > 0.2 * innerWidth * innerHeight ? 5 : 1.5);

  /**
   * Every text on the page that could be the note, the likeliest first: what is selected, the field in focus, the
   * largest field or form, the rendered note, the blocks it is made of.
   * @returns {Found[]}
   */
  own.texts = function texts() {
    /** @type {(Found & { rank: number })[]} */
    const found = [];
    /** @param {Omit<Found, 'label' | 'extract' | 'focused'> & { focused?: boolean, extract: Reading }} entry @param {number} rank */
    const add = (entry, rank) => {
      const { text } = entry.extract;
      if (!text.trim() || found.some((f) => f.extract.text === text)) return;
      found.push({ focused: false, label: labelOf(entry.field ?? entry.root), date: dateOf(entry.root), ...entry, rank });
    };
    for (const doc of documents(document)) {
      if (!doc.body || !doc.defaultView) continue;
      let active = doc.activeElement;
      while (active && shadowOf(active)?.activeElement) active = shadowOf(active)?.activeElement ?? null;
      const selection = doc.getSelection();
      const range = selection?.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
      if (range && range.toString().trim().includes(' ')) {
        const inside = range.commonAncestorContainer;
        const root = inside.nodeType === Node.ELEMENT_NODE ? /** @type {Element} */ (inside) : inside.parentElement;
        if (root) add({ kind: 'selection', root, range: range.cloneRange(), extract: extract(root, { range }) }, 1e9);
      }
      const fields = /** @type {HTMLTextAreaElement[]} */ (all(doc, 'textarea')).filter((f) => f.value.trim() && f.checkVisibility());
      for (const field of fields) {
        const [from, to] = [field.selectionStart, field.selectionEnd];
        const shown = own.selected?.field === field && own.selected.start === from && own.selected.end === to; // our own doing
        const focused = field === active;
        const part = inField(field, from, to);
        if (focused && !shown && part.text.trim().includes(' ')) add({ kind: 'selection', root: field, field, extract: part }, 1e9);
        add({ kind: 'field', root: field, field, focused, extract: inField(field) }, focused ? 1e8 : weight(field) * field.value.length);
      }
      const editors = all(doc, '[contenteditable]').filter((e) => e.isContentEditable && !e.parentElement?.isContentEditable);
      if (doc.designMode === 'on') editors.push(doc.body);
      for (const root of editors) {
        const text = extract(root);
        const focused = root.contains(active) && (doc.body !== root || doc.hasFocus());
        add({ kind: 'editor', root, focused, extract: text }, focused ? 1e8 : weight(root) * text.text.length);
      }
      if (fields.length > 1) {
        let root = /** @type {Element | null} */ (fields[0].parentElement);
        while (root && !fields.every((f) => root?.contains(f))) root = root.parentElement;
        if (root && root !== doc.body) add({ kind: 'form', root, extract: extract(root, { frame: false }) }, 1.4 * fields.reduce((n, f) => n + f.value.length, 0));
      }
      const sizes = new Map();
      extract(doc.body, { frame: false, sizes });
      const root = noteRoot(doc.body, sizes);
      const text = extract(root, { frame: false });
      if (!editors.includes(/** @type {HTMLElement} */ (root))) add({ kind: 'page', root, extract: text }, text.text.length);
      // A list of notes: each may be the one.
      const blocks = /** @type {Element[]} */ ([...childrenOf(root)].filter((c) => /^(DIV|SECTION|ARTICLE|LI|TR|TBODY)$/.test(c.nodeName) && (sizes.get(/** @type {Element} */ (c)) ?? 0) > 240));
      if (blocks.length > 1) for (const block of blocks.slice(0, 60)) add({ kind: 'page', root: block, extract: extract(block, { frame: false }) }, 0);
    }
    return found.sort((a, b) => b.rank - a.rank);
  };

  /** The same text, read anew. @param {Found} found @returns {Reading} */
  own.again = (found) => {
    if (found.field) return inField(found.field);
    return extract(found.root, { range: found.range, frame: found.kind === 'editor' || found.kind === 'selection' });
  };
})();
