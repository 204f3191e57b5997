// A static server for loopback: the demonstration and the tests use it, nothing else should.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** The policy of an EHR that allows its pages nothing at all. */
export const STRICT_POLICY = "default-src 'none'";

/**
 * Serves `folders` ({ '/': folder, '/pages/': folder … }), the longest prefix first, on a free port of loopback.
 * What lies under /strict/ is the same as under /, with a policy that allows the page nothing.
 * Gives { origin, port, requests, close }; `requests` lists every request as it came.
 */
export async function serve(folders, port = 0) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const requests = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    let path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    response.setHeader('cache-control', 'no-store');
    if (path.startsWith('/strict/')) {
      response.setHeader('content-security-policy', STRICT_POLICY);
      path = path.slice('/strict'.length);
    }
    const prefix = prefixes.find((prefix) => path.startsWith(prefix));
    const file = prefix && join(folders[prefix], normalize(path.slice(prefix.length) || 'index.html'));
    try {
      if (!file || !file.startsWith(normalize(folders[prefix]).replace(/[\\/]$/, '') + sep)) throw new Error('outside');
      const body = await readFile(file);
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end('There is nothing here.\n');
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const bound = server.address().port;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${bound}`, port: bound, requests, close };
}
