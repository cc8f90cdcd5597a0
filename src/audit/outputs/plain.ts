import { timeText, nameOf, type Projects } from './columns.ts';
import type { Row } from '../types.ts';

/** Control characters, halves of pairs, and what turns the direction of writing or has no width. */
const UNSEEN = /[\p{Cc}\p{Cs}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]+/gu;

/** A foreign text on one line, with nothing in it that cannot be seen. */
export function toLine(text: string): string {
  return text.replace(UNSEEN, ' ');
}

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
}

/** `web (prj_abc)`, or the id alone. */
export function nameProject(projectId: string, projects: Projects): string {
  const name = nameOf(projectId, projects);
  return name === undefined ? projectId : `${name} (${projectId})`;
}

/** `promotion of dpl_abc`, `deployment dpl_abc`, `record file.json`. */
export function nameRow({ kind, id, change, deployment, event }: Row): string {
  if (kind !== 'change') return `${kind} ${id}`;
  const what = event?.alias === undefined ? (deployment?.id ?? id) : `${event.alias} to ${deployment?.id ?? id}`;
  return `${change ?? 'change'} of ${what}`;
}

/** `2026-11-24 02:00:00 UTC`. */
export function tellTime(at: number): string {
  return (timeText(at) ?? 'no time').replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** `2026-11-24`. */
export function tellDay(at: number): string {
  return (timeText(at) ?? 'no time').slice(0, 10);
}

export function tellCount(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

/** `12,345`. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
