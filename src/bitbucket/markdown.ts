import { cleanText } from '../http/index.ts';
import { isWebAddress } from './web-address.ts';

const MAX_CODE = 300;

/**
 * A foreign text as code: between backticks nothing is a link, a picture, a mention or HTML. What could end the code, or
 * look like something else, is replaced.
 */
export function toCode(text: string, maxLength = MAX_CODE): string {
  const plain = cleanText(text, maxLength)
    .replace(/[`\\]/g, "'")
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
  return plain === '' ? '`-`' : `\`${plain}\``;
}

/** An address as a link that shows itself; one that is not plain, as code. */
export function toLink(url: string): string {
  return isWebAddress(url) ? `[${url.replace('https://', '').replace(/[_~]/g, '\\$&')}](${url})` : toCode(url);
}
