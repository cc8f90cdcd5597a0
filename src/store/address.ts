import { isSecure } from '../address.ts';

/**
 * What is wrong with an address that records, and a token with them, are sent to: undefined where it is https, or http
 * on a loopback address, and nothing in it is lost or shown by appending a name.
 */
export function objectToAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no address';
  const url = new URL(text);
  const { username, password, href } = url;
  if (!isSecure(url)) return 'is neither https nor http on a loopback address';
  // A signed address would be shown in every log and error.
  if (username !== '' || password !== '') return 'holds a user or a password';
  return /[?#]/.test(href) ? 'holds a query or a fragment' : undefined;
}
