import { describe, expect, it } from '@jest/globals';
import type { Row } from '../../src/audit/types.ts';
import { makeHistory, rowKey, type History } from '../../tools/histories/index.ts';
import { auditAll, chooseSeeds, describeRow, sizeOf } from './support/audit-history.ts';
import { seeAll, type Population, type Sight } from './support/history-world.ts';

const SIGHTS = chooseSeeds(40).map((seed) => seeAll(makeHistory(seed, { size: sizeOf(seed) })));
const WHOLE = SIGHTS.map((sight) => new Map(auditAll(sight).map((row) => [rowKey(row), row])));
const USE = 'oidc-policy-used-to-obtain-app-token';

/** What is taken away, whether the audit is told, and which rows can not be verified without it. */
interface Loss {
  readonly take: (history: History) => Partial<History>;
  readonly told?: Population;
  readonly needs: (row: Row, history: History) => boolean;
}

const isDeployment = ({ kind }: Row): boolean => kind === 'deployment';
const isProduction = ({ kind, target, record }: Row): boolean =>
  kind === 'deployment' && target === 'production' && record !== undefined;
const withoutUses = ({ events }: History): Partial<History> => ({ events: events.filter(({ type }) => type !== USE) });

/** Of a token that Vercel's exchange gave. */
function isExchanged(row: Row, { records }: History): boolean {
  const used = records.find(({ file }) => file === row.record?.file);
  return isProduction(row) && used?.facts.hop === 'vercel';
}

const LOSSES: Readonly<Record<string, Loss>> = {
  'all records': { take: () => ({ records: [] }), told: 'records', needs: () => true },
  'all records, untold': { take: () => ({ records: [] }), needs: () => true },
  'all results, untold': {
    take: ({ records }) => ({ records: records.filter(({ facts }) => facts.phase === 'intent') }),
    needs: () => true,
  },
  'all intents, untold': {
    take: ({ records }) => ({ records: records.filter(({ facts }) => facts.phase === 'result') }),
    needs: () => false,
  },
  'all deployments': { take: () => ({ deployments: [] }), told: 'deployments', needs: isDeployment },
  // What events show as made and as deleted may be gone from a list that is whole.
  'all deployments, untold': {
    take: () => ({ deployments: [] }),
    needs: (row) => isDeployment(row) && row.deployment?.deleted !== true,
  },
  'all events': { take: () => ({ events: [] }), told: 'events', needs: isDeployment },
  'all events, untold': { take: () => ({ events: [] }), needs: isDeployment },
  'all uses of policies': { take: withoutUses, told: 'vercel-policies', needs: isExchanged },
  'all uses of policies, untold': { take: withoutUses, needs: isExchanged },
  'all pipelines': { take: () => ({ pipelines: new Map() }), told: 'pipelines', needs: isDeployment },
  'all pipelines, untold': { take: () => ({ pipelines: new Map() }), needs: isDeployment },
  'all steps': {
    take: () => ({ steps: new Map() }),
    told: 'steps',
    needs: (row) => isProduction(row) && row.record?.assurance === 'static-key',
  },
  'all reviews': { take: () => ({ reviews: new Map() }), told: 'reviews', needs: () => false },
  'the earlier checkpoint': { take: () => ({ previous: [] }), needs: () => false },
  'all exceptions': { take: () => ({ exceptions: [] }), needs: ({ class: name }) => name === 'EXCEPTION' },
};

function takeAway({ history, missing }: Sight, { take, told }: Loss): Sight {
  const more: readonly (readonly [Population, string])[] = told ? [[told, 'Nothing of it could be read.']] : [];
  return { history: { ...history, ...take(history) }, missing: new Map([...missing, ...more]) };
}

describe('without', () => {
  it.each(Object.entries(LOSSES))('%s nothing becomes verified, and nothing stays so that needs it', (_, loss) => {
    const wrong: string[] = [];
    let tried = 0;
    for (const [index, sight] of SIGHTS.entries()) {
      const before = WHOLE[index];
      const seed = String(sight.history.seed);
      for (const row of auditAll(takeAway(sight, loss))) {
        const was = before?.get(rowKey(row));
        if (was?.class === 'VERIFIED') tried += 1;
        if (row.class !== 'VERIFIED') continue;
        if (was?.class !== 'VERIFIED')
          wrong.push(`seed ${seed}: ${describeRow(row)}; it was ${was?.class ?? 'no row'}`);
        else if (loss.needs(was, sight.history)) wrong.push(`seed ${seed}: ${describeRow(row)}, still`);
      }
    }
    expect(wrong).toEqual([]);
    // Else nothing was tried.
    expect(tried).toBeGreaterThan(0);
  });
});
