import { PipeError } from '../errors.ts';
import type { RemoteKey } from '../exchange/config.ts';
import type { HttpClient } from '../http/types.ts';
import type { Clock, Log } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import { findAwsFaults } from '../services/aws-region.ts';
import { openAwsKey } from './aws-kms-key.ts';
import { checkGcpKey, openGcpKey } from './gcp-kms-key.ts';
import { openVaultKey } from './vault-key.ts';

const CLOSE_MS = 3000;

/** A key that stays in its service, with the session that reaches it. */
export interface RemoteSigner {
  readonly alg: 'ES256' | 'RS256';
  /** SPKI in PEM, of the version of the key that signs. */
  readonly publicKeyPem: string;
  /** That version, as its service names it: `vault:https://…/transit/keys/deploy:v3`, an ARN, `gcp-kms:projects/…`. */
  readonly keyUri: string;
  /**
   * The signature over `data` as a JWS holds it: r and s side by side for ES256, PKCS#1 v1.5 for RS256.
   * @throws {PipeError} in the words of the key's service.
   */
  sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** Revokes what was made to reach the key. May reject: {@link closeKey} tells of it. */
  close(signal: AbortSignal): Promise<void>;
}

export interface RemoteDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  /** A record takes ES256 alone; a client assertion RS256 as well. Default `assertion`. */
  readonly purpose?: 'assertion' | 'record';
}

/** One kind of remote key: one file each. */
export type OpenKey<Settings> = (
  settings: Settings,
  stepToken: Secret,
  deps: RemoteDeps,
  session: string,
  signal: AbortSignal,
) => Promise<RemoteSigner>;

/** What the schema cannot say of a remote key's settings; empty where all is well. */
export function checkRemoteKey(key: RemoteKey): readonly string[] {
  const aws = key['aws-kms'] ? findAwsFaults(key['aws-kms']) : [];
  const gcp = key['gcp-kms'] ? checkGcpKey(key['gcp-kms']) : [];
  return [...aws, ...gcp].map((fault) => `signer: ${fault}`);
}

/**
 * Reaches the key of a policy by the step's own token.
 * @param session names the run in the service's log; see `HopInput.session`.
 * @throws {PipeError} in the words of the key's service; `TOKEN_MISSING` for a step without `oidc`.
 */
export function openRemoteKey(
  key: RemoteKey,
  stepToken: Secret | undefined,
  deps: RemoteDeps,
  session: string,
  signal: AbortSignal,
): Promise<RemoteSigner> {
  if (!stepToken) return Promise.reject(noToken());
  if (key.vault) return openVaultKey(key.vault, stepToken, deps, session, signal);
  if (key['aws-kms']) return openAwsKey(key['aws-kms'], stepToken, deps, session, signal);
  if (key['gcp-kms']) return openGcpKey(key['gcp-kms'], stepToken, deps, session, signal);
  // The schema lets no policy come this far.
  return Promise.reject(new PipeError({ code: 'POLICY_INVALID', message: 'A signer of the policy names no key.' }));
}

/** Takes back what reached the key, whatever became of the run. Never throws: what stays expires by itself. */
export async function closeKey(
  signer: Pick<RemoteSigner, 'close'>,
  { clock, log }: Pick<RemoteDeps, 'clock' | 'log'>,
  signal: AbortSignal = clock.timeout(CLOSE_MS),
): Promise<void> {
  try {
    await signer.close(signal);
  } catch (error) {
    const reason = error instanceof PipeError ? `${error.message} ${error.got ?? ''}` : 'No answer came in time.';
    log.warn(`What reached the remote key was not revoked and stays valid until it expires. ${reason}`.trim());
  }
}

function noToken(): PipeError {
  return new PipeError({
    code: 'TOKEN_MISSING',
    message: "A remote key is reached by the step's own token, and this step has none.",
    got: 'no BITBUCKET_STEP_OIDC_TOKEN',
    wanted: 'a step with oidc',
    fix: "Give the step `oidc: { audiences: ['…'] }` in bitbucket-pipelines.yml, with the audience that the policy names.",
  });
}
