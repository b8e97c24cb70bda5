const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is turned down, or null. A name other than loopback in `Host` is a page elsewhere that rebound its
 * DNS name to this machine; another `Origin` is a page elsewhere that talks to this port.
 */
export function refusalOf(header: (name: string) => string | undefined, port: number): string | null {
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  const [host, origin] = [header('host'), header('origin')];
  if (!host || !hosts.includes(host.toLowerCase()))
    return `Host: expected one of ${hosts.join(', ')}, got ${JSON.stringify(host ?? '')}`;
  if (origin && !hosts.some((name) => origin === `http://${name}`))
    return `Origin: expected this server's own page, got ${JSON.stringify(origin)}`;
  const isForeign = header('sec-fetch-site') === 'cross-site';
  if (isForeign && header('sec-fetch-mode') !== 'navigate')
    return "Sec-Fetch-Site: expected this server's own page, got another site";
  return null;
}
