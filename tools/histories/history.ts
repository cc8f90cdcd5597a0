import { signOff } from './exceptions.ts';
import { listPolicies, startLife, type Life } from './life.ts';
import { toEntry } from './scenes/lone.ts';
import { SCENES } from './scenes/index.ts';
import type { Scene } from './scenes/scene.ts';
import type { History, HistoryOptions } from './types.ts';

/** Share of what happens that is a fault, where nobody says: from a quiet period to one in which nothing else happens. */
const RATES = [0, 0.05, 0.2, 0.5, 1];

/** Two whose answers come, or do not, by no word of the servers; and one that is told by a repository that nobody may name. */
const NOT_ON_THE_WIRE = new Set(['pipelineNotAsked', 'stepsNotAsked', 'otherRepository']);

/** Makes up a period, and says what an audit must find in it. The same seed and options give the same. */
export function makeHistory(seed: number, options: HistoryOptions): History {
  const { size, faults, only, extras = true } = options;
  const life = startLife(seed, options);
  const { random, hasPolicies, records } = life;
  const share = faults ?? random.pick(RATES);
  const choose = chooser(only);
  for (let count = 0; count < size; count += 1) {
    const [name, scene] = choose(life, random.chance(share));
    if (life.wire && NOT_ON_THE_WIRE.has(name)) continue;
    life.scene = name;
    scene.play(life);
  }
  for (const record of life.hasPrevious ? records : []) if (random.chance(0.5)) life.previous.push(...remember(record));
  const { exceptions, expected } = signOff(life, extras ? random.pick([0, 0, 0.2, 0.7]) : 0);
  return {
    ...{ seed, scope: life.scope, now: life.now, exceptions, expected, sites: life.sites, issuer: life.issuer },
    workspaceUuid: life.workspaceUuid,
    deployments: life.deployments.sort((a, b) => b.createdAt - a.createdAt),
    events: life.events.sort((a, b) => b.at - a.at),
    ...{ pipelines: life.pipelines, steps: life.steps, reviews: life.reviews },
    records: records.sort((a, b) => (a.file < b.file ? -1 : 1)),
    recordsMissing: life.recordsMissing,
    policies: hasPolicies ? listPolicies(life) : undefined,
    previous: life.previous.sort((a, b) => (a.digest < b.digest ? -1 : 1)),
  };
}

/** What an earlier audit has counted, and is still there. */
function remember(record: Life['records'][number]): Life['previous'] {
  return record.verdict.state === 'verified' ? [toEntry(record)] : [];
}

type Choice = readonly [name: string, scene: Scene];

const EVERYTHING = shareOut(Object.entries(SCENES));

/** Picks by weight. */
function chooser(only: readonly string[] | undefined): (life: Life, isFault: boolean) => Choice {
  const pools = only ? shareOut(Object.entries(SCENES).filter(([name]) => only.includes(name))) : EVERYTHING;
  const all = pools.flat();
  return ({ random }, isFault) => {
    const pool = pools[isFault ? 1 : 0] ?? [];
    return random.pick(pool.length > 0 ? pool : all);
  };
}

/** Each as often as it weighs: ordinary life, and faults. */
function shareOut(named: readonly Choice[]): readonly (readonly Choice[])[] {
  return [false, true].map((isFault) =>
    named.flatMap((choice) => Array.from({ length: choice[1].fault === isFault ? choice[1].weight : 0 }, () => choice)),
  );
}
