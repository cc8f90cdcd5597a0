import type { Deployment, Manifest } from '../deploy/types.ts';
import type { Credential, HopOutput } from '../exchange/types.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { Denial, Grant, Policy } from '../policy/types.ts';
import type { SignedRecord } from '../record/types.ts';
import type { Signer } from '../signing/types.ts';

/** What is known so far. Filled in as the run goes on, so that its record can tell the truth wherever it ends. */
export interface Story {
  signer?: Signer;
  identity?: VerifiedIdentity;
  policy?: Policy | undefined;
  grant?: Grant;
  denial?: Denial;
  credential?: Credential;
  manifest?: Manifest;
  intent?: SignedRecord;
  /** The last state that Vercel reported. */
  deployment?: Deployment;
  /** Every token that was made, to be revoked at the very end. */
  readonly leases: HopOutput[];
}
