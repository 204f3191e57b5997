// A place where everything that leaves the browser ends up and is written down: a proxy that the browser is told to use
// for every host but the test's own server, and a UDP port for WebRTC. Nothing is passed on.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';

export async function openSink() {
  const arrived = [];
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

  const udp = createSocket('udp4');
  udp.on('message', (packet) => arrived.push(`UDP ${packet.length} bytes`));
  await new Promise((resolve) => udp.bind(0, '127.0.0.1', resolve));

  return {
    arrived,
    udpPort: udp.address().port,
    /** The browser's arguments that lead everything here, except what goes to `server` of the test itself. */
    args(server) {
      return [
        `--proxy-server=http://127.0.0.1:${this.port}`,
        `--proxy-bypass-list=<-loopback>;127.0.0.1:${server.port}`,
      ];
    },
    port: server.address().port,
    close() {
      udp.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
