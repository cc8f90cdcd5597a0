/** What changes how other letters are read, or cannot be seen: control characters, bidi marks, invisible letters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\ufff9-\ufffb]/gu;
const MAX_CHARS = 2000;

/** Text from outside as it may be shown: nothing in it is hidden or turns other text around, and it has an end. */
export function visible(text: string): string {
  if (isVisible(text)) return text;
  const cut = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}\u2026` : text;
  return cut.toWellFormed().replace(UNSEEN, (letter) => `[U+${hex(letter)}]`);
}

/** The same behind `#` of a link: by what the list shows, and whatever halves of letters are in it. */
export function inLink(text: string): string {
  return encodeURIComponent(visible(text));
}

/** True of what {@link visible} gives back as it is, for most texts. */
export function isVisible(text: string): boolean {
  // The dots behind what an audit's own sentences cut.
  return text.length <= MAX_CHARS && /^[\x20-\x7e\u2026]*$/.test(text);
}

function hex(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
