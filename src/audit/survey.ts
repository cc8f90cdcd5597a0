import { Across } from './across.ts';
import { SPOOLED } from './collect/index.ts';
import { EventNames } from './name-events.ts';
import type { Spool } from './spool/index.ts';
import type { Scope, SeenDeployment, SeenEvent } from './types.ts';

/** What the buckets' values must know of each other. */
export interface Known {
  readonly across: Across;
  readonly names: EventNames;
}

export async function survey(spool: Spool, scope: Scope): Promise<Known> {
  const across = new Across();
  const names = new EventNames(scope);
  for await (const kept of spool.read<SeenEvent>(SPOOLED.tokens)) {
    for (const { value } of kept) across.addToken(value);
  }
  for await (const kept of spool.read<SeenEvent>(SPOOLED.events)) for (const { value } of kept) names.ask(value);
  if (names.asksForProjects) {
    for await (const kept of spool.read<SeenEvent>(SPOOLED.events)) for (const { value } of kept) names.answer(value);
  }
  for await (const kept of spool.read<SeenDeployment>(SPOOLED.deployments)) {
    for (const { value } of kept) {
      across.addDeployment(value);
      names.answerWith(value);
    }
  }
  return { across, names };
}
