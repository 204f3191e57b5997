// @ts-check
/**
 * What the engine is made of, as files that lie beside the page: the Worker and the pack. Where everything lies in one file,
 * `www/one-file/engine-parts.js` stands in for this.
 */

const WORKER = new URL('./engine-worker.js', import.meta.url).href;
const PACK = new URL('../knowledge.pack', import.meta.url).href;

/** Under Trusted Types a Worker's address needs a policy; this one knows a single address. @type {any} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('chartside', {
  /** @param {string} url */
  createScriptURL(url) {
    if (url !== WORKER) throw new TypeError('Not a script of Chartside.');
    return url;
  },
});

/** What to do where one of them is missing or broken. */
export const REPAIR = 'Reinstall Chartside, or build it again.';

/** @returns {Worker} */
export const startWorker = () => new Worker(policy?.createScriptURL(WORKER) ?? WORKER, { type: 'module', name: 'chartside-engine' });

/** The bytes of the pack; null where it is not there. @returns {Promise<ArrayBuffer | null>} */
export async function packBytes() {
  const response = await fetch(PACK).catch(() => null);
  // Firefox answers for a file that is not there, and fails in reading it.
  return response?.ok ? response.arrayBuffer().catch(() => null) : null;
}
