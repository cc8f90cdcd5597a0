const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['a UUID in braces', new RegExp(`^\\{${UUID}\\}$`, 'i')],
  ['a UUID', new RegExp(`^${UUID}$`, 'i')],
  ['UUIDs in braces with colons between them', new RegExp(`^\\{${UUID}\\}(?::\\{${UUID}\\})+$`, 'i')],
  ['an ari', /^ari:/],
  ['an https address', /^https:\/\//],
  ['digits', /^\d+$/],
];
const MAX_NAMES = 60;
const MAX_NAME = 60;
const NAME = /^[A-Za-z0-9_.@:/-]+$/;

/** What kind of value it is, and nothing of the value itself. */
export function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.map(shapeOf).join(', ')}`;
  if (typeof value === 'object') return `a map of ${namesOf(value)}`;
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number';
  if (typeof value !== 'string') return typeof value;
  if (value === '') return 'an empty text';
  return SHAPES.find(([, pattern]) => pattern.test(value))?.[0] ?? 'a text';
}

/** The names of a map's members; those that could themselves be a value are only counted. */
export function namesOf(value: unknown): string {
  const names = typeof value === 'object' && value !== null ? Object.keys(value).sort() : [];
  const plain = names.filter((name) => name.length <= MAX_NAME && NAME.test(name));
  const shown = plain.slice(0, MAX_NAMES);
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`${String(more)} more`] : [])].join(', ') || 'nothing';
}
