import type { Writable } from 'node:stream';
import winston from 'winston';
import { redact } from '../secret.ts';
import type { Log, LogFields } from './types.ts';

export interface LogOptions {
  readonly debug: boolean;
  readonly format: 'human' | 'json';
  readonly output: Writable;
}

type Level = 'error' | 'warn' | 'info' | 'done' | 'debug';

const LEVELS: Record<Level, number> = { error: 0, warn: 1, info: 2, done: 2, debug: 3 };
/** Colours and words as Atlassian's own pipes print them; ANSI works in Bitbucket's log without a terminal. */
const LABELS: Record<Level, string> = {
  error: '\u001b[31m✖ ERROR\u001b[0m',
  warn: '\u001b[33m! WARN \u001b[0m',
  info: '\u001b[36m  INFO \u001b[0m',
  done: '\u001b[32m✔ INFO \u001b[0m',
  debug: '\u001b[37m  DEBUG\u001b[0m',
};

/** Lines for people, or one JSON object a line; every line without secrets, every time in UTC with milliseconds. */
export function createLog({ debug, format, output }: LogOptions): Log {
  const layout = format === 'json' ? jsonLine() : humanLine(debug);
  const transport = new winston.transports.Stream({ stream: output });
  const logger = winston.createLogger({
    levels: LEVELS,
    level: debug ? 'debug' : 'info',
    format: winston.format.combine(winston.format.timestamp(), layout),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own types disagree
    transports: [transport],
  });
  const write = (level: Level, message: string, fields?: LogFields): void => {
    logger.log({ level, message, fields: fields ?? {} });
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    done: (stage, message, elapsedMs, fields) => {
      const text = `${stage.padEnd(9)} ${message} (${formatElapsed(elapsedMs)})`;
      write('done', text, { ...fields, stage, elapsedMs });
    },
    close: () =>
      new Promise((resolve) => {
        // Without the wait winston loses the last lines when the process ends.
        transport.once('finish', () => output.write('', () => resolve()));
        logger.end();
      }),
  };
}

function humanLine(debug: boolean): winston.Logform.Format {
  return winston.format.printf(({ level, message, timestamp, fields }) => {
    const shown = debug ? formatFields(fields as LogFields) : '';
    const label = `${String(timestamp)} ${LABELS[level as Level]}`;
    return redact(`${label} ${String(message)}${shown}`);
  });
}

function jsonLine(): winston.Logform.Format {
  return winston.format.printf(({ level, message, timestamp, fields }) => {
    const line = { timestamp, level: level === 'done' ? 'info' : level, message, ...(fields as LogFields) };
    return redact(JSON.stringify(line));
  });
}

function formatFields(fields: LogFields): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => ` ${name}=${String(value)}`).join('');
}

function formatElapsed(ms: number): string {
  return ms < 1000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
