// @ts-check
/**
 * What of a text cannot be read, so that the panel can say so: rows of a list that are made only when they are scrolled
 * to, pages of a document that have not been drawn, documents that are pictures.
 *
 * @typedef {{ kind: 'several' | 'rows' | 'pages' | 'viewer' | 'picture', read?: number, of?: number }} Notice
 */
(() => {
  /** @type {any} */
  const own = globalThis.chartside;
  if (own.missing) return;
  const { dom } = own;

  const REPLACED = 'img, canvas, iframe, video, embed, object, svg';

  /** Pages of a document in pdf.js that have no layer of text yet, or none at all. @param {any} found @returns {Notice[]} */
  function pages(found) {
    const layer = dom.matches(found.root, '.textLayer') ? found.root : dom.all(found.root, '.textLayer')[0];
    const first = layer && dom.closest(layer, '.page');
    const all = first ? [...dom.children(dom.parent(first))].filter((e) => dom.matches(e, '.page')) : [];
    const read = all.filter((page) => dom.all(page, '.textLayer').some((/** @type {Element} */ t) => /\S/.test(dom.text(t)))).length;
    return read < all.length ? [{ kind: 'pages', read, of: all.length }] : [];
  }

  /** Whether rows say that there are more of them than there are. @param {any} root */
  function counted(root) {
    const told = dom.closest(root, '[aria-rowcount]') ?? dom.all(root, '[aria-rowcount]')[0];
    const rows = told ? dom.all(told, '[role=row], tr').length : 0;
    if (told && Number(dom.attribute(told, 'aria-rowcount')) > rows) return true;
    const items = dom.all(root, '[aria-setsize]');
    return items.some((/** @type {Element} */ e) => Number(dom.attribute(e, 'aria-setsize')) > items.length);
  }

  /**
   * Whether a scroller around or in the text has room for much more than is there: a list of which only the rows on the
   * screen exist. @param {any} found
   */
  function hollow(found) {
    const places = new Set(found.extract.runs.map((/** @type {any} */ r) => (r.source.nodeType === Node.TEXT_NODE ? dom.outward(r.source) : r.source)));
    if (!places.size || places.size > 5000) return false;
    const around = [];
    for (let at = found.root; at && dom.document(at) === dom.document(found.root); at = dom.outward(at)) around.push(at);
    const scrollers = [...around, ...dom.all(found.root, 'div, ul, ol, tbody, section')].filter((e) => {
      const view = dom.view(dom.document(e));
      const rolls = e === dom.scroller(dom.document(e)) || /(auto|scroll)/.test(view?.getComputedStyle(e).overflowY ?? '');
      return rolls && dom.scrollHeight(e) > 2 * dom.height(e) && dom.height(e) > 40;
    });
    return scrollers.some((scroller) => {
      const page = scroller === dom.scroller(dom.document(scroller));
      const top = (page ? 0 : dom.box(scroller).top) - dom.scrollTop(scroller);
      const filled = [...places, ...dom.all(scroller, REPLACED)].filter((e) => dom.contains(scroller, e)).map((e) => dom.box(e)).filter((b) => b.height);
      const spans = filled.map((b) => [b.top - top, b.bottom - top]).sort(([a], [b]) => a - b);
      let [reach, widest] = [0, 0];
      for (const [from, to] of spans) {
        widest = Math.max(widest, from - reach);
        reach = Math.max(reach, to);
      }
      return spans.length > 0 && Math.max(widest, dom.scrollHeight(scroller) - reach) > 1.5 * dom.height(scroller);
    });
  }

  /** What the reader has to know of a text. @param {any} found @returns {Notice[]} */
  own.missing = (found) => {
    /** @type {Notice[]} */
    const notices = found.several ? [{ kind: 'several', of: found.several }] : [];
    if (found.kind === 'selection' || found.field) return notices;
    notices.push(...pages(found));
    if (!notices.some((n) => n.kind === 'pages') && (counted(found.root) || hollow(found))) notices.push({ kind: 'rows' });
    return notices;
  };

  /** Large parts of the page that hold no text which can be read. @returns {Notice[]} */
  own.pictures = () => {
    const large = (/** @type {any} */ e) => dom.width(e) * dom.height(e) > 0.2 * innerWidth * innerHeight;
    /** @param {any} e */
    const viewer = (e) => {
      if (/pdf/i.test(e.type ?? '') || /\.pdf($|[?#])/i.test(e.src ?? e.data ?? '')) return true;
      try {
        return e.contentDocument?.contentType === 'application/pdf';
      } catch {
        return false;
      }
    };
    if (document.contentType === 'application/pdf' || own.everywhere('embed, object, iframe').some((/** @type {any} */ e) => large(e) && viewer(e))) return [{ kind: 'viewer' }];
    return own.everywhere('canvas, img').some((/** @type {any} */ e) => large(e) && !dom.closest(e, '.page')) ? [{ kind: 'picture' }] : [];
  };
})();
