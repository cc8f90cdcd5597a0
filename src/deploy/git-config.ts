const HEADER = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\](.*)$/;
const ENTRY = /^([A-Za-z][A-Za-z0-9-]*)(?:\s*=\s*(.*))?$/;

/**
 * `remote.origin.url` as it stands in a repository's configuration: credentials included. Includes are not followed.
 * A line that cannot be read makes all of it undefined, because then its sections are not certain either.
 */
export function findOriginUrl(config: string): string | undefined {
  const urls: string[] = [];
  let inOrigin = false;
  for (const line of config.split(/\r?\n/).map((text) => text.trim())) {
    if (isBlank(line)) continue;
    const [header, section, subsection, rest = ''] = HEADER.exec(line) ?? [];
    if (header !== undefined) inOrigin = section?.toLowerCase() === 'remote' && subsection === 'origin';
    // An entry may stand in the line of its section.
    const text = header === undefined ? line : rest.trim();
    if (isBlank(text)) continue;
    const [entry, key, value = ''] = ENTRY.exec(text) ?? [];
    // A backslash at the end goes on in the next line, which would then be read as something else.
    if (entry?.endsWith('\\') !== false) return undefined;
    if (inOrigin && key?.toLowerCase() === 'url') urls.push(readValue(value));
  }
  // The first is the one that git fetches from.
  return urls[0] === '' ? undefined : urls[0];
}

function isBlank(line: string): boolean {
  return line === '' || line.startsWith('#') || line.startsWith(';');
}

/** Quotes and escapes undone, and a comment cut off; empty where that is not certain. */
function readValue(text: string): string {
  let value = '';
  let quoted = false;
  for (const [part, escaped, quote, comment] of text.matchAll(/\\(.)|(")|([#;])|[^\\"#;]+/g)) {
    if (comment !== undefined && !quoted) {
      // Git cuts here too, but perhaps in the midst of a password, and then the first half looks like a host.
      return /\s$/.test(value) ? value.trimEnd() : '';
    }
    if (quote !== undefined) quoted = !quoted;
    else if (escaped === undefined) value += part;
    else if (escaped === '\\' || escaped === '"') value += escaped;
    else return '';
  }
  return quoted ? '' : value.trimEnd();
}
