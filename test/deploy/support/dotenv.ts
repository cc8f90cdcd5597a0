/**
 * How dotenv 4.0 reads a file: the one that `vercel build` of the Vercel CLI 64 has in it. Written anew after what it
 * does to single lines.
 */
export function readDotenv4(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, given = ''] = /^\s*([\w.-]+)\s*=\s*(.*)?\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const expands = given.startsWith('"') && given.endsWith('"');
    const raw = expands ? given.replaceAll('\\n', '\n') : given;
    values[name] = raw.replace(/^['"]|['"]$/g, '').trim();
  }
  return values;
}

/** How dotenv 16 reads a file: quotes may span lines, what is behind a hash is a comment, and `\r` is undone too. */
export function readDotenv16(text: string): Record<string, string> {
  const line =
    /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;
  const values: Record<string, string> = {};
  for (const [, name = '', given = ''] of text.replace(/\r\n?/g, '\n').matchAll(line)) {
    const trimmed = given.trim();
    const raw = trimmed.replace(/^(['"`])([\s\S]*)\1$/gm, '$2');
    values[name] = trimmed.startsWith('"') ? raw.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : raw;
  }
  return values;
}
