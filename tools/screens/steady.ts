/** Makes a run's log the same each time: what is random or depends on the machine's speed is put in order. */
import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/platform/log.ts';
import type { Clock, Log } from '../../src/platform/types.ts';

/** 24 November 2026, 02:00 UTC. */
export const STARTED_AT = Date.UTC(2026, 10, 24, 2);
/** Milliseconds of each stage, about those of a small project; a sandbox in the same process takes none. */
const STAGE_MS: Readonly<Record<string, number>> = {
  ...{ identity: 184, policy: 1, signer: 3, exchange: 412, deploy: 9_260, record: 38 },
};
/** Everything before and between the stages. */
const OTHER_MS = 140;
/** Long enough for the sandbox's events to come, whatever the machine is doing. */
const REAL_SLEEP_MS = 100;
/** These two go on side by side, and either may end first. */
const SIDE_BY_SIDE = ['signer', 'exchange'];

/** Moves on by what is slept alone. */
export function steadyClock(): Clock {
  let now = STARTED_AT;
  return {
    now: () => now,
    async sleep(ms, signal) {
      await sleep(REAL_SLEEP_MS, undefined, signal ? { signal } : {});
      now += ms;
    },
    timeout: () => new AbortController().signal,
  };
}

interface Entry {
  readonly stage?: string;
  readonly write: (log: Log) => void;
}

export interface SteadyLog extends Log {
  /** All that was written, as people see it, without colours. */
  text(): Promise<string>;
}

/** Keeps what is written until the end: then it is known which stage came when. */
export function steadyLog(): SteadyLog {
  const entries: Entry[] = [];
  const keep = (write: Entry['write']): void => void entries.push({ write });
  return {
    debug: () => undefined,
    info: (...line) => keep((log) => log.info(...line)),
    warn: (...line) => keep((log) => log.warn(...line)),
    error: (...line) => keep((log) => log.error(...line)),
    done: (stage, message) => {
      entries.push({ stage, write: (log) => log.done(stage, message, STAGE_MS[stage] ?? 0) });
    },
    block: (...block) => keep((log) => log.block(...block)),
    close: () => Promise.resolve(),
    text: () => writeOut(entries),
  };
}

async function writeOut(entries: Entry[]): Promise<string> {
  let text = '';
  let now = STARTED_AT;
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLog({ debug: false, format: 'human', output, now: () => now });
  for (const { stage, write } of inOrder(entries)) {
    if (stage !== undefined && stage !== 'signer') now += STAGE_MS[stage] ?? 0;
    write(log);
  }
  await log.close();
  const seconds = ((now - STARTED_AT + OTHER_MS) / 1000).toFixed(1);
  return standIn(text.replaceAll(/\u001b\[\d+m/g, '').replace(/ after \d+\.\d s:$/m, ` after ${seconds} s:`));
}

function inOrder(entries: Entry[]): readonly Entry[] {
  const at = entries.flatMap(({ stage }, index) => (SIDE_BY_SIDE.includes(stage ?? '') ? [index] : []));
  const [first, second] = at;
  if (first === undefined || second !== first + 1) return entries;
  return entries
    .with(first, entries.find(isStage('signer')) as Entry)
    .with(second, entries.find(isStage('exchange')) as Entry);
}

function isStage(name: string): (entry: Entry) => boolean {
  return ({ stage }) => stage === name;
}

/** What is random in every run, by its shape: the same one each time stands in its place. */
const RANDOM = [
  { shape: /(?<=dpl_|\/acme\/web\/)\w{28}\b/g, digest: 'base64url' },
  { shape: /(?<=https:\/\/web-)\w{9}(?=-acme)/g, digest: 'hex' },
  { shape: /(?<=SHA256:)[\w+/]{43}/g, digest: 'base64' },
  { shape: /(?<=sha256 )[0-9a-f]{64}/g, digest: 'hex' },
] as const;

function standIn(text: string): string {
  return RANDOM.reduce((done, { shape, digest }, kind) => {
    const seen: string[] = [];
    return done.replaceAll(shape, (found) => {
      if (!seen.includes(found)) seen.push(found);
      const made = createHash('sha256')
        .update(`${String(kind)} ${String(seen.indexOf(found))}`)
        .digest(digest);
      return made.replaceAll(/[-_]/g, 'x').slice(0, found.length);
    });
  }, text);
}
