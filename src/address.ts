const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** Plain http to this machine, where nobody listens in. */
export function isLoopback({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'http:' && LOOPBACK.includes(hostname);
}

/** Where a token or a record may go, and keys may come from: https, or a loopback address. */
export function isSecure(url: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return url.protocol === 'https:' || isLoopback(url);
}
