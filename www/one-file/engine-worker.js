// @ts-check
/** The Worker of `extension/panel/engine-worker.js` where everything lies in one file: it is handed the module that it cannot load. */

// @ts-ignore -- made by the build, beside this folder
import init, { serve } from '../wasm/chartside.js';

addEventListener('message', async ({ data }) => {
  try {
    await init({ module_or_path: data ?? new ArrayBuffer(0) });
    serve();
  } catch (error) {
    postMessage({ type: 'error', error: { kind: 'engine', message: String(error) } });
  }
}, { once: true });
