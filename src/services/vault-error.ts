import { PipeError, type ErrorCode } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import { vaultSays } from './vault-reply.ts';

/** What an answer means, and what to change. */
export interface VaultJudgement {
  readonly code: ErrorCode;
  readonly fix: string;
}

export interface VaultRefusal {
  /** `hop vault`. */
  readonly by: string;
  /** What was asked: `log in as role pipelines`. */
  readonly asked: string;
  readonly reply: HttpReply;
  /** What it means where the status alone does not say it. */
  readonly judgement: VaultJudgement;
}

/** The statuses that mean the same whatever was asked (https://developer.hashicorp.com/vault/api-docs#http-status-codes). */
const OUTAGES: Readonly<Record<number, VaultJudgement>> = {
  412: {
    code: 'SERVICE_FAILED',
    fix: 'The node of Vault that answered lags behind the others: run the step again, or give the address of the active node.',
  },
  429: { code: 'RATE_LIMITED', fix: 'Vault limits requests (a rate limit quota): run the step again later.' },
  472: {
    code: 'SERVICE_FAILED',
    fix: 'This address is a disaster recovery secondary, which serves nobody: give the address of the primary cluster.',
  },
  473: {
    code: 'SERVICE_FAILED',
    fix: 'This address is a performance standby, which cannot do this: give the address of the active node.',
  },
  503: { code: 'SERVICE_FAILED', fix: 'Vault is sealed or in maintenance: unseal it, then run the step again.' },
};

export function vaultRefused({ by, asked, reply, judgement }: VaultRefusal): PipeError {
  const said = vaultSays(reply);
  const { code, fix } = OUTAGES[reply.status] ?? judgeStatus(reply) ?? judgement;
  return new PipeError({
    code,
    message: `Vault did not ${asked} (${by}).`,
    got: `status ${String(reply.status)}${said === '' ? '' : ` ${said}`}`,
    wanted: 'status 200',
    fix,
  });
}

function judgeStatus({ status }: HttpReply): VaultJudgement | undefined {
  if (status < 500) return undefined;
  return { code: 'SERVICE_FAILED', fix: "See Vault's own log for this request, then run the step again." };
}

/** A yes that brings nothing to use. */
export function vaultUnusable(by: string, got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `Vault answered without what was asked for (${by}).`,
    got,
    wanted,
    fix: 'Check that the address in the policy is the one of a Vault or OpenBao server.',
  });
}
