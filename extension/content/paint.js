// @ts-check
/**
 * Paints places of the note with CSS Custom Highlights and scrolls to them. The page's DOM stays as it is: nothing is
 * wrapped, nothing added, so nothing can be saved with the note. (The highlight registry is the page's own: a script
 * of the page could see which of its words are painted, never why.) The colours are in paint.css.
 *
 * A textarea takes no range: there the words are selected.
 */
(() => {
  /** @type {any} */
  const own = globalThis.chartside;
  if (own.painter) return;
  const { dom } = own;

  /** What is painted over what, the last on top. */
  const NAMES = ['chartside-decide', 'chartside-suggested', 'chartside-current'];

  /** Brings a box into the middle of every scroller around it. @param {Node} from @param {DOMRect} box */
  function reveal(from, box) {
    let { top, bottom } = box;
    let doc = dom.document(from);
    for (let element = dom.outward(from); element; element = dom.outward(element)) {
      if (dom.document(element) !== doc) {
        // Out of a frame: from here on positions count from the outer page's corner.
        const frame = dom.box(element);
        [top, bottom, doc] = [top + frame.top, bottom + frame.top, dom.document(element)];
      }
      const view = /** @type {Window} */ (dom.view(doc));
      const page = element === dom.scroller(doc);
      const rolls = page || /(auto|scroll)/.test(view.getComputedStyle(element).overflowY);
      if (!rolls || dom.scrollHeight(element) <= dom.height(element)) continue;
      const edge = page ? { top: 0, bottom: view.innerHeight } : dom.box(element);
      if (top >= edge.top + 24 && bottom <= edge.bottom - 24) continue;
      const wanted = dom.scrollTop(element) + (top + bottom) / 2 - (edge.top + edge.bottom) / 2;
      const goes = Math.min(Math.max(0, wanted), dom.scrollHeight(element) - dom.height(element)) - dom.scrollTop(element);
      const calm = view.matchMedia('(prefers-reduced-motion: reduce)').matches || dom.hidden(document);
      dom.scrollBy(element, { top: goes, behavior: calm ? 'instant' : 'smooth' });
      [top, bottom] = [top - goes, bottom - goes];
    }
  }

  own.painter = () => {
    /** What is painted under each name, with the words as they stood then. @type {Map<string, { range: Range, words: string }[]>} */
    const painted = new Map();
    /** Windows in which something may be painted: also by a script of an earlier version, which cannot clear it any more. @type {Set<any>} */
    const views = new Set([window, ...own.everywhere('iframe, frame').flatMap((/** @type {any} */ f) => (f.contentDocument ? [f.contentWindow] : []))]);
    for (const name of NAMES) draw(name, []);
    /** @type {{ start: number, end: number } | null} */
    let current = null;

    /** @param {string} name @param {Range[]} ranges */
    function draw(name, ranges) {
      painted.set(name, ranges.map((range) => ({ range, words: range.toString() })));
      for (const view of views) view.CSS?.highlights?.delete(name);
      for (const [view, inside] of Map.groupBy(ranges, (r) => dom.view(dom.document(r.startContainer)))) {
        if (!view?.CSS?.highlights) continue;
        const highlight = new view.Highlight(...inside);
        highlight.priority = NAMES.indexOf(name);
        view.CSS.highlights.set(name, highlight);
        views.add(view);
      }
    }
    /** @param {any[]} places */
    const ranges = (places) => places.flatMap((place) => (place?.range ? [place.range] : []));

    return {
      /** Spans of the text and, if one was shown, that one. @param {any} resolve @param {{ start: number, end: number, tier: string }[]} spans */
      paint(resolve, spans) {
        for (const tier of ['suggested', 'decide']) draw(`chartside-${tier}`, ranges(spans.filter((s) => s.tier === tier).map(resolve)));
        if (current) draw('chartside-current', ranges([resolve(current)]));
      },

      /** Unpaints what no longer stands on its words. A range moves with the text that it is in; its words may not. */
      check() {
        for (const [name, list] of painted) {
          const right = list.filter(({ range, words }) => range.toString() === words);
          if (right.length < list.length) draw(name, right.map(({ range }) => range));
        }
      },

      /** @param {any} resolve @param {{ start: number, end: number }} span @returns {boolean} whether it could be shown */
      show(resolve, span) {
        const place = resolve(span);
        current = place ? span : null;
        draw('chartside-current', ranges([place]));
        if (!place) return false;
        if (place.range) {
          reveal(place.range.startContainer, place.range.getBoundingClientRect());
          return true;
        }
        const { field, start, end } = place;
        own.selected = { field, start, end };
        field.setSelectionRange(start, end);
        field.focus({ preventScroll: true });
        if (field.scrollHeight > field.clientHeight) {
          // A field does not say where its words stand: lines are counted as they would wrap.
          const wrap = field.clientWidth / (0.55 * parseFloat(getComputedStyle(field).fontSize));
          const lines = (/** @type {string} */ text) => text.split('\n').reduce((n, line) => n + 1 + Math.floor(line.length / wrap), 0);
          const at = (lines(field.value.slice(0, start)) / lines(field.value)) * field.scrollHeight;
          if (at < field.scrollTop + 24 || at > field.scrollTop + field.clientHeight - 48) field.scrollTop = at - field.clientHeight / 2;
        }
        reveal(field, dom.box(field));
        return true;
      },

      /** What was shown last is not shown again when the page settles. */
      forget() {
        current = null;
        draw('chartside-current', []);
      },

      clear() {
        for (const name of NAMES) draw(name, []);
        current = null;
        own.selected = null;
      },
    };
  };
})();
