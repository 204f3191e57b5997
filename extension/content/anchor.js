// @ts-check
/**
 * From a span of the text that was read back to its place in the page, or to nothing: a page may have changed since,
 * and pointing at the wrong words is worse than not pointing. A span is first looked for where it stood; if those
 * words are gone, the text is read anew and the quote is sought with the words before and after it.
 *
 * @typedef {{ start: number, end: number }} Span UTF-16 code units of the text that was read
 * @typedef {{ range: Range } | { field: HTMLTextAreaElement | HTMLInputElement, start: number, end: number }} Place
 */
(() => {
  /** @type {any} */
  const own = globalThis.chartside;
  if (own.resolver) return;
  const { dom } = own;

  /** How much of the words before and after a quote is compared. */
  const CONTEXT = 32;

  /** @param {any} source @returns {string} what stands there now; empty if it left the page */
  const now = (source) => (source.isConnected && dom.view(source.ownerDocument) ? (source.data ?? source.value) : '');

  /**
   * @param {{ text: string, runs: any[] }} read
   * @param {Span} span
   * @returns {Place | null}
   */
  function placeOf(read, { start, end }) {
    const { text, runs } = read;
    let low = 0;
    for (let high = runs.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (runs[middle].at + runs[middle].length <= start) low = middle + 1;
      else high = middle;
    }
    const first = runs[low];
    let last = null;
    for (let i = low; i < runs.length && runs[i].at < end; i++) {
      last = runs[i];
      const from = Math.max(start, last.at);
      const to = Math.min(end, last.at + last.length);
      const place = last.from + from - last.at;
      if (now(last.source).slice(place, place + to - from) !== text.slice(from, to)) return null;
    }
    if (!last) return null;
    const from = first.from + Math.max(0, start - first.at);
    const to = last.from + Math.min(end - last.at, last.length);
    const isField = (/** @type {any} */ source) => source.nodeType === Node.ELEMENT_NODE;
    if (isField(first.source) || isField(last.source)) {
      return first.source === last.source ? { field: first.source, start: from, end: to } : null;
    }
    if (first.source.ownerDocument !== last.source.ownerDocument) return null;
    const range = dom.range(first.source.ownerDocument);
    range.setStart(first.source, from);
    range.setEnd(last.source, to);
    return { range };
  }

  /**
   * Where `quote` stands in `text` with the same words around it; the nearest to `near` if the surroundings are
   * equally the same; -1 if none has at least half of them.
   * @param {string} text @param {string} quote @param {string} before @param {string} after @param {number} near
   */
  function seek(text, quote, before, after, near) {
    let best = { at: -1, same: (before.length + after.length) / 2, far: Infinity };
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
      let same = 0;
      for (let i = 1; i <= before.length && text[at - i] === before[before.length - i]; i++) same++;
      for (let i = 0; i < after.length && text[at + quote.length + i] === after[i]; i++) same++;
      const far = Math.abs(at - near);
      if (same > best.same || (same === best.same && far < best.far)) best = { at, same, far };
    }
    return best.at;
  }

  /**
   * A function from spans to places, good for one turn of the event loop: the page is read anew once at most.
   * @param {any} found a text as `read.js` found it
   * @returns {(span: Span) => Place | null}
   */
  own.resolver = (found) => {
    const read = found.extract;
    /** @type {any} */
    let fresh = null;
    return ({ start, end }) => {
      if (!(start >= 0 && start < end && end <= read.text.length)) return null;
      const place = placeOf(read, { start, end });
      if (place) return place;
      fresh ??= own.again(found)?.extract ?? { text: '', runs: [] };
      const quote = read.text.slice(start, end);
      const at = seek(fresh.text, quote, read.text.slice(Math.max(0, start - CONTEXT), start), read.text.slice(end, end + CONTEXT), start);
      return at < 0 ? null : placeOf(fresh, { start: at, end: at + quote.length });
    };
  };
})();
