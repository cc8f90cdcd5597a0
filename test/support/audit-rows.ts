import { createHash } from 'node:crypto';
import type { AuditClass } from '../../src/audit/classes.ts';
import type { Check, CheckName, Row } from '../../src/audit/types.ts';
import { choose, createChance, idOf, type Chance } from './audit-chance.ts';
import { otherKindsOf, reasonsOf, weightsOf } from './audit-kinds.ts';

export const SINCE = Date.UTC(2026, 10, 1);
export const UNTIL = Date.UTC(2026, 11, 1);
export const PEOPLE = ['Ada Obi', 'Bo Lindqvist', 'Chen Wei', 'Dana Reyes', 'Eli Novak', 'Fatima Zahra', 'Gus Moreau'];
export const PROJECTS = { prj_web: 'web', prj_docs: 'docs', prj_shop: 'shop', prj_admin: 'admin' } as const;
const POLICIES = ['8f', '3a', 'd4'].map((seed) => createHash('sha256').update(seed).digest('hex'));

/**
 * Rows of a month with every class in them, the same for the same seed.
 * @param count at least as many as there are classes
 */
export async function* sampleRows(count: number, seed = 1): AsyncGenerator<Row> {
  const chance = createChance(seed);
  for (let index = 0; index < count; index += 1) {
    // A buffer of the reader's would be filled without a pause otherwise.
    if (index % 1000 === 0) await Promise.resolve();
    yield sampleRow(chance, index, count);
  }
}

function sampleRow(chance: Chance, index: number, count: number): Row {
  const name = weightsOf(chance, index);
  const kinds = otherKindsOf(chance, name);
  // More by day than by night, and less at weekends.
  const day = Math.floor((index / count) * 30);
  const at = SINCE + day * 86_400_000 + Math.floor((8 + chance() * 10) * 3_600_000);
  const projectId = choose(chance, Object.keys(PROJECTS));
  const production = kinds.change === 'promotion' || kinds.change === 'rollback' || chance() < 0.3;
  const bare: Row = {
    ...kinds,
    id: kinds.kind === 'record' ? `${projectId}/${fileOf(at, projectId, idOf(chance, 32))}` : '',
    class: name,
    reasons: reasonsOf(name, chance),
    at,
    projectId,
    target: production ? 'production' : 'preview',
    production,
    checks: [],
  };
  return fill(bare, chance);
}

function personOf(person: string): Pick<Row, 'person' | 'personId'> {
  return { person, personId: `{person-${String(PEOPLE.indexOf(person))}}` };
}

function fill(row: Row, chance: Chance): Row {
  const hasRecord =
    !['UNEXPLAINED', 'RECORD_REMOVED', 'FORGED_LINK'].includes(row.class) && !row.class.startsWith('UNREC');
  const deploymentId = `dpl_${idOf(chance, 24)}`;
  const person = row.class === 'UNEXPLAINED' && chance() < 0.4 ? {} : personOf(choose(chance, PEOPLE));
  const built = hasRecord || row.class === 'FORGED_LINK';
  const project = row.projectId.slice(4);
  return {
    ...row,
    ...person,
    id: row.kind === 'deployment' ? deploymentId : row.id || `uev_${idOf(chance, 22)}`,
    ...(row.kind === 'record' ? {} : deploymentOf(row, deploymentId, chance)),
    ...(row.kind === 'record' ? {} : eventOf(row, chance)),
    ...(hasRecord ? recordOf(row, chance) : {}),
    ...(built ? buildOf(row, chance, project) : {}),
    ...(row.class === 'EXCEPTION' ? { exception: EXCEPTION, instead: 'UNEXPLAINED' as const } : {}),
    checks: checksOf(row.class, { hasRecord, built }, deploymentId),
  };
}

const EXCEPTION = {
  id: 'EX-7',
  reason: 'Hotfix by hand while Bitbucket was down',
  approver: 'Ines Duarte',
  ticket: 'OPS-1412',
  expires: UNTIL + 20 * 86_400_000,
} as const;

function deploymentOf({ at, projectId }: Row, id: string, chance: Chance): Pick<Row, 'deployment'> {
  const name = projectId.slice(4);
  return {
    deployment: {
      id,
      url: `${name}-${idOf(chance, 9).toLowerCase()}-acme.vercel.app`,
      inspectorUrl: `https://vercel.com/acme/${name}/${id.slice(4)}`,
      source: 'cli',
      readyState: chance() < 0.97 ? 'READY' : 'ERROR',
      readyAt: at + 4000 + Math.floor(chance() * 60_000),
      creatorType: 'app',
      creator: 'vercel-oidc-deploy',
      ...(chance() < 0.02 ? { deleted: true as const } : {}),
    },
  };
}

function eventOf({ kind, change, at }: Row, chance: Chance): Pick<Row, 'event'> {
  const types = {
    promotion: 'manual-deployment-promotion-created',
    rollback: 'instant-rollback-created',
    alias: 'alias',
  };
  const type =
    kind === 'deployment' ? 'deployment' : ((types as Record<string, string>)[change ?? ''] ?? 'deployment-delete');
  return {
    event: {
      id: `uev_${idOf(chance, 22)}`,
      type,
      at: at + Math.floor(chance() * 300),
      principalId: 'usr_9ZkQ',
      principal: choose(chance, PEOPLE),
      tokenId: idOf(chance, 24),
      requestId: `fra1::${idOf(chance, 5)}-${String(at)}-${idOf(chance, 12)}`,
      policyId: choose(chance, ['oidp_web', 'oidp_shared']),
      ...(change === 'alias' ? { alias: 'www.example.com' } : {}),
    },
  };
}

function fileOf(at: number, projectId: string, id: string): string {
  const utc = new Date(at - 9000).toISOString().replace(/\.\d+|[:-]/g, '');
  return `${utc}-${projectId}-production-${id}.result.sigstore.json`;
}

function recordOf(row: Row, chance: Chance): Pick<Row, 'record'> {
  const recordId = idOf(chance, 32).toLowerCase();
  const keyless = chance() < 0.34;
  return {
    record: {
      file: row.kind === 'record' ? row.id : `${row.projectId}/${fileOf(row.at, row.projectId, recordId)}`,
      digest: createHash('sha256').update(recordId).digest('hex'),
      recordId,
      action: row.change ?? 'deploy',
      outcome: 'deployed',
      assurance: keyless ? (row.class === 'UNTIMED' ? 'held-token' : 'timed') : 'managed-key',
      keyId: `SHA256:${keyless ? idOf(chance, 43) : 'nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8'}`,
      ...(keyless ? { timedBy: 'timestamp' as const } : {}),
      policyDigest: choose(chance, POLICIES),
      grant: choose(chance, ['web-production', 'previews', 'docs']),
      pipeVersion: choose(chance, ['1.2.0', '1.2.0', '1.1.3', '1.0.0']),
      startedAt: row.at - 9000,
      deployedAt: row.at + 3000,
    },
  };
}

function buildOf({ at }: Row, chance: Chance, project: string): Pick<Row, 'build' | 'review'> {
  const number = 1000 + Math.floor(chance() * 9000);
  const author = choose(chance, PEOPLE);
  const commit = createHash('sha1')
    .update(String(number) + project)
    .digest('hex');
  return {
    build: {
      repositoryUuid: `{${project}-0000-4000-8000-000000000000}`,
      repository: `acme/${project}`,
      pipelineUuid:
        `${idOf(chance, 8)}-${idOf(chance, 4)}-4${idOf(chance, 3)}-8${idOf(chance, 3)}-${idOf(chance, 12)}`.toLowerCase(),
      stepUuid: idOf(chance, 32).toLowerCase(),
      buildNumber: number,
      commit,
      ref: 'main',
      trigger: 'push',
      creator: author,
      createdAt: at - 60_000 - Math.floor(chance() * 200_000),
      url: `https://bitbucket.org/acme/${project}/pipelines/results/${String(number)}`,
    },
    review: { pullRequest: number - 900, author, approvedBy: chance() < 0.8 ? [choose(chance, PEOPLE)] : [] },
  };
}

function checksOf(name: AuditClass, has: { hasRecord: boolean; built: boolean }, id: string): Check[] {
  const bad = name !== 'VERIFIED' && name !== 'EXCEPTION';
  const check = (of: CheckName, there: boolean, found: string): Check =>
    there ? { name: of, state: 'ok', found } : { name: of, state: 'none', found: 'there is nothing to look at' };
  const checks = [
    check('record', has.hasRecord, `a record names ${id}`),
    check('signature', has.hasRecord, 'it holds, by a key of the list'),
    check('time', has.hasRecord, 'inside the life of the token'),
    check('deployment', true, `Vercel lists ${id} with the same project, target and time`),
    check('event', true, 'the event history tells of it at the same second'),
    check('build', has.built, 'Bitbucket knows the build, with the same commit'),
    check('step', has.built, 'the step was running'),
    check('review', has.built, 'a pull request with an approval'),
    check('policy', has.hasRecord, 'allowed in the period'),
    check('vercel-policy', has.hasRecord, "the token came by the grant's policy"),
  ];
  const [first, ...others] = checks;
  if (!bad || !first) return checks;
  const state = name === 'NOT_CHECKABLE' ? 'missing' : 'bad';
  return [{ ...first, state, found: `no good record names ${id}` }, ...others];
}
