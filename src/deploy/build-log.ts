import { cleanText } from '../http/index.ts';
import type { Log } from '../platform/types.ts';
import { isJson, type Json } from './json.ts';
import type { VercelApi } from './vercel-api.ts';

const SHOWN = ['command', 'stdout', 'stderr', 'fatal'];
const MAX_LINE = 1000;

const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g;

export interface BuildLog {
  /** Resolves when the log has ended, for whatever reason: a log that breaks off fails no deployment. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Shows the build's lines as they come. `onAliased` is called when Vercel says that the domains are assigned. */
export function showBuildLog(
  { api, log }: { readonly api: VercelApi; readonly log: Log },
  id: string,
  onAliased: () => void,
  signal: AbortSignal,
): BuildLog {
  const closing = new AbortController();
  const read = async (): Promise<void> => {
    try {
      for await (const line of api.events(id, AbortSignal.any([signal, closing.signal]))) {
        const item = parse(line);
        if (item['type'] === 'alias-assigned') onAliased();
        else for (const text of readLines(item)) log.info(`  │ ${text}`);
      }
    } catch (error) {
      if (!closing.signal.aborted && !signal.aborted) log.debug(`build log: ${(error as Error).message}`);
    }
  };
  return { ended: read(), close: () => closing.abort() };
}

function parse(line: string): Json {
  try {
    const item: unknown = JSON.parse(line);
    return isJson(item) ? item : {};
  } catch {
    return {};
  }
}

function readLines({ type, text, payload }: Json): string[] {
  const shown = typeof text === 'string' ? text : isJson(payload) ? payload['text'] : undefined;
  if (typeof shown !== 'string' || !SHOWN.includes(String(type))) return [];
  return shown
    .split(/\r?\n/)
    .map((line) => cleanText(line.replace(COLOURS, ''), MAX_LINE).trimEnd())
    .filter((line) => line !== '');
}
