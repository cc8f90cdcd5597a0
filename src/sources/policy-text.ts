import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { HttpClient } from '../http/types.ts';
import type { Files } from '../platform/types.ts';
import { fetchPolicy, tellAddress } from './fetch-policy.ts';
import { openSigned, readPolicyKey } from './signed.ts';
import type { PolicyChoice, PolicyOrigin, PolicyRequest, PolicyText } from './types.ts';

const MAX_BYTES = 256 * 1024;

/**
 * The policy in force: the organisation's where its image has one, else what `POLICY` says. Undefined where the clone
 * has no file at that path; whether that is a fault is the caller's to say.
 * @throws {PipeError} `VARIABLES_INVALID` for a `POLICY` that would override the organisation's, or a key that cannot be
 * used; `NETWORK` or `SERVICE_FAILED` where the address gives none; `SIGNATURE_INVALID` where it is not the policy that
 * was named, or not signed as it must be.
 */
export async function readPolicyText(
  { layer, policy, key }: PolicyRequest,
  deps: { readonly files: Files; readonly http: HttpClient },
  signal: AbortSignal,
): Promise<PolicyText | undefined> {
  if (layer.policy) {
    if (policy.kind === 'https' || policy.explicit) throw notToOverride(policy);
    return { bytes: layer.policy, origin: { kind: 'layer', where: 'policy.yml' } };
  }
  const trusted = key === undefined ? undefined : await readPolicyKey(key);
  const bytes =
    policy.kind === 'path'
      ? await deps.files.read(policy.path, MAX_BYTES)
      : await fetchPolicy(deps.http, policy.url, MAX_BYTES, signal);
  if (!bytes) return undefined;
  const origin = describeOrigin(policy);
  if (policy.kind === 'https' && policy.sha256 !== undefined) checkDigest(bytes, policy.sha256, origin.where);
  if (!trusted) return { bytes, origin };
  const minSerial = policy.kind === 'https' ? policy.minSerial : undefined;
  const { payload, serial } = await openSigned(bytes, trusted, { where: origin.where, minSerial });
  return { bytes: payload, origin: { ...origin, serial, signedBy: trusted.spkiSha256 } };
}

function describeOrigin(policy: PolicyChoice): PolicyOrigin {
  if (policy.kind === 'path') return { kind: 'clone', where: policy.name };
  return { kind: 'https', where: tellAddress(policy.url) };
}

function checkDigest(bytes: Uint8Array, wanted: string, where: string): void {
  const got = sha256Hex(bytes);
  if (got === wanted) return;
  throw new PipeError({
    code: 'SIGNATURE_INVALID',
    message: `The policy at ${where} is not the one that POLICY names.`,
    got: `sha256 ${got}`,
    wanted: `sha256 ${wanted}`,
    fix: 'If the policy was changed on purpose, review it, then put its new digest into POLICY. A signed policy (POLICY_KEY) spares that.',
  });
}

function notToOverride(policy: PolicyChoice): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: "The organisation's image has a policy of its own, which a repository does not override.",
    got: `POLICY ${policy.kind === 'path' ? policy.name : tellAddress(policy.url)}`,
    wanted: 'no POLICY',
    fix: 'Remove POLICY from the step; ask the owners of the image for a grant.',
  });
}
