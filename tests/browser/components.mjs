// The real components of the tests' pages, bundled into target/test/made, and a PDF for the viewers.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './harness.mjs';

export const MADE = join(ROOT, 'target/test/made');
export const COMPONENTS = ['ckeditor', 'lexical', 'medplum', 'pdf', 'prosemirror', 'quill', 'react', 'tinymce'];

/** Bundles them, and makes `note.pdf`, `long.pdf` (five pages) and `scan.pdf` (a page without text). */
export async function makeComponents() {
  mkdirSync(MADE, { recursive: true });
  await build({
    entryPoints: COMPONENTS.map((name) => join(ROOT, 'tests/pages/components', `${name}.js`)),
    outdir: MADE,
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'error',
    // Medplum's components name a router that these pages have no use for.
    alias: { 'react-router': join(ROOT, 'tests/pages/components/router.js') },
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.gif': 'dataurl', '.png': 'dataurl' },
  });
  writeFileSync(join(MADE, 'note.pdf'), pdf([NOTE]));
  writeFileSync(join(MADE, 'long.pdf'), pdf([NOTE, ...[2, 3, 4, 5].map((n) => [`Page ${n} of the same note, with nothing to code on it.`])]));
  writeFileSync(join(MADE, 'scan.pdf'), pdf([[]]));
}

const NOTE = ['Assessment:', '1. Essential hypertension, above goal. Increase lisinopril.', '2. Type 2 diabetes mellitus, stable. Continue metformin.'];

/** A PDF with these lines on its pages. @param {string[][]} pages */
function pdf(pages) {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids = pages.map((lines) => {
    const text = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj 0 -18 Td`).join('\n');
    const stream = `0.9 g 40 40 200 20 re f 0 g\nBT /F1 12 Tf 72 720 Td\n${text}\nET`;
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${objects.length} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`);
    return `${objects.length} 0 R`;
  });
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  let file = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((p) => `${String(p).padStart(10, '0')} 00000 n \n`).join('')}`;
  return `${file}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}
