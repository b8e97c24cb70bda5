import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is turned down, or null. A name other than loopback in `Host` is a page elsewhere that rebound its
 * DNS name to this machine; another `Origin` is a page elsewhere that talks to this port.
 */
export function refusalOf(request: IncomingMessage, port: number): string | null {
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  const { host, origin } = request.headers;
  if (!host || !hosts.includes(host.toLowerCase())) {
    return `expected Host to be one of ${hosts.join(', ')}, got ${JSON.stringify(host ?? '')}`;
  }
  if (origin && !hosts.some((name) => origin === `http://${name}`)) {
    return `expected a request of this server's own page, got Origin ${JSON.stringify(origin)}`;
  }
  const foreign = request.headers['sec-fetch-site'] === 'cross-site';
  if (foreign && request.headers['sec-fetch-mode'] !== 'navigate') {
    return "expected a request of this server's own page, got one from another site";
  }
  return null;
}
