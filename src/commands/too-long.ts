import type { Ending } from '../deploy/types.ts';
import { PipeError } from '../errors.ts';

/** What a run was at when its time was over. */
export interface Unfinished {
  readonly command: string;
  /** What `TIMEOUT` allows, in milliseconds. */
  readonly timeoutMs: number;
  readonly made: Made | undefined;
  /** What failed last, and did not succeed again. */
  readonly trouble: readonly string[];
}

/** The deployment that a deploy has made. */
export interface Made {
  /** Where it is to be seen. */
  readonly page: string;
  /** What came of it; undefined while it is followed. */
  readonly came: Ending | 'moving' | undefined;
}

interface Advice {
  readonly wanted: string;
  readonly fix: string;
}

const AGAIN = 'Run it again; raise TIMEOUT if it needs longer.';
const MOVED: Advice = {
  wanted: 'production moved by then',
  fix: 'See which deployment is current on Vercel, for it may still be moved; raise TIMEOUT if that needs longer.',
};
/** By command; those of a deploy are for one that is not known to have made anything. */
const ADVICE: Readonly<Record<string, Advice>> = {
  deploy: {
    wanted: 'a deployment that is live by then',
    fix: 'Run the step again; raise TIMEOUT if its files need longer to be sent.',
  },
  promote: MOVED,
  rollback: MOVED,
  smoke: {
    wanted: 'every path answered as SMOKE_PATHS wants it by then',
    fix: 'Check the address, and that this step may reach it; raise TIMEOUT if it needs longer to answer: a path is tried for a minute.',
  },
  cleanup: { wanted: 'everything looked at and settled by then', fix: AGAIN },
  pull: { wanted: "the project's settings fetched by then", fix: AGAIN },
  audit: { wanted: 'every question answered by then', fix: 'Raise TIMEOUT if it needs longer.' },
  doctor: { wanted: 'everything looked at by then', fix: AGAIN },
};

const FOLLOWED: Advice = {
  wanted: 'a deployment that is live by then',
  fix: 'it may still become live. Raise TIMEOUT if its build, its domains or its tests need longer.',
};
const REST = 'its names given, and its tests passed, by then';
const LONGER = 'Raise TIMEOUT if its names or its tests need longer.';
const CAME: Readonly<Record<Ending | 'moving', Advice>> = {
  live: { wanted: REST, fix: `it is live. ${LONGER}` },
  rolling: { wanted: REST, fix: `it is being rolled out, and goes on by itself. ${LONGER}` },
  staged: {
    wanted: REST,
    fix: `it is staged, and nothing moves production to it by itself: COMMAND: promote does. ${LONGER}`,
  },
  created: { ...FOLLOWED, wanted: REST },
  moving: { wanted: 'production moved by then', fix: `production may be moved to it, or away from it. ${LONGER}` },
};

export function tooLong({ command, timeoutMs, made, trouble }: Unfinished): PipeError {
  const none = command === 'deploy' && !made ? '; no deployment of this run is known' : '';
  const last = trouble.length > 0 ? `; what failed last: ${trouble.join(', ')}` : '';
  const { wanted, fix } = made ? adviseOn(made) : (ADVICE[command] ?? { wanted: 'an end by then', fix: AGAIN });
  return new PipeError({
    code: 'TIMEOUT',
    message: 'The run took longer than TIMEOUT allows.',
    got: `more than ${String(timeoutMs / 1000)} s${none}${last}`,
    wanted,
    fix: trouble.length > 0 ? `Mend what failed, or wait until it is over. ${fix}` : fix,
  });
}

function adviseOn({ page, came }: Made): Advice {
  const { wanted, fix } = came === undefined ? FOLLOWED : CAME[came];
  return { wanted, fix: `See ${page}: ${fix}` };
}
