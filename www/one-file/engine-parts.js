// @ts-check
/**
 * What the engine is made of, where everything lies in one file: packed (gzip, base64) in elements of the page that no browser
 * runs. From `file:` a browser loads no module and no Worker and fetches nothing, but a Worker from a Blob is started, and it
 * is bound by the policy of the page.
 */

/** The pack stands at the end of the file. */
const parsed = new Promise((resolve) => {
  if (document.readyState !== 'loading') resolve(undefined);
  else document.addEventListener('DOMContentLoaded', resolve, { once: true });
});

export const REPAIR = 'Copy this file again: it is not whole.';

/** @param {string} id */
const textOf = (id) => (document.getElementById(`file-${id}`)?.textContent ?? '').trim();

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  const quick = /** @type {any} */ (Uint8Array).fromBase64;
  return quick ? quick.call(Uint8Array, text) : Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {string} id @returns {Promise<ArrayBuffer | null>} */
async function unpacked(id) {
  try {
    const stream = new Blob([bytesOf(textOf(id))]).stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(stream).arrayBuffer();
  } catch {
    return null;
  }
}

export const packBytes = () => parsed.then(() => unpacked('pack'));

/** @returns {Worker} */
export function startWorker() {
  const script = URL.createObjectURL(new Blob([textOf('engine-worker')], { type: 'text/javascript' }));
  const worker = new Worker(policy?.createScriptURL(script) ?? script, { name: 'chartside-engine' });
  void unpacked('module').then((bytes) => {
    URL.revokeObjectURL(script);
    worker.postMessage(bytes, bytes ? [bytes] : []);
  });
  return worker;
}

/** Under Trusted Types a Worker's address needs a policy; this one knows addresses of text in hand only. @type {any} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('chartside', {
  /** @param {string} url */
  createScriptURL(url) {
    if (!url.startsWith('blob:')) throw new TypeError('Not a script of Chartside.');
    return url;
  },
});
