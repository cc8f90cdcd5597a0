import type { Writable } from 'node:stream';
import winston from 'winston';
import { redact } from '../secret.ts';
import { toPrintable } from '../text.ts';
import type { Log, LogFields } from './types.ts';

export interface LogOptions {
  readonly debug: boolean;
  readonly format: 'human' | 'json';
  readonly output: Writable;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

type Level = 'error' | 'warn' | 'info' | 'done' | 'debug';

interface Line {
  readonly fields: LogFields;
  /** Of a block, below its title. */
  readonly below: readonly string[];
}

const LEVELS: Record<Level, number> = { error: 0, warn: 1, info: 2, done: 2, debug: 3 };
/** In the colours of Atlassian's own pipes; ANSI works in Bitbucket's log without a terminal. Words stay without colours. */
const LABELS: Record<Level, string> = {
  error: '\u001b[31m✖ ERROR\u001b[0m',
  warn: '\u001b[33m! WARN\u001b[0m',
  info: ' ',
  done: '\u001b[32m✔\u001b[0m',
  debug: '\u001b[37m  DEBUG\u001b[0m',
};

/** Lines for people, or one JSON object a line; every line without secrets, every time in UTC. */
export function createLog({ debug, format, output, now = Date.now }: LogOptions): Log {
  const layout = format === 'json' ? jsonLine(now) : humanLine(now, debug);
  const transport = new winston.transports.Stream({ stream: output });
  const logger = winston.createLogger({
    levels: LEVELS,
    level: debug ? 'debug' : 'info',
    format: layout,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own types disagree
    transports: [transport],
  });
  const write = (level: Level, message: string, fields: LogFields = {}, below: readonly string[] = []): void => {
    logger.log({ level, message, line: { fields, below } satisfies Line });
  };
  return {
    // The logger would take it along its whole way to drop it at the end; an audit has tens of thousands.
    debug: debug ? (message, fields) => write('debug', message, fields) : () => undefined,
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    done: (stage, message, elapsedMs, fields) => {
      const text = `${stage.padEnd(9)} ${message} (${formatElapsed(elapsedMs)})`;
      write('done', text, { ...fields, stage, elapsedMs });
    },
    block: (level, title, lines, fields) => write(level, title, fields, lines),
    close: () =>
      new Promise((resolve) => {
        // Without the wait winston loses the last lines when the process ends.
        transport.once('finish', () => output.write('', () => resolve()));
        logger.end();
      }),
  };
}

/** The first line of a run has the date, so a line needs the time alone; who debugs wants the milliseconds. */
function humanLine(now: () => number, debug: boolean): winston.Logform.Format {
  return winston.format.printf(({ level, message, line }) => {
    const { fields, below } = line as Line;
    const time = new Date(now()).toISOString().slice(11, debug ? 23 : 19);
    const shown = debug && below.length === 0 ? formatFields(fields) : '';
    // Whatever is printed may quote a file or a server; the colours of the label alone are ours.
    const text = toPrintable(redact([`${String(message)}${shown}`, ...below].join('\n')));
    return `${time} ${LABELS[level as Level]} ${text}`;
  });
}

function jsonLine(now: () => number): winston.Logform.Format {
  return winston.format.printf(({ level, message, line }) => {
    const timestamp = new Date(now()).toISOString();
    const { fields } = line as Line;
    const json = JSON.stringify({ timestamp, level: level === 'done' ? 'info' : level, message, ...fields });
    // JSON has the same escapes, and people look at these lines in Bitbucket's log too.
    return toPrintable(redact(json));
  });
}

function formatFields(fields: LogFields): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => ` ${name}=${String(value)}`).join('');
}

function formatElapsed(ms: number): string {
  return ms < 1000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
