import { toLine } from './plain.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A foreign text for an attribute or an element's text: on one line, of characters that XML 1.0 allows. */
export function toXml(text: string): string {
  return toLine(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** ` name="value"` for each. */
export function writeAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${toXml(String(value))}"`)
    .join('');
}
