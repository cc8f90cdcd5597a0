import { Across } from './across.ts';
import { SPOOLED, type VercelWatch } from './collect/index.ts';
import { EventNames } from './name-events.ts';
import type { Spool } from './spool/index.ts';
import type { Scope, SeenDeployment, SeenEvent, SeenRecord } from './types.ts';

/** What the buckets' values must know of each other. */
export interface Known {
  readonly across: Across;
  readonly names: EventNames;
}

/** Looks at everything once, when it comes: to read 300,000 lines from the disk again takes seconds. */
export interface Survey extends VercelWatch {
  /** When everything was noted. */
  finish(): Promise<Known>;
}

/** Begins with what an earlier run has left. */
export async function beginSurvey(spool: Spool, scope: Scope): Promise<Survey> {
  const across = new Across(await spool.createShelf<SeenRecord>('lone-intents'));
  const names = new EventNames(scope);
  const note: VercelWatch['note'] = (name, value) => {
    if (name === SPOOLED.tokens) across.addToken(value as SeenEvent);
    if (name === SPOOLED.events) names.ask(value as SeenEvent);
    if (name === SPOOLED.deployments) across.addDeployment(value as SeenDeployment);
  };
  for (const name of [SPOOLED.tokens, SPOOLED.events, SPOOLED.deployments]) {
    await each(spool, name, (value) => note(name, value));
  }
  return {
    note,
    wants: (event) => names.wants(event),
    finish: async () => {
      if (names.asks) {
        await each(spool, SPOOLED.deployments, (one) => names.answerWith(one as SeenDeployment));
      }
      if (names.hasOpen()) await each(spool, SPOOLED.events, (event) => names.answer(event as SeenEvent));
      return { across, names };
    },
  };
}

async function each(spool: Spool, name: string, note: (value: unknown) => void): Promise<void> {
  for await (const kept of spool.read<unknown>(name)) for (const { value } of kept) note(value);
}
