const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is refused, or null. A `Host` other than loopback comes from a site that rebound its DNS name to this
 * machine; another `Origin` comes from a page of another site.
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
