import type { PipelineAnswer } from '../bitbucket/types.ts';
import type { DeployContext, Deployment, Ending, Manifest, Upload } from '../deploy/types.ts';
import type { Credential, ExchangeAudit } from '../exchange/types.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import type { Denial, Grant } from '../policy/types.ts';
import type { Signer } from '../signing/types.ts';
import type { SmokeFacts } from '../smoke/types.ts';
import type { PolicyOrigin } from '../sources/types.ts';
import type { AssertedBuild } from '../variables/types.ts';
import type { ActsOn, CleanupItem, Origin, Outcome, Phase, Predicate, Pulled, RecordedAction } from './predicate.ts';

export type * from './predicate.ts';

/** The predicate type is public for ever: verifiers and `cosign --type` compare it as a whole. */
export const PREDICATE_TYPE = 'urn:vercel-oidc-deploy:record:v1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** in-toto Statement v1. */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  /** `manifest`, or `step-token` where the run ended before there was one; and `git`, where the commit is known. */
  readonly subject: readonly Subject[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: Predicate;
}

/** Digests are lower-case hex only: anything else breaks public verifiers. */
export interface Subject {
  readonly name: string;
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** A signed statement, ready to be written. */
export interface SignedRecord {
  readonly recordId: string;
  readonly phase: Phase;
  readonly statement: Statement;
  /** SHA-256 of the DSSE payload (the statement's exact bytes), hex. */
  readonly payloadDigest: string;
  /** The Sigstore bundle v0.3, as JSON text. */
  readonly bundleJson: string;
}

/** All that a run knows when it signs. What is undefined is left out of the record. Times are milliseconds since 1970. */
export interface RecordFacts {
  readonly recordId: string;
  readonly phase: Phase;
  readonly action: RecordedAction;
  /** `payloadDigest` of the intent; for a result whose run signed one. */
  readonly intentDigest: string | undefined;
  /** For a result. */
  readonly outcome: Outcome | undefined;
  readonly sandbox: boolean;
  readonly identity: VerifiedIdentity;
  readonly build: AssertedBuild;
  /** What Bitbucket's API said; undefined where it was not asked. */
  readonly pipeline: PipelineAnswer | undefined;
  readonly teamId: string;
  readonly projectId: string;
  /** `preview`, `production`, or a custom environment's slug. */
  readonly target: string;
  /** SHA-256 of the policy file, hex; undefined where the built-in rule decided. */
  readonly policyDigest: string | undefined;
  /** Where its text came from. */
  readonly policySource: PolicyOrigin | undefined;
  readonly grant: Pick<Grant, 'id' | 'expiredPolicy'> | undefined;
  readonly denial: Pick<Denial, 'reason'> | undefined;
  /** Without its token, so that none can get in. */
  readonly credential: Pick<Credential, 'hop' | 'expiresAt' | 'clientId' | 'project'> | undefined;
  readonly exchanges: readonly ExchangeAudit[];
  /** Undefined for a deploy. */
  readonly actsOn: ActsOn | undefined;
  /** Of a cleanup, what it does; of a pull, what it writes. */
  readonly cleanup: readonly CleanupItem[] | undefined;
  readonly pulled: Pulled | undefined;
  readonly manifest: Pick<Manifest, 'digest' | 'entries' | 'functions' | 'totalBytes'> | undefined;
  /** What Vercel had set: the same for an intent and its result. */
  readonly context: DeployContext | undefined;
  readonly deployment: Deployment | undefined;
  /** Of a deployment that was followed to its end. */
  readonly ending: Ending | undefined;
  readonly origin: Origin | undefined;
  readonly upload: Upload | undefined;
  readonly smoke: SmokeFacts | undefined;
  readonly producerVersion: string;
  readonly signer: Pick<Signer, 'name' | 'keyId' | 'keyUri' | 'jwkThumbprint'>;
  readonly startedAt: number;
  /** When the deployment was seen to be done. */
  readonly deployedAt: number | undefined;
  readonly signedAt: number;
}

/** What records are checked with, as texts of files. It comes from outside: a key that came with a record proves nothing. */
export interface TrustMaterial {
  /** A public key (SPKI PEM or JWK) or a JWK set, without any word on its kind or time. */
  readonly publicKey?: string | undefined;
  /** Keys with their kind, targets and validity: `schemas/deploy-keys.schema.json`. */
  readonly keyList?: string | undefined;
  /** The issuer's archived keys, for keyless records: `{"<issuer>": {"keys": [JWK, …]}, …}`, or one JWK set. */
  readonly issuerKeys?: string | undefined;
  /** Certificates of timestamp authorities, in PEM. */
  readonly tsa?: string | undefined;
}

export interface VerifyOptions {
  /** Milliseconds since 1970: without a timestamp, a key whose time has ended by now is no longer believed. */
  readonly now: number;
  /** False refuses a record that says `sandbox: true`. */
  readonly allowSandbox: boolean;
  /** The text of the `.manifest.json` file. Decode it without dropping a byte order mark, or its digest differs. */
  readonly manifestText?: string | undefined;
  /** The bundle of the intent, for a result. */
  readonly intentText?: string | undefined;
}

/**
 * How much the key says. `managed-key`: of a key service, by the list of keys. `timed`: keyless, and a timestamp lies
 * in the token's life. `held-token`: keyless, and nothing but the signer's word says when. `static-key`: whoever holds
 * the private key signed, whatever kind of signer the record names.
 */
export type Assurance = 'managed-key' | 'timed' | 'held-token' | 'static-key';

/** A record whose signature, shape and inner agreement were checked. */
export interface VerifiedRecord {
  readonly statement: Statement;
  /** SHA-256 of the DSSE payload, hex. */
  readonly payloadDigest: string;
  /** The key that signed it: trusted by itself, or by the issuer's word for the token that it is bound to. */
  readonly keyId: string;
  readonly assurance: Assurance;
  /** A timestamp of the signature that holds, by an authority that is trusted. `at` in milliseconds since 1970. */
  readonly timestamp?: { readonly at: number; readonly authority: string };
  /** True where it has a timestamp, whether or not that could be checked. */
  readonly stamped?: true;
  /** What was checked and what was found, in the order of the checks. */
  readonly checks: readonly { readonly name: string; readonly found: string }[];
  /** Fields that this version does not know, and ignored; and what could not be checked. */
  readonly warnings: readonly string[];
}
