/** Pretty JSON in ASCII: what does not show, or looks like another letter, stands as its escape. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  return `${json.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
