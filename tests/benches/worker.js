// Measures the wasm module where the extension runs it: in a dedicated Worker.

import init, { Assistant } from '/wasm/chartside.js';

let exported;
let assistant;
let without;

/** Each kind of message is answered once, with what it measured. */
const kinds = {
  async cold({ note }) {
    const begun = performance.now();
    exported = await init();
    const compiled = performance.now();
    const pack = new Uint8Array(await (await fetch('/knowledge.pack')).arrayBuffer());
    const fetched = performance.now();
    assistant = new Assistant(pack);
    const opened = performance.now();
    assistant.scan(note);
    const done = performance.now();
    return {
      compile: compiled - begun,
      fetch: fetched - compiled,
      open: opened - fetched,
      first_scan: done - opened,
      memory: exported.memory.buffer.byteLength,
    };
  },

  /** The same engine with all rules switched off. */
  async prepare({ off }) {
    const pack = new Uint8Array(await (await fetch('/knowledge.pack')).arrayBuffer());
    without = new Assistant(pack);
    if (off) without.addRules('none', off);
    return {};
  },

  async scan({ notes, times, rules }) {
    const engine = rules ? assistant : without;
    const all = [];
    for (let time = 0; time <= times; time++) {
      for (const note of notes) {
        const begun = performance.now();
        engine.scan(note);
        // The first round warms up.
        if (time > 0) all.push(performance.now() - begun);
      }
    }
    return { all };
  },

  async soak({ notes, count }) {
    const memory = [];
    for (let at = 0; at < count; at++) {
      assistant.scan(notes[at % notes.length]);
      if (at % 100 === 99) memory.push(exported.memory.buffer.byteLength);
    }
    return { memory };
  },

  /** One word of one paragraph changes, and all is scanned again. */
  async edit({ note, times }) {
    const all = [];
    for (let time = 0; time < times; time++) {
      const place = note.text.indexOf('\n\n', Math.floor((note.text.length * (time + 1)) / (times + 1)));
      const text = `${note.text.slice(0, place)} No fever.${note.text.slice(place)}`;
      const begun = performance.now();
      assistant.scan({ ...note, text });
      all.push(performance.now() - begun);
    }
    return { all };
  },
};

addEventListener('message', async ({ data }) => {
  try {
    postMessage({ done: await kinds[data.kind](data) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
postMessage({ done: 'ready' });
