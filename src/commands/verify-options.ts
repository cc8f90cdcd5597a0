import { PipeError } from '../errors.ts';
import { parseUtc, quoteWord, sortWords } from './words.ts';

/** A command line of `verify`, checked. Paths are absolute, without `.` and double slashes. */
export interface VerifyArguments {
  /** Files, folders and patterns, each once. */
  readonly paths: readonly string[];
  /** Files with what is trusted; at least one of the first three is there. */
  readonly trust: {
    /** A public key: SPKI PEM, JWK or JWK set. */
    readonly publicKey: string | undefined;
    readonly keyList: string | undefined;
    readonly issuerKeys: string | undefined;
    readonly tsa: string | undefined;
  };
  /** What the manifest's files are compared with. With this, `intent`, `manifest` or `sums` there is one record only. */
  readonly folder: string | undefined;
  readonly intent: string | undefined;
  readonly manifest: string | undefined;
  readonly sums: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly allowSandbox: boolean;
  /** Content with a record whose intent, result or manifest is not there. */
  readonly allowMissing: boolean;
  /** Milliseconds since 1970; undefined for now. */
  readonly at: number | undefined;
}

const VALUES = ['--key', '--keys', '--issuer-keys', '--tsa', '--folder', '--intent', '--manifest', '--at'];
const FLAGS = ['--sums', '--json', '--verbose', '--allow-sandbox', '--allow-missing'];
export const VERIFY_USAGE =
  'verify (--key FILE | --keys FILE | --issuer-keys FILE)… [--tsa FILE] [--folder DIR] [--intent FILE] [--manifest FILE] [--sums | --json] [--verbose] [--allow-sandbox] [--allow-missing] [--at TIME] PATH…';

/** @throws {PipeError} `USAGE` with every fault of the command line. */
export function readVerifyOptions(args: readonly string[], workingDir: string): VerifyArguments {
  const faults: string[] = [];
  const { words, options, flags } = sortWords(args, { options: VALUES, flags: FLAGS }, faults);
  if (['--key', '--keys', '--issuer-keys'].every((name) => options[name] === undefined)) {
    faults.push('--key: missing, and --keys and --issuer-keys too; the key must come from you, never from the record');
  }
  if (words.length === 0) faults.push('no record is named');
  for (const other of ['--json', '--verbose', '--folder']) {
    const given = flags.includes(other) || options[other] !== undefined;
    if (flags.includes('--sums') && given) faults.push(`--sums and ${other}: wanted one of them`);
  }
  const given = options['--at'];
  const at = given === undefined ? undefined : parseUtc(given);
  if (given !== undefined && at === undefined) {
    faults.push(`--at: wanted a time as 2026-11-23T12:00:00Z, got ${quoteWord(given)}`);
  }
  if (faults.length > 0) {
    throw new PipeError({ code: 'USAGE', message: 'The command line is not complete.', faults, wanted: VERIFY_USAGE });
  }
  const place = (path: string): string => normalize(path.startsWith('/') ? path : `${workingDir}/${path}`);
  const placed = (name: string): string | undefined => {
    const path = options[name];
    return path === undefined ? undefined : place(path);
  };
  return {
    paths: [...new Set(words.map(place))],
    trust: {
      publicKey: placed('--key'),
      keyList: placed('--keys'),
      issuerKeys: placed('--issuer-keys'),
      tsa: placed('--tsa'),
    },
    folder: placed('--folder'),
    intent: placed('--intent'),
    manifest: placed('--manifest'),
    sums: flags.includes('--sums'),
    json: flags.includes('--json'),
    verbose: flags.includes('--verbose'),
    allowSandbox: flags.includes('--allow-sandbox'),
    allowMissing: flags.includes('--allow-missing'),
    at,
  };
}

/** `..` stays: what it means where a link stands before it, only the system knows. */
function normalize(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}
