import { toPrintable } from './text.ts';

/** What the process tells Bitbucket: design's table of exit statuses. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 5 | 70 | 130 | 143;

/** Every way a run can end badly, and the exit status of each. The list is closed: users search for these words. */
export const EXIT_STATUS = {
  DEPLOYMENT_FAILED: 1,
  DEPLOYMENT_BLOCKED: 1,
  DEPLOYMENT_CANCELED: 1,
  DOMAINS_NOT_ASSIGNED: 1,
  ALIAS_FAILED: 1,
  SMOKE_FAILED: 1,
  SMOKE_PROTECTED: 1,
  REQUEST_REJECTED: 1,
  RECORD_INVALID: 1,
  FOLDER_DIFFERS: 1,
  AUDIT_FINDINGS: 1,
  USAGE: 2,
  VARIABLES_INVALID: 2,
  POLICY_INVALID: 2,
  POLICY_UNSUPPORTED: 2,
  SIGNING_KEY_INVALID: 2,
  TRUST_MATERIAL_INVALID: 2,
  OUTPUT_INVALID: 2,
  FILE_TOO_LARGE: 2,
  NETWORK: 3,
  RATE_LIMITED: 3,
  TIMEOUT: 3,
  SERVICE_FAILED: 3,
  OUTPUT_CHANGED: 3,
  ISSUER_KEYS_UNAVAILABLE: 3,
  TRUST_MATERIAL_MISSING: 3,
  EXCHANGE_NOT_ENABLED: 3,
  ARCHIVE_NOT_MADE: 3,
  RECORD_NOT_STORED: 3,
  RECORD_NOT_CHECKED: 3,
  TIMESTAMP_FAILED: 3,
  AUDIT_INCOMPLETE: 3,
  TOKEN_MISSING: 4,
  TOKEN_INVALID: 4,
  CREDENTIAL_INVALID: 4,
  SIGNATURE_INVALID: 4,
  AUDIT_TRUST_FAILED: 4,
  DENIED_BY_POLICY: 5,
  DENIED_BY_VERCEL: 5,
  DENIED_BY_PROVIDER: 5,
  FIRST_DEPLOYMENT_IS_PRODUCTION: 5,
  INTERNAL: 70,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const satisfies Record<string, ExitStatus>;

export type ErrorCode = keyof typeof EXIT_STATUS;

/** Faults that a log shows of one error: whoever has mended so many runs it again. */
const MAX_TOLD = 200;

/** The parts of an error that a reader acts on. None may hold a secret. */
export interface ErrorParts {
  readonly code: ErrorCode;
  /** What happened, in one sentence. */
  readonly message: string;
  readonly got?: string;
  readonly wanted?: string;
  /** What to change; may span lines, for YAML to paste. */
  readonly fix?: string;
  /** Single faults, when one run found several. One that begins with two spaces belongs to the one before it. */
  readonly faults?: readonly string[];
}

/**
 * The only error that crosses rooms. It never carries a cause: causes of libraries hold requests, and those hold tokens.
 * Its texts quote files, variables and servers, so all of them are made printable here, whoever wrote them.
 */
export class PipeError extends Error {
  override readonly name = 'PipeError';
  readonly code: ErrorCode;
  readonly got: string | undefined;
  readonly wanted: string | undefined;
  readonly fix: string | undefined;
  readonly faults: readonly string[];

  constructor(parts: ErrorParts) {
    super(toPrintable(parts.message));
    this.code = parts.code;
    this.got = orPrintable(parts.got);
    this.wanted = orPrintable(parts.wanted);
    this.fix = orPrintable(parts.fix);
    this.faults = (parts.faults ?? []).map(toPrintable);
  }

  get exitStatus(): ExitStatus {
    return EXIT_STATUS[this.code];
  }

  /** The faults as a log shows them: the first of many, and how many are left. */
  told(): readonly string[] {
    if (this.faults.length <= MAX_TOLD) return this.faults;
    return [...this.faults.slice(0, MAX_TOLD), `and ${String(this.faults.length - MAX_TOLD)} more`];
  }

  /** The whole error as people read it in the log: several lines, the code word first. */
  describe(): string {
    const lines = [`${this.code}: ${this.message}`];
    for (const fault of this.told()) lines.push(fault.startsWith('  ') ? `    ${fault}` : `  - ${fault}`);
    if (this.got !== undefined) lines.push(`  got:    ${this.got}`);
    if (this.wanted !== undefined) lines.push(`  wanted: ${this.wanted}`);
    if (this.fix !== undefined) lines.push(`  fix:    ${this.fix.trimEnd().replaceAll('\n', '\n          ')}`);
    return lines.join('\n');
  }
}

function orPrintable(text: string | undefined): string | undefined {
  return text === undefined ? undefined : toPrintable(text);
}
