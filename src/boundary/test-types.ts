import type { AccessRequest, SignerName } from '../policy/types.ts';

/** A file of policy tests, parsed whole. */
export interface PolicyTests {
  /** YYYY-MM-DD; see {@link PolicyTest.request}. */
  readonly date?: string;
  /** Example tokens by name: their claims. */
  readonly tokens: Readonly<Record<string, Claims>>;
  readonly tests: readonly PolicyTest[];
}

export type Claims = Readonly<Record<string, string>>;

export interface PolicyTest {
  readonly name: string;
  /** One of the tokens. */
  readonly token: string;
  readonly request: {
    readonly action: AccessRequest['action'];
    readonly project: string;
    readonly target: string;
    readonly exchange?: string;
    readonly actor: AccessRequest['actor'];
    /** What the step signs with. */
    readonly signer: SignerName;
    /** Whether the step has TIMESTAMP_URL, and RECORD_STORE. */
    readonly timestamp: boolean;
    readonly store: boolean;
    /** YYYY-MM-DD, UTC; else the file's date, else the policy's own first day. */
    readonly date?: string;
  };
  readonly expect: { readonly grant: string } | { readonly deny: true; readonly reason?: string };
}

/** What is asked of a policy's decision here. It gives no leave to act: nothing about an example token was verified. */
export type Decide = (claims: Claims, request: AccessRequest) => Verdict;

export type Verdict =
  | { readonly grant: { readonly id: string } }
  | { readonly denial: { readonly reason: string; readonly details: readonly string[] } };

export interface PolicyTestReport {
  /** One line for each test; that of a failure is followed by what the policy looked at, indented. */
  readonly lines: readonly string[];
  /** One line each; they fail nothing. */
  readonly warnings: readonly string[];
  readonly passed: number;
  /** With any, the command ends with status 1. */
  readonly failed: number;
}
