// @ts-check
/**
 * The Worker that holds the engine and, for the time of a scan, the note. It is the one context of the browser in
 * which every way out that was tried is closed: no DOM, no navigation, no WebRTC, and the extension's content
 * security policy for the rest. Its message loop is Rust (`src/wasm.rs`); this only starts it.
 */

// @ts-ignore -- made by the build, beside this folder
import init, { serve } from '../wasm/chartside.js';

try {
  await init();
  serve();
} catch (error) {
  postMessage({ type: 'error', error: { kind: 'engine', message: String(error) } });
}
