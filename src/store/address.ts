const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * What is wrong with an address that records, and a token with them, are sent to: undefined where it is https, or http
 * on a loopback address, and nothing in it is lost or shown by appending a name.
 */
export function objectToAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no address';
  const { protocol, username, password, href } = new URL(text);
  if (protocol !== 'https:' && !isLoopback(text)) return 'is neither https nor http on a loopback address';
  // A signed address would be shown in every log and error.
  if (username !== '' || password !== '') return 'holds a user or a password';
  return /[?#]/.test(href) ? 'holds a query or a fragment' : undefined;
}

/** Plain http to this machine, where nobody listens in. */
export function isLoopback(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && LOOPBACK.includes(hostname);
}
