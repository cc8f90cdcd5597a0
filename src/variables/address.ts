import { isSecure } from '../address.ts';

/** The address, where it is https, or http to this machine. */
export function readSecureAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return isSecure(url) ? url : undefined;
}
