export interface Section {
  /** As the heading has it. */
  readonly version: string;
  /** `YYYY-MM-DD`; a version without one is not released. */
  readonly date: string | undefined;
  /** What stands under the heading, without blank lines around it. */
  readonly text: string;
}

/** The versions of a changelog, as they stand: `## 1.2.3 - 2026-12-01`, or without a date while it is not released. */
export function readSections(changelog: string): readonly Section[] {
  const [, ...parts] = changelog.split(/^## /m);
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    const [version = '', date] = heading.trim().split(' - ');
    return { version, date, text: lines.join('\n').trim() };
  });
}

/** A day that the calendar has. */
export function isDate(text: string): boolean {
  const time = Date.parse(text);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
