import { visible } from './visible.ts';

/** Markup that was made here: the only thing that {@link html} does not escape. */
export interface Html {
  readonly text: string;
}

type Part = string | number | Html | undefined | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Everything that is put in is text, and can be nothing else; undefined is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.reduce((before, string, index) => before + write(parts[index - 1]) + string);
  return { text };
}

function write(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escape(visible(part));
  if (typeof part === 'number') return String(part);
  if ('text' in part) return part.text;
  return part.map(write).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? '');
}
