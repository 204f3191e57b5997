// A place where everything that leaves the browser ends up and is written down: a proxy that the browser is told to use
// for every host but the test's own server, and a UDP port for WebRTC. Nothing is passed on. What a browser asks of the
// system besides (names to resolve, packets to other places) it writes into a log of its own, which is read at the end.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER } from './harness.mjs';

const HERE = /^(127\.|\[?::1|localhost$)/;

/** The host that a line of the sink names: what the browser itself calls, whatever it is doing, is known by its host. */
export const hostOf = (line) => (line.startsWith('UDP') ? line : line.split(' ')[1]?.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '') ?? line);

/** The makers of the browsers, whom a browser calls when it pleases. What a page asks of them is seen among the page's requests. */
const MAKERS = /(^|\.)(google\.com|googleapis\.com|gstatic\.com|gvt1\.com|mozilla\.(com|org|net)|firefox\.com)$/;

/** What of all that arrived neither a browser with nothing to do sends (`usual`, hosts) nor one that calls its maker. */
export const foreignTo = (usual, arrived) => arrived.filter((line) => !usual.has(hostOf(line)) && !MAKERS.test(hostOf(line)));

/** Time for what was begun to arrive. */
export const calm = (milliseconds = 1500) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function openSink() {
  const arrived = [];
  const folder = mkdtempSync(join(tmpdir(), 'chartside-sink-'));
  const server = createServer((request, response) => {
    arrived.push(`${request.method} ${request.url}`);
    response.statusCode = 204;
    response.end();
  });
  server.on('connect', (request, socket) => {
    arrived.push(`CONNECT ${request.url}`);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.on('upgrade', (request, socket) => {
    arrived.push(`UPGRADE ${request.url}`);
    socket.destroy();
  });
  server.on('clientError', (_error, socket) => {
    arrived.push('something that is not HTTP');
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();

  const udp = createSocket('udp4');
  udp.on('message', (packet) => arrived.push(`UDP ${packet.length} bytes`));
  await new Promise((resolve) => udp.bind(0, '127.0.0.1', resolve));

  const watch = { chromium: chromiumWatch, firefox: firefoxWatch }[BROWSER](folder, port);
  return {
    arrived,
    udpPort: udp.address().port,
    /** What the browser is started with so that everything is led here, except what goes to `server` of the test itself. */
    launch: watch.launch,
    /** After the browser has been closed. */
    async close() {
      arrived.push(...watch.read());
      rmSync(folder, { recursive: true, force: true });
      udp.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function chromiumWatch(folder, port) {
  const file = join(folder, 'net.json');
  return {
    launch: (server) => ({
      args: [
        `--proxy-server=http://127.0.0.1:${port}`,
        `--proxy-bypass-list=<-loopback>;127.0.0.1:${server.port}`,
        `--log-net-log=${file}`,
      ],
    }),
    read() {
      const text = readFileSync(file, 'utf8');
      const { constants, events } = parsed(text) ?? parsed(`${text.trim().replace(/,$/, '')}]}`);
      const names = Object.fromEntries(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]));
      const peers = new Map(); // a socket with one peer does not name it again
      const lines = new Set();
      for (const { type, params = {}, source } of events) {
        const name = names[type];
        if (name === 'DNS_TRANSACTION' && params.hostname) lines.add(`DNS ${params.hostname.replace(/\.$/, '')}`);
        if (name === 'UDP_CONNECT' && params.address) peers.set(source.id, params.address);
        const to = name === 'UDP_BYTES_SENT' && (params.address ?? peers.get(source.id));
        // A packet to a name server is a question for a name, which has its own line; one to the sink as well.
        if (to && !/:53$/.test(to) && !HERE.test(to)) lines.add(`UDP to ${to}`);
      }
      return [...lines];
    },
  };
}

function firefoxWatch(folder, port) {
  return {
    launch: (server) => ({
      prefs: {
        'network.proxy.type': 1,
        'network.proxy.http': '127.0.0.1',
        'network.proxy.http_port': port,
        'network.proxy.ssl': '127.0.0.1',
        'network.proxy.ssl_port': port,
        'network.proxy.allow_hijacking_localhost': true,
        'network.proxy.no_proxies_on': `127.0.0.1:${server.port}`,
        // WebRTC leaves loopback out otherwise, and the sink is there.
        'media.peerconnection.ice.loopback': true,
      },
      env: { MOZ_LOG: 'sync,nsHostResolver:4', MOZ_LOG_FILE: join(folder, 'dns') },
    }),
    read() {
      const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
      const names = [...text.matchAll(/Resolving host \[([^\]]+)\]/g)].map(([, name]) => name);
      if (!names.length) throw new Error('Firefox wrote no log of the names it resolves.');
      return [...new Set(names)].filter((name) => !HERE.test(name)).map((name) => `DNS ${name}`);
    },
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
