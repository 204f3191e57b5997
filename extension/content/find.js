// @ts-check
/**
 * Finds every text in the page that could be the note. Each way in which a page can hold one is an adapter: a function
 * from the page's documents to what it found there. The generic ones come first, then those for one EHR, of a line
 * each; the first adapter to find a text names it.
 *
 * @typedef {{ doc: Document, roots: any[], active: Element | null, all: (selector: string) => any[], boxes: Box[] }} Scope
 *   one document with its shadow trees
 * @typedef {{ root: any, field?: HTMLTextAreaElement, focused: boolean }} Box something a person writes in
 * @typedef {{ kind: 'selection' | 'field' | 'editor' | 'form' | 'note' | 'page' | 'pdf', by: string, root: Element, roots?: Element[], range?: Range,
 *   field?: HTMLTextAreaElement, label: string, focused: boolean, date?: string, several?: number, rank: number, shape?: number, read: () => Reading, extract: Reading }} Found
 *   `roots` are watched for edits; `several`: how many notes of this kind are on the page
 * @typedef {Omit<Found, 'label' | 'extract' | 'focused' | 'by'> & { label?: string, focused?: boolean }} Candidate
 */
(() => {
  /** @type {any} */
  const own = globalThis.chartside;
  if (own.texts) return;
  const { dom, extract, inField, join, childrenOf, FRAME } = own;

  /** More texts than this are not offered. */
  const MOST = 200;
  const SELECTED = 1e9;
  const FOCUSED = 1e8;
  /** What the parts of one note are called. */
  const SECTION = new RegExp(
    '^(form_)?((chief |presenting )?complaints?|cc|hpi|(history of )?present(ing)? illness|interval (history|events)|subjective|review of systems|ros|' +
      '((past|family|social|medical|surgical) )+history|pmh|allergies|medications|vitals?( signs)?|objective|(physical )?exam(ination)?( findings)?|labs?|results|' +
      'assessment( ?(and|&|/) ?plan)?|impressions?|diagnos[ei]s|a ?/ ?p|plan( of care)?|recommendations?|disposition|hospital course|instructions|follow[- ]?up)\\W*\\d*$',
    'i',
  );
  /** Where one EHR keeps its notes, when its page does not say so in a way that the generic adapters understand. */
  const KNOWN = [
    { ehr: 'OSCAR', notes: '.note-contents' },
    { ehr: 'OpenMRS', notes: 'p[class*="noteText"], tr[class*="expanded" i] span[class*="content"]', lines: true },
    { ehr: 'Bahmni', notes: 'pre.chief-notes' },
  ];
  const SPACE = /\s+/g;
  /** Marks without a width or that turn the direction: not in a name. */
  const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
  const HEADING = 'h1, h2, h3, h4, [role=heading], caption';

  /** This document and those of its frames that are of the same origin, but for hidden frames and those in an application's own parts. @param {Document} doc @returns {Scope[]} */
  function scopes(doc) {
    const roots = [doc];
    for (const root of roots) {
      for (const element of dom.all(root, '*')) {
        const shadow = element.localName.includes('-') || element.shadowRoot ? dom.shadow(element) : null;
        if (shadow) roots.push(shadow);
      }
    }
    const all = (/** @type {string} */ selector) => roots.flatMap((root) => dom.all(root, selector));
    let active = dom.active(doc);
    for (let deeper = active; deeper; deeper = deeper && dom.shadow(deeper)?.activeElement) active = deeper;
    const scope = { doc, roots, all, active, boxes: /** @type {Box[]} */ ([]) };
    if (dom.body(doc) && dom.view(doc)) scope.boxes = boxes(scope);
    return [scope, ...all('iframe, frame').flatMap((frame) => {
      const inner = shownFrame(frame) && innerDocument(frame);
      return inner ? scopes(inner) : [];
    })];
  }

  /** @param {any} frame */
  const shownFrame = (frame) => dom.seen(frame, { visibilityProperty: true }) && !dom.closest(frame, FRAME);

  /** @param {any} frame @returns {Document | null} null for a frame of another origin */
  function innerDocument(frame) {
    try {
      return frame.contentDocument;
    } catch {
      return null;
    }
  }

  /** @param {Omit<Scope, 'boxes'>} scope @returns {Box[]} */
  function boxes({ doc, all, active }) {
    const fields = all('textarea').filter((f) => dom.seen(f, { visibilityProperty: true }));
    const editors = all('[contenteditable]').filter((e) => e.isContentEditable && !e.parentElement?.isContentEditable && dom.seen(e));
    if (doc.designMode === 'on') editors.push(dom.body(doc));
    /** An editor that is a whole document has the focus if its frame has. @param {any} root */
    const isActive = (root) => (root === dom.body(doc) ? dom.outward(doc) && dom.active(dom.document(dom.outward(doc))) === dom.outward(doc) : dom.contains(root, active));
    return [
      ...fields.map((field) => ({ root: field, field, focused: field === active })),
      ...editors.map((root) => ({ root, focused: !!isActive(root) })),
    ];
  }

  // ---- names

  /** @param {string | null | undefined} words */
  const tidy = (words) => (words ?? '').replace(UNSEEN, '').replace(SPACE, ' ').trim().slice(0, 80);

  /** What the page itself calls a box, the nearest name first. @param {any} root @returns {string[]} */
  function namesOf(root) {
    const whole = root === dom.body(dom.document(root));
    const at = whole ? dom.outward(dom.document(root)) ?? root : root; // the frame of an editor that is a document
    const by = (/** @type {string} */ name) => dom.attribute(at, name);
    const labelled = (by('aria-labelledby') ?? '').split(/\s+/).filter(Boolean).map((/** @type {string} */ id) => dom.text(dom.all(dom.root(at), `#${CSS.escape(id)}`)[0] ?? at));
    const part = dom.closest(at, 'fieldset, section, [role=group], [data-element$="section"]');
    const around = part && dom.all(part, `legend, ${HEADING}, label`)[0];
    const element = part && dom.attribute(part, 'data-element')?.replace(/-section$/, '');
    const label = dom.closest(at, 'label') ?? root.labels?.[0];
    const names = [by('aria-label'), ...labelled, label && dom.text(label), around && dom.text(around), element, by('title'), by('placeholder'), by('name'), by('id')];
    return names.map(tidy).filter(Boolean);
  }

  /** @param {any} root @returns {string} the section of a note that a box is for, or nothing */
  function sectionOf(root) {
    const name = namesOf(root).find((n) => SECTION.test(n))?.replace(/^form_/i, '');
    return name ? (name[0].toUpperCase() + name.slice(1)).replace(/[\s:*]+$/, '') : '';
  }

  /** A name for a text, from the page's own words. @param {any} root */
  function labelOf(root) {
    const tag = dom.tag(root);
    if (tag === 'TEXTAREA' || root.isContentEditable) return namesOf(root)[0] ?? '';
    const named = dom.attribute(root, 'aria-labelledby');
    const words = dom.attribute(root, 'aria-label') || (named && dom.text(dom.all(dom.root(root), `#${CSS.escape(named)}`)[0] ?? root));
    const around = dom.closest(root, 'article, section, main, [role=main], [role=dialog]');
    const near = dom.all(root, 'h1')[0] ?? (around && dom.all(around, HEADING)[0]) ?? dom.all(root, HEADING)[0];
    return tidy(words || (near && dom.text(near)));
  }

  /** A date that the page itself marks as one, if it marks only one about this text. @param {any} root */
  function dateOf(root) {
    const marks = new Set(dom.all(dom.closest(root, 'article, section') ?? root, 'time[datetime]').map((/** @type {Element} */ t) => t.getAttribute('datetime')?.slice(0, 10)));
    const [date] = marks;
    return marks.size === 1 && date && /^\d{4}-\d\d-\d\d$/.test(date) ? date : undefined;
  }

  /** How the way to an element looks, without what differs from one patient to the next: no text, no number. @param {Found} found */
  function shapeOf({ kind, by, root }) {
    const steps = [kind, by, location.host];
    for (let at = /** @type {Element | null} */ (root); at; at = dom.outward(at)) {
      const names = ['role', 'name', 'data-element'].map((name) => dom.attribute(at, name) ?? '');
      steps.push([dom.tag(at), ...names].join(' ').replace(/[\d\s_:-]+/g, ' '));
    }
    let [a, b] = [0xdeadbeef, 0x41c6ce57]; // 53 bits, after cyrb53 (public domain)
    for (const unit of steps.join('\n')) {
      a = Math.imul(a ^ Number(unit.codePointAt(0)), 2654435761);
      b = Math.imul(b ^ Number(unit.codePointAt(0)), 1597334677);
    }
    return 4294967296 * (2097151 & (b ^ (b >>> 13))) + ((a ^ (a >>> 16)) >>> 0);
  }

  // ---- what counts for how much

  /** A page of a note names its parts: each one named makes it likelier. @param {string} text */
  function likeness(text) {
    const lines = text.slice(0, 40_000).split('\n').map((line) => line.match(/^[\s#*]*([\p{L} &/]{2,40})(?::|$)/u)?.[1]?.trim() ?? '');
    return 1 + Math.min(4, new Set(lines.filter((line) => SECTION.test(line)).map((line) => line.toLowerCase())).size) / 2;
  }
  /** @param {string} text */
  const size = (text) => text.length * likeness(text);
  /** How much a character written in a box counts against one of the page: a large box is there for the note. @param {any} box */
  const weight = (box) => (dom.width(box) * dom.height(box) > 0.2 * innerWidth * innerHeight ? 5 : 1.5);
  /** @param {any} root */
  const inView = (root) => {
    const { top, bottom } = dom.box(root);
    return bottom > 0 && top < (dom.view(dom.document(root))?.innerHeight ?? 0);
  };

  /** @param {any[]} elements @returns {any} the innermost element that holds all of them */
  function common(elements) {
    const path = (/** @type {any} */ e) => {
      const steps = [];
      for (let at = e; at; at = dom.outward(at)) steps.unshift(at);
      return steps;
    };
    const paths = elements.map(path);
    const deep = paths[0].findIndex((step, i) => !paths.every((p) => p[i] === step));
    return paths[0][(deep < 0 ? paths[0].length : deep) - 1] ?? elements[0];
  }

  /** From the body down to the element that holds nearly all of the text. @param {Element} body @param {Map<Element, number>} sizes */
  function noteRoot(body, sizes) {
    for (let root = body; ; ) {
      const whole = sizes.get(root) ?? 0;
      const child = [...childrenOf(root)].find((c) => (sizes.get(c) ?? 0) > 0.75 * whole);
      // A list or a paragraph is not without the heading over it.
      if (!child || /^(P|PRE|LI|UL|OL|TABLE|TBODY|BLOCKQUOTE)$/.test(dom.tag(child)) || dom.tag(root) === 'FORM') return root;
      root = child;
    }
  }

  // ---- adapters

  /** @type {Record<string, (scopes: Scope[]) => Generator<Candidate>>} */
  const ADAPTERS = {
    /** What a person has selected. */
    *selection(scopes) {
      for (const { doc, roots, boxes } of scopes) {
        const range = selectedIn(doc, roots);
        if (range && range.toString().trim().includes(' ')) {
          const inside = range.commonAncestorContainer;
          const root = /** @type {Element} */ (inside.nodeType === Node.ELEMENT_NODE ? inside : dom.outward(inside));
          if (root) yield { kind: 'selection', root, range, rank: SELECTED, read: () => extract(root, { range }) };
        }
        for (const { field, focused } of boxes) {
          if (!field || !focused) continue;
          const [from, to] = [field.selectionStart, field.selectionEnd];
          const ours = own.selected?.field === field && own.selected.start === from && own.selected.end === to;
          if (!ours && field.value.slice(from, to).trim().includes(' ')) yield { kind: 'selection', root: field, field, rank: SELECTED, read: () => inField(field, from, to) };
        }
      }
    },

    /** Several boxes that make one note: each is called as a section of one. */
    *sections(scopes) {
      /** @type {(Box & { heading: string })[][]} */
      const groups = [];
      for (const box of scopes.flatMap((scope) => scope.boxes)) {
        const heading = sectionOf(box.root);
        if (!heading) continue;
        if (!groups.length || groups[groups.length - 1].some((b) => b.heading === heading)) groups.push([]);
        groups[groups.length - 1].push({ ...box, heading });
      }
      for (const group of groups.filter((g) => g.length > 1)) {
        const readBox = (/** @type {Box} */ { root, field }) => (field ? inField(field) : extract(root));
        const read = () => join(group.map((b) => ({ heading: b.heading, reading: readBox(b) })).filter(({ reading }) => /\S/.test(reading.text)));
        const focused = group.some((b) => b.focused);
        if (group.every((b) => !/\S/.test(readBox(b).text))) continue;
        const root = common(group.map((b) => b.root));
        const several = groups.length > 1 ? groups.length : undefined;
        yield { kind: 'form', root, roots: group.map((b) => b.root), focused, several, rank: focused ? 2 * FOCUSED : 6 * read().text.length, read };
      }
    },

    /** Text fields and editors, each by itself. */
    *boxes(scopes) {
      const all = scopes.flatMap((scope) => scope.boxes);
      // Rows of one form, each a note of its own, have one name.
      const rows = Map.groupBy(all.filter(({ field }) => field && nameless(field)), ({ field }) => nameless(field));
      for (const box of all) {
        const { root, field, focused } = box;
        const read = () => (field ? inField(field) : extract(root));
        const several = rows.get(field && nameless(field))?.length ?? 0;
        const row = several > 1 ? rowOf(root) : {};
        yield { kind: field ? 'field' : 'editor', root, field, focused, ...row, several: several > 1 ? several : undefined, rank: focused ? FOCUSED : weight(root) * size(read().text), read };
      }
    },

    /** A form whose fields have names of their own. */
    *form(scopes) {
      for (const { doc, boxes } of scopes) {
        const fields = boxes.flatMap(({ field }) => (field?.value.trim() ? [field] : []));
        const root = fields.length > 1 && common(fields);
        if (!root || root === dom.body(doc) || dom.document(root) !== doc) continue;
        const rows = fields.every((f) => nameless(f) && nameless(f) === nameless(fields[0]));
        yield { kind: 'form', root, rank: rows ? 0 : 1.4 * fields.reduce((n, f) => n + f.value.length, 0), read: () => extract(root, { frame: false }) };
      }
    },

    /** The layer of text that pdf.js lays over the pictures of a document's pages. */
    *pdf(scopes) {
      for (const { all } of scopes) {
        const layers = all('.textLayer').filter((layer) => dom.seen(layer) && /\S/.test(dom.text(layer)));
        if (!layers.length) continue;
        const root = layers.length > 1 ? common(layers) : dom.closest(layers[0], '.pdfViewer') ?? layers[0];
        yield { kind: 'pdf', root, rank: 3 * layers.reduce((n, layer) => n + dom.text(layer).length, 0), read: () => extract(root, { frame: false }) };
      }
    },

    /** Notes of which the page holds several, one block each. */
    *notes(scopes) {
      for (const { notes, lines } of KNOWN) {
        const blocks = scopes.flatMap(({ all }) => all(notes)).filter((b) => dom.seen(b) && !dom.closest(b, '[contenteditable]'));
        yield* notesOf(blocks.slice(0, MOST), { lines });
      }
      for (const { root, blocks } of scopes.flatMap(rendered)) {
        const named = blocks.filter((b) => dom.all(b, HEADING).slice(0, 1).some((/** @type {Element} */ h) => SECTION.test(tidy(dom.text(h)))));
        const looks = (/** @type {any} */ b) => `${dom.tag(b)} ${dom.attribute(b, 'class') ?? ''}`.replace(/\d+/g, '');
        const one = blocks.filter((b) => looks(b) === looks(blocks[0]) && isNote(b));
        if (one.length > 1 && named.length < blocks.length / 2) yield* notesOf(one, { around: root });
      }
    },

    /** The page as it is rendered, without the application's frame; and the blocks that it is made of. */
    *page(scopes) {
      for (const scope of scopes) {
        for (const { root, blocks, text } of rendered(scope)) {
          if (!scope.boxes.some((b) => b.root === root)) yield { kind: 'page', root, rank: size(text), read: () => extract(root, { frame: false }) };
          if (blocks.length > 1) for (const block of blocks) yield { kind: 'page', root: block, rank: 0, read: () => extract(block, { frame: false }) };
        }
      }
    },
  };

  /** What stands beside a field in its row of a form: the kind of note and its date. @param {any} field */
  function rowOf(field) {
    let row = field;
    for (let at = dom.outward(row); at && dom.all(at, 'textarea').length === 1; at = dom.outward(at)) row = at;
    const date = row === field ? undefined : dom.all(row, 'input[type=date]').map((/** @type {any} */ e) => e.value).find((/** @type {string} */ v) => /^\d{4}-\d\d-\d\d$/.test(v));
    const kind = row === field ? undefined : dom.all(row, 'select').map((/** @type {any} */ e) => tidy(e.selectedOptions[0]?.text)).find(Boolean);
    return { label: [kind, date].filter(Boolean).join(', ') || undefined, ...(date ? { date } : {}) };
  }

  /** @param {any} field what its rows have in common: its name without numbers */
  const nameless = (field) => (dom.attribute(field, 'name') || dom.attribute(field, 'id') || '').replace(/[\d[\]]+/g, '');

  /** @param {any} block */
  const isNote = (block) =>
    dom.tag(block) === 'ARTICLE' || /article/.test(dom.attribute(block, 'role') ?? '') || dom.all(block, 'time').length > 0 ||
    /(^|[-_\s])(note|entry|document|progress|report)/i.test(`${dom.attribute(block, 'class') ?? ''} ${dom.attribute(block, 'id') ?? ''}`);

  /** @param {any[]} blocks @param {{ lines?: boolean, around?: any }} how @returns {Generator<Candidate>} */
  function* notesOf(blocks, { lines, around }) {
    // More than the page that they stand in; where they are known to be notes, whatever else is in it.
    const base = around ? 3.2 * dom.text(around).length : 1e5;
    const several = blocks.length > 1 ? blocks.length : undefined;
    for (const root of blocks) {
      const read = () => extract(root, { frame: false, lines });
      const { text } = read();
      const label = labelIn(root) || tidy(text.slice(0, 200)).slice(0, 60);
      // The one that is on the screen, rather than all of them.
      yield { kind: 'note', root, several, rank: base + (inView(root) ? 4 : 0.5) * text.length, label, read };
    }
  }

  /** @param {any} block @returns {string} a name that stands in the block itself */
  const labelIn = (block) => {
    const named = dom.all(block, `${HEADING}, time`)[0];
    return tidy(dom.attribute(block, 'aria-label') || (named && dom.text(named)));
  };

  /** @param {Scope} scope */
  function rendered({ doc }) {
    const body = dom.view(doc) && dom.body(doc);
    if (!body) return [];
    const sizes = new Map();
    extract(body, { frame: false, sizes });
    const root = noteRoot(body, sizes);
    const { text } = extract(root, { frame: false });
    const blocks = [...childrenOf(root)].filter((c) => /^(DIV|SECTION|ARTICLE|LI|TR|TBODY)$/.test(c.nodeName) && (sizes.get(c) ?? 0) > 120);
    return text ? [{ root, text, blocks: blocks.slice(0, MOST) }] : [];
  }

  /** @param {any} doc @param {any[]} roots @returns {Range | null} */
  function selectedIn(doc, roots) {
    const selection = dom.selection(doc);
    if (!selection?.rangeCount) return null;
    // A selection inside shadow trees is told only to who names the trees.
    const [inner] = roots.length > 1 ? selection.getComposedRanges?.({ shadowRoots: roots.slice(1) }) ?? [] : [];
    const range = dom.range(doc);
    const { startContainer, startOffset, endContainer, endOffset } = inner ?? selection.getRangeAt(0);
    range.setStart(startContainer, startOffset);
    range.setEnd(endContainer, endOffset);
    return range.collapsed ? null : range;
  }

  /**
   * Every text on the page that could be the note, the likeliest first.
   * @returns {Found[]}
   */
  own.texts = function texts() {
    const all = scopes(document);
    /** @type {Map<string, Found>} */
    const found = new Map();
    for (const [by, adapter] of Object.entries(ADAPTERS)) {
      for (const candidate of adapter(all)) {
        if (found.size >= MOST) break;
        const extract = candidate.read();
        if (found.has(extract.text) || !/\S/.test(extract.text)) continue;
        found.set(extract.text, { focused: false, by, date: dateOf(candidate.root), ...candidate, label: candidate.label || labelOf(candidate.field ?? candidate.root), extract });
      }
    }
    for (const text of found.values()) text.shape = shapeOf(text);
    const list = [...found.values()].sort((a, b) => b.rank - a.rank);
    /** @type {Map<string, number>} */
    const named = new Map();
    for (const text of list) {
      const before = named.get(text.label) ?? 0;
      named.set(text.label, before + 1);
      if (before && text.label) text.label += ` (${before + 1})`;
    }
    return list;
  };

  /** The same text, read anew; where its place has been drawn anew, the text that stands in such a place now. @param {Found} found @returns {Found | null} */
  own.again = (found) => {
    if (dom.connected(found.root) && dom.view(dom.document(found.root))) return { ...found, extract: found.read() };
    if (found.kind === 'selection') return null;
    return own.texts().find((/** @type {Found} */ t) => t.shape === found.shape) ?? null;
  };

  /** What is selected now. @returns {string} */
  own.selection = () => [...ADAPTERS.selection(scopes(document))][0]?.read().text ?? '';

  /** Frames that a person sees and that are not read from here: where each comes from. @returns {string[]} */
  own.strangers = () => scopes(document).flatMap(({ all }) => all('iframe, frame'))
    .filter((frame) => shownFrame(frame) && dom.height(frame) > 80 && dom.width(frame) > 120 && !innerDocument(frame))
    .map((frame) => (frame.hasAttribute('srcdoc') || !URL.canParse(frame.src, document.baseURI) ? 'null' : new URL(frame.src, document.baseURI).origin));

  /** What matches in this document and in the frames that are read from here. @param {string} selector @returns {any[]} */
  own.everywhere = (selector) => scopes(document).flatMap(({ all }) => all(selector)).filter((e) => dom.seen(e, { visibilityProperty: true }));
})();
