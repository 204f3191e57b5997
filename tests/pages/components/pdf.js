// pdf.js with its viewer: pages are drawn when they are scrolled to, each with its layer of text.
import * as pdfjs from 'pdfjs-dist';
import * as worker from 'pdfjs-dist/build/pdf.worker.mjs';
import 'pdfjs-dist/web/pdf_viewer.css';
import { ready, root } from './note.js';

globalThis.pdfjsWorker = worker;
globalThis.pdfjsLib = pdfjs;
const { EventBus, PDFLinkService, PDFViewer } = await import('pdfjs-dist/web/pdf_viewer.mjs');
root.innerHTML = '<div id="viewerContainer" style="position: absolute; inset: 0; overflow: auto"><div id="viewer" class="pdfViewer"></div></div>';
const eventBus = new EventBus();
const linkService = new PDFLinkService({ eventBus });
const viewer = new PDFViewer({ container: root.firstChild, eventBus, linkService });
const pdf = await pdfjs.getDocument({ url: `/made/${new URLSearchParams(location.search).get('file') ?? 'note'}.pdf` }).promise;
eventBus.on('pagerendered', () => setTimeout(ready, 500));
viewer.setDocument(pdf);
linkService.setDocument(pdf);
