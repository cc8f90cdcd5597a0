import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { SendRequest } from '../../../../src/platform/types.ts';
import type { SandboxIssuer } from '../../../../src/sandbox/index.ts';
import type { Route } from '../../../../src/sandbox/router.ts';
import type { ManagedName } from '../../../../src/signing/index.ts';

/** What a request is for. */
export type Step = 'reach' | 'key' | 'sign' | 'revoke';
export type Kind = 'P-256' | 'P-384' | 'RSA';
export type Body = Record<string, unknown>;

/** A strict fake with one key for records, set up so that the sandbox's step may use it. */
export interface Counterpart {
  readonly settings: object;
  readonly routes: readonly Route[];
  /** Puts another key, or version, in the place of the one that signs. */
  readonly rotate: () => void;
  /** Takes the permission to sign away. */
  readonly forbid: () => void;
  /** What is left behind at the service, which somebody could still use. */
  readonly left: () => number;
}

export interface Description {
  readonly name: ManagedName;
  readonly keyUri: RegExp;
  /** Of an error: the service, and who is asked on the way to it. */
  readonly says: RegExp;
  /** The command that makes a key for records. */
  readonly make: RegExp;
  readonly stepOf: (request: SendRequest) => Step;
  /** The answer to `sign`, with this signature in it. */
  readonly withSignature: (body: Body, der: Buffer) => Body;
  /** The answer of another key. */
  readonly asOther: (body: Body, step: Step) => Body;
  readonly open: (issuer: SandboxIssuer, now: () => number, kind: Kind) => Promise<Counterpart>;
}

export const pathOf = ({ url }: SendRequest): string => new URL(url).pathname;

export function makeKey(kind: Kind): KeyObject {
  if (kind === 'RSA') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
}

/** Takes what a fake looks at every time. */
export function empty(list: readonly unknown[]): void {
  (list as unknown[]).splice(0);
}
