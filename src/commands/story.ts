import type { PipelineAnswer } from '../bitbucket/types.ts';
import type { Deployed } from '../deploy/index.ts';
import type { DeployContext, Deployment, Ending, Manifest } from '../deploy/types.ts';
import type { CredentialKeeper } from '../exchange/index.ts';
import type { Credential, ExchangeAudit, HopOutput } from '../exchange/types.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { Denial, Grant, Policy } from '../policy/types.ts';
import type { ActsOn, CleanupItem, Pulled, RecordedAction, SignedRecord } from '../record/types.ts';
import type { ManagedSigner } from '../signing/index.ts';
import type { Signer } from '../signing/types.ts';
import type { SmokeFacts } from '../smoke/types.ts';
import type { PolicyOrigin } from '../sources/types.ts';
import type { RecordStore } from '../store/types.ts';
import type { Announcing } from './announce.ts';
import type { Parcel } from './parcels.ts';

/** What is known so far. Filled in as the run goes on, so that its record can tell the truth wherever it ends. */
export interface Story {
  /** What the policy is asked, and what the record says. */
  readonly action: RecordedAction;
  /** Undefined for a deploy. */
  actsOn?: ActsOn;
  /** Of a cleanup: what it does, and then what came of it. */
  cleanup?: readonly CleanupItem[];
  /** Of a pull: what it writes, and then what it wrote. */
  pulled?: Pulled;
  /** Chosen by the grant. */
  signer?: Signer;
  /** The same where something must be taken back at the end. */
  managedSigner?: ManagedSigner;
  identity?: VerifiedIdentity;
  policy?: Policy | undefined;
  policyOrigin?: PolicyOrigin | undefined;
  /** What Bitbucket's API said of the pipeline, where the step may ask it. */
  pipeline?: PipelineAnswer;
  /** What people are told of it on Bitbucket. */
  announcing?: Announcing;
  grant?: Grant;
  denial?: Denial;
  credential?: Credential;
  /** Holds the living token once deploying has begun. */
  keeper?: CredentialKeeper;
  /** What Vercel has set for the project, while it is read. */
  reading?: Promise<DeployContext>;
  /** The same as the intent says it. */
  context?: DeployContext | undefined;
  manifest?: Manifest;
  intent?: SignedRecord;
  /** The last state that Vercel reported. */
  deployment?: Deployment;
  /** Production was asked to move, whatever came of it. */
  mayHaveMoved?: boolean;
  /** A create is under way, or nobody knows what came of it. */
  isCreateOpen?: boolean;
  /** Whose work it is: this run's, or an earlier one's. Undefined until there is one. */
  origin?: Deployed['origin'];
  /** Where the deployment was followed to its end, which is undefined while production may move to it or away from it. */
  deployed?: Omit<Deployed, 'deployment' | 'ending'> & { readonly ending: Ending | undefined };
  /** Milliseconds since 1970. */
  deployedAt?: number;
  /** How the deployment was tested, and what a failure led to. */
  smoke?: SmokeFacts;
  /** The result as it was written, its digest in hex. */
  record?: { readonly path: string; readonly digest: string };
  home?: RecordStore | undefined;
  /** Where the result stands in the lasting home, for people. */
  storedAt?: string;
  lastWords?: AbortSignal;
  /** Aborted when the chain has ended, well or not: nothing may go on behind the record's back. */
  readonly work: AbortController;
  /** Every exchange that ended well, for the record. */
  readonly exchanges: ExchangeAudit[];
  /** Every token that was made for Vercel, to be revoked when the work has ended: nothing that signs needs them. */
  readonly leases: HopOutput[];
  /** Those on the way to a signer's key, to be revoked when nothing is left to sign. */
  readonly keyLeases: HopOutput[];
  /** Not yet in the lasting home. */
  readonly parcels: Parcel[];
}

export function startStory(action: RecordedAction = 'deploy'): Story {
  return { action, exchanges: [], leases: [], keyLeases: [], parcels: [], work: new AbortController() };
}
