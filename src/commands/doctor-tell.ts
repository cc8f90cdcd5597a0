import type { Manifest } from '../deploy/types.ts';
import type { Credential, ExchangeAudit } from '../exchange/types.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { Policy } from '../policy/types.ts';
import type { Signer } from '../signing/types.ts';
import { toAscii } from '../text.ts';
import { nameTarget } from '../variables/index.ts';
import { formatLife } from './credential.ts';
import { describeFunctions } from './functions.ts';
import { describePolicy, describeSigners, insideClone } from './opening.ts';
import type { Gathered } from './prepare.ts';
import type { Run } from './run.ts';

/** What Bitbucket documents. Another claim's value is not shown: nobody knows what is in it. */
const SAFE_CLAIMS = [
  ...['iss', 'sub', 'aud', 'iat', 'exp', 'nbf'],
  ...['workspaceUuid', 'repositoryUuid', 'pipelineUuid', 'pipelineRunUuid', 'stepUuid'],
  ...['branchName', 'deploymentEnvironment', 'deploymentEnvironmentUuid'],
];
const MAX_VALUE = 200;
/** A token that was refused may hold anything. */
const MAX_CLAIMS = 40;
const MAX_NAME = 60;
const WHOLE_DIGEST = 64;

export function tellInputs({ platform, config }: Run, { policy, signers }: Gathered): void {
  const { policy: inForce, origin } = policy.value ?? {};
  if (policy.value) platform.log.info(describePolicy(inForce, origin, WHOLE_DIGEST));
  if (signers.value) platform.log.info(describeSigners(config, inForce));
  const home = config.store ? 'RECORD_STORE, not tried here' : 'none but the artifacts of the step';
  platform.log.info(`Records: lasting home: ${home}; time of a third party: ${config.timestampUrl ?? 'none'}`);
}

export function tellClaims(
  { platform }: Run,
  { claims, audience, keySource, keyId, expiresAt }: VerifiedIdentity,
): void {
  const life = formatLife(expiresAt - platform.clock.now());
  const rows = listClaims({ ...claims, aud: audience });
  platform.log.info(
    [`Claims:  verified by key ${toAscii(keyId)} (${keySource}); the token lives for ${life} more.`, ...rows].join(
      '\n',
    ),
  );
}

/** Helps to see why a token was refused. Nothing of it is proved, and nothing else looks at it. */
export function tellUnverified({ platform, config }: Run): void {
  const claims = decodePayload(config.stepToken?.reveal());
  if (claims === undefined) return;
  platform.log.info(['Claims:  NOT verified, as they stand in the token.', ...listClaims(claims)].join('\n'));
}

function decodePayload(token = ''): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function listClaims(claims: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(claims).sort().slice(0, MAX_CLAIMS);
  const width = Math.min(MAX_NAME, Math.max(0, ...names.map((name) => name.length)));
  return names.map((name) => {
    const value = SAFE_CLAIMS.includes(name) ? toAscii(JSON.stringify(claims[name])) : '(there; value not shown)';
    const cut = value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
    return `  ${toAscii(name).slice(0, MAX_NAME).padEnd(width)}  ${cut}`;
  });
}

/** Until somebody's first run against the live services settles it. */
const UNPROVED =
  'The exchanges of this version were built from the documentation of their services and proved against stand-ins. If yours answers otherwise, please report what it said.';

export function tellCredential(
  { platform }: Run,
  { hop, project, expiresAt, clientId }: Credential,
  exchanges: readonly ExchangeAudit[],
): void {
  const life = expiresAt === undefined ? 'no end told' : `${formatLife(expiresAt - platform.clock.now())} to live`;
  const client = clientId === undefined ? '' : `, client ${clientId}`;
  platform.log.info(
    `Token:   by hop ${exchanges.map((exchange) => exchange.hop).join(' → ')}, for team ${project.teamId} and project ${project.name} (${project.id}), ${life}${client}`,
  );
  if (hop !== 'static') platform.log.info(UNPROVED);
}

/** Vercel's own policy bounds claims, permissions and projects, never targets. */
export function tellTargets({ platform, config }: Run, { grants }: Policy): void {
  const targets = grants
    .filter(({ allow }) => allow.projects.includes(config.projectId))
    .flatMap(({ allow }) => allow.targets);
  if (!targets.includes('production') || targets.every((target) => target === 'production')) return;
  platform.log.warn(
    `The policy lets ${config.projectId} have production and other targets. Vercel's OIDC policy bounds projects, not targets: whoever may deploy a preview gets a token that can deploy production, and this policy alone keeps them apart. Where production must be isolated, give it a project (or a team) of its own.`,
  );
}

interface Plan {
  readonly manifest: Manifest | undefined;
  readonly credential: Credential | undefined;
  readonly signer: Signer | undefined;
}

/** What a deploy would do now. */
export function tellPlan(
  { platform, config }: Run,
  { output, facts }: Gathered,
  { manifest, credential, signer }: Plan,
): void {
  if (!manifest || !output.value) return;
  const functions = describeFunctions(output.value.plan.functions);
  const files = manifest.entries.filter(({ kind }) => kind !== 'directory').length;
  const project = credential ? `${credential.project.name} (${config.projectId})` : config.projectId;
  const aliases = facts.value?.aliases ?? [];
  platform.log.info(
    [
      `Would:   deploy ${String(files)} files, ${String(manifest.totalBytes)} bytes (manifest sha256 ${manifest.digest}), to ${nameTarget(config.target)} of ${project}`,
      ...(functions === undefined ? [] : [`  ${functions}`]),
      ...(aliases.length > 0 ? [`  aliases: ${aliases.join(', ')}`] : []),
      `  records: in ${insideClone(config, config.recordDir)}${signer ? `, signed by ${signer.name}${signer.name === 'keyless' ? '' : ` ${signer.keyId}`}` : ''}`,
    ].join('\n'),
  );
}
