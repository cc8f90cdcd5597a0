import { base64url, SignJWT } from 'jose';
import type { MintOverrides, StepFacts } from '../types.ts';
import type { SigningKey } from './keys.ts';

/** Not documented; public emulators use an hour. */
const LIFE_SECONDS = 3600;

export function defaultAudience(step: StepFacts): string {
  return `ari:cloud:bitbucket::workspace/${step.workspaceUuid.replace(/[{}]/g, '')}`;
}

/** The claims of Bitbucket's own samples: no `jti`, no `nbf`, no commit, no actor; custom audiences are appended. */
export function stepClaims(issuerUrl: string, step: StepFacts, nowMs: number): Record<string, unknown> {
  const issuedAt = Math.floor(nowMs / 1000);
  const { environment } = step;
  const subject = [step.repositoryUuid, ...(environment ? [environment.uuid] : []), step.stepUuid].join(':');
  return {
    sub: subject,
    aud: [defaultAudience(step), ...step.audiences],
    stepUuid: step.stepUuid,
    iss: issuerUrl,
    branchName: step.branch,
    workspaceUuid: step.workspaceUuid,
    repositoryUuid: step.repositoryUuid,
    pipelineUuid: step.pipelineUuid,
    ...(environment
      ? { deploymentEnvironment: environment.name, deploymentEnvironmentUuid: environment.uuid }
      : undefined),
    iat: issuedAt,
    exp: issuedAt + LIFE_SECONDS,
  };
}

/** Signs the claims, changed as the overrides say; a wrong token is made as easily as a right one. */
export async function signToken(
  claims: Readonly<Record<string, unknown>>,
  key: SigningKey,
  overrides: MintOverrides,
): Promise<string> {
  const payload = without({ ...claims, ...overrides.claims }, overrides.remove ?? []);
  const header = without({ alg: 'RS256', kid: key.keyId, typ: 'JWT', ...overrides.header }, []);
  if (header['alg'] === 'none') return `${encode(header)}.${encode(payload)}.`;
  return new SignJWT(payload).setProtectedHeader(header as { alg: string }).sign(overrides.key ?? key.privateKey);
}

function without(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined && !names.includes(name)),
  );
}

function encode(part: object): string {
  return base64url.encode(JSON.stringify(part));
}
