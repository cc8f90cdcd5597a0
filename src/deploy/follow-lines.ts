import { cleanText } from '../http/index.ts';
import type { Log } from '../platform/types.ts';
import { redact } from '../secret.ts';
import { isJson, type Json } from './json.ts';

const SHOWN = ['command', 'stdout', 'stderr', 'fatal'];
const MAX_LINE = 1000;
const MAX_LINES = 2000;
/** Where more are left out, a failure is still explained by the last ones. */
const TAIL_LINES = 50;

/** Colours and cursor moves; titles and links, which end with BEL or ST. */
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

export interface BuildLines {
  show(item: Json): void;
  /** @param failed the last lines are shown although they are too many */
  end(failed: boolean): void;
}

/** Shows a build's lines, up to a number that a reader can bear. `page` is where all of them are. */
export function createBuildLines(log: Log, page: string): BuildLines {
  let shown = 0;
  let leftOut = 0;
  const tail: string[] = [];
  const take = (line: string): void => {
    if (shown < MAX_LINES) {
      shown += 1;
      log.info(`  │ ${line}`);
      return;
    }
    if (leftOut === 0) log.info(`  │ … more than ${String(MAX_LINES)} lines: the rest is at ${page}`);
    leftOut += 1;
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  return {
    show: (item) => readLines(item).forEach(take),
    end: (failed) => {
      if (!failed || tail.length === 0) return;
      log.info(`  │ … the last ${String(tail.length)} of ${String(leftOut)} lines that were left out:`);
      for (const line of tail.splice(0)) log.info(`  │ ${line}`);
    },
  };
}

function readLines({ type, text, payload }: Json): string[] {
  const given = typeof text === 'string' ? text : isJson(payload) ? payload['text'] : undefined;
  if (typeof given !== 'string' || !SHOWN.some((kind) => kind === type)) return [];
  // Before it is cut: the half of a secret is known to nobody.
  return redact(given.replace(ESCAPES, ''))
    .split(/\r?\n/)
    .map((line) => cleanText(lastWritten(line), MAX_LINE).trimEnd())
    .filter((line) => line !== '');
}

/** A progress bar writes over its line again and again: what stood there last. */
function lastWritten(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
