const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** The address, where it is https, or http to this machine, where nobody listens in. */
export function readSecureAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname)) ? url : undefined;
}
