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

  const NAMES = ['chartside-suggested', 'chartside-decide', 'chartside-current'];

  /** @param {Node | null} node @returns {Element | null} one step out, through shadow trees and frames */
  function outward(node) {
    if (!node) return null;
    const root = /** @type {any} */ (node.parentNode ?? node);
    if (root.nodeType === Node.ELEMENT_NODE) return root;
    return root.host ?? node.ownerDocument?.defaultView?.frameElement ?? root.defaultView?.frameElement ?? null;
  }

  /** Brings a box into the middle of every scroller around it. @param {Node} from @param {DOMRect} box */
  function reveal(from, box) {
    let { top, bottom } = box;
    let doc = from.ownerDocument;
    for (let element = outward(from); element; element = outward(element)) {
      if (element.ownerDocument !== doc) {
        // Out of a frame: from here on positions count from the outer page's corner.
        const frame = element.getBoundingClientRect();
        [top, bottom, doc] = [top + frame.top, bottom + frame.top, element.ownerDocument];
      }
      const view = /** @type {Window} */ (element.ownerDocument.defaultView);
      const page = element === element.ownerDocument.scrollingElement;
      const rolls = page || /(auto|scroll)/.test(view.getComputedStyle(element).overflowY);
      if (!rolls || element.scrollHeight <= element.clientHeight) continue;
      const edge = page ? { top: 0, bottom: view.innerHeight } : element.getBoundingClientRect();
      if (top >= edge.top + 24 && bottom <= edge.bottom - 24) continue;
      const wanted = element.scrollTop + (top + bottom) / 2 - (edge.top + edge.bottom) / 2;
      const goes = Math.min(Math.max(0, wanted), element.scrollHeight - element.clientHeight) - element.scrollTop;
      const calm = view.matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden;
      element.scrollBy({ top: goes, behavior: calm ? 'instant' : 'smooth' });
      [top, bottom] = [top - goes, bottom - goes];
    }
  }

  own.painter = () => {
    /** Windows in which something is painted. @type {Set<any>} */
    const views = new Set();

    /** @param {string} name @param {Range[]} ranges @param {number} priority */
    function set(name, ranges, priority) {
      for (const view of views) view.CSS?.highlights?.delete(name);
      for (const [view, inside] of Map.groupBy(ranges, (r) => /** @type {any} */ (r.startContainer.ownerDocument?.defaultView))) {
        if (!view?.CSS?.highlights) continue;
        const highlight = new view.Highlight(...inside);
        highlight.priority = priority;
        view.CSS.highlights.set(name, highlight);
        views.add(view);
      }
    }

    return {
      /** @param {any} resolve @param {{ start: number, end: number, tier: string }[]} spans */
      paint(resolve, spans) {
        for (const tier of ['suggested', 'decide']) {
          const places = spans.filter((s) => s.tier === tier).map(resolve);
          set(`chartside-${tier}`, places.flatMap((p) => (p?.range ? [p.range] : [])), tier === 'suggested' ? 1 : 0);
        }
      },

      /** @param {any} resolve @param {{ start: number, end: number }} span @returns {boolean} whether it could be shown */
      show(resolve, span) {
        const place = resolve(span);
        set('chartside-current', place?.range ? [place.range] : [], 2);
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
        reveal(field, field.getBoundingClientRect());
        return true;
      },

      clear() {
        for (const view of views) for (const name of NAMES) view.CSS?.highlights?.delete(name);
        views.clear();
        own.selected = null;
      },
    };
  };
})();
