import { follow } from '../../record/index.ts';
import { toAscii } from '../../text.ts';
import { loosely, type Loose } from '../../fields.ts';
import type { RecordLine } from '../types.ts';

/** Longer than any name of ours; a record that does not hold may claim anything. */
const MAX_CHARS = 512;
const MAX_ITEMS = 1000;

/**
 * What a statement says, as far as an audit needs it. Of one that does not hold it is what it claims: texts are empty,
 * and times 0, where it says nothing of use.
 * @param named what the file's name says that it is
 */
export function toRecordLine(statement: unknown, named: RecordLine['phase'] | undefined): RecordLine {
  const said = follow(statement, 'predicate');
  const phase = follow(said, 'phase');
  const vercel = follow(said, 'vercel');
  const exchange = lastOf(follow(vercel, 'exchanges'), (item) => follow(item, 'hop') === 'vercel');
  return loosely<RecordLine>({
    recordId: text(said, 'recordId'),
    phase: phase === 'intent' || phase === 'result' ? phase : (named ?? 'result'),
    action: text(said, 'action'),
    outcome: maybe(said, 'outcome', 'status'),
    sandbox: follow(said, 'sandbox') === true ? true : undefined,
    intentDigest: maybe(said, 'intent', 'digest', 'sha256'),
    teamId: text(vercel, 'teamId'),
    projectId: text(vercel, 'projectId'),
    projectName: maybe(vercel, 'projectName'),
    target: text(vercel, 'target'),
    deployment: toDeployment(follow(vercel, 'deployment')),
    actsOn: maybe(vercel, 'actsOn', 'deploymentId'),
    rolledBackTo: toRolledBack(follow(said, 'smoke', 'rollback')),
    removed: toRemoved(follow(vercel, 'cleanup')),
    ...toToken(follow(said, 'oidc')),
    ...toBuild(follow(said, 'bitbucket', 'asserted')),
    policyDigest: maybe(said, 'policy', 'digest', 'sha256'),
    grant: maybe(said, 'policy', 'grant'),
    expiredPolicy: follow(said, 'policy', 'expiredPolicy') === true ? true : undefined,
    vercelPolicyId: maybe(exchange, 'policyId'),
    hop: maybe(vercel, 'credential', 'hop') ?? maybe(lastOf(follow(vercel, 'exchanges')), 'hop'),
    signerMode: text(said, 'signer', 'mode'),
    pipeVersion: text(said, 'producer', 'version'),
    startedAt: time(said, 'startedAt') ?? 0,
    deployedAt: time(said, 'deployedAt'),
    signedAt: time(said, 'signedAt') ?? 0,
  });
}

type Deployment = NonNullable<RecordLine['deployment']>;

function toDeployment(value: unknown): Deployment | undefined {
  const id = maybe(value, 'id');
  if (id === undefined) return undefined;
  const aliases = list(follow(value, 'aliases')).flatMap((item) => (typeof item === 'string' ? [clean(item)] : []));
  return loosely<Deployment>({
    id,
    url: maybe(value, 'url'),
    target: maybe(value, 'target'),
    readySubstate: maybe(value, 'readySubstate'),
    aliases,
    createdAt: time(value, 'createdAt'),
    readyAt: time(value, 'readyAt'),
    origin: maybe(value, 'origin', 'kind'),
    originRecordId: maybe(value, 'origin', 'recordId'),
    originIntentDigest: maybe(value, 'origin', 'intentDigest', 'sha256'),
  });
}

/** What production went back to: of a rollback that was not needed, not possible or not done there is none. */
function toRolledBack(rollback: unknown): string | undefined {
  const moved = ['done', 'rolling'].includes(text(rollback, 'outcome'));
  return moved ? maybe(rollback, 'deploymentId') : undefined;
}

/** Of a cleanup's result; in an intent no item has an outcome. */
function toRemoved(cleanup: unknown): readonly string[] | undefined {
  if (!Array.isArray(cleanup)) return undefined;
  return list(cleanup).flatMap((item) => {
    const changed = follow(item, 'act') !== 'note' && follow(item, 'outcome') === 'done';
    return changed ? [text(item, 'deploymentId')] : [];
  });
}

function toToken(oidc: unknown): TokenFacts {
  const claims = follow(oidc, 'claims');
  return {
    issuer: text(oidc, 'issuer'),
    workspaceUuid: uuid(claims, 'workspaceUuid'),
    repositoryUuid: uuid(claims, 'repositoryUuid'),
    // Bitbucket's older tokens have the second name.
    pipelineUuid: uuid(claims, 'pipelineUuid') || uuid(claims, 'pipelineRunUuid'),
    stepUuid: uuid(claims, 'stepUuid'),
    environment: maybe(claims, 'deploymentEnvironment'),
    tokenIssuedAt: time(oidc, 'tokenIssuedAt') ?? 0,
    tokenExpiresAt: time(oidc, 'tokenExpiresAt') ?? 0,
  };
}

type TokenFacts = Pick<
  Loose<RecordLine>,
  | 'issuer'
  | 'workspaceUuid'
  | 'repositoryUuid'
  | 'pipelineUuid'
  | 'stepUuid'
  | 'environment'
  | 'tokenIssuedAt'
  | 'tokenExpiresAt'
>;
type BuildFacts = Pick<
  Loose<RecordLine>,
  'repository' | 'buildNumber' | 'stepRunNumber' | 'commit' | 'branch' | 'tag' | 'runUrl'
>;

function toBuild(asserted: unknown): BuildFacts {
  const runUrl = maybe(asserted, 'runUrl');
  return {
    repository: maybe(asserted, 'repositoryFullName'),
    buildNumber: maybe(asserted, 'buildNumber'),
    stepRunNumber: maybe(asserted, 'stepRunNumber'),
    commit: maybe(asserted, 'commit'),
    branch: maybe(asserted, 'branch'),
    tag: maybe(asserted, 'tag'),
    // Pages make links of it.
    runUrl: runUrl?.startsWith('https://') === true ? runUrl : undefined,
  };
}

function maybe(value: unknown, ...path: readonly string[]): string | undefined {
  const found = follow(value, ...path);
  return typeof found === 'string' ? clean(found) : undefined;
}

function text(value: unknown, ...path: readonly string[]): string {
  return maybe(value, ...path) ?? '';
}

function clean(found: string): string {
  return toAscii(found.slice(0, MAX_CHARS));
}

/** In lower case, without braces. */
function uuid(value: unknown, name: string): string {
  const found = text(value, name).toLowerCase();
  return found.startsWith('{') && found.endsWith('}') ? found.slice(1, -1) : found;
}

/** Milliseconds since 1970. */
function time(value: unknown, name: string): number | undefined {
  const found = follow(value, name);
  const ms = typeof found === 'string' ? Date.parse(found) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS) : [];
}

function lastOf(value: unknown, fits: (item: unknown) => boolean = () => true): unknown {
  return list(value).findLast(fits);
}
