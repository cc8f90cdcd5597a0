import { PipeError } from '../errors.ts';

export interface VerifyArguments {
  /** Absolute path of a public key: SPKI PEM, JWK or JWK set. */
  readonly key: string;
  /** Absolute paths. */
  readonly records: readonly string[];
  readonly allowSandbox: boolean;
}

const USAGE = 'verify --key PUBLIC-KEY-FILE [--allow-sandbox] RECORD.sigstore.json…';

/** @throws {PipeError} `USAGE` with every fault of the command line. */
export function readVerifyOptions(args: readonly string[], workingDir: string): VerifyArguments {
  const absolute = (path: string): string => (path.startsWith('/') ? path : `${workingDir}/${path}`);
  const faults: string[] = [];
  const records: string[] = [];
  let key: string | undefined;
  let allowSandbox = false;
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--key') key = rest.shift();
    else if (word === '--allow-sandbox') allowSandbox = true;
    else if (word.startsWith('-')) faults.push(`${word.slice(0, 40)}: not known`);
    else records.push(absolute(word));
  }
  if (key === undefined) faults.push('--key: missing; the key must come from you, never from the record');
  if (records.length === 0) faults.push('no record is named');
  if (faults.length > 0 || key === undefined) {
    throw new PipeError({ code: 'USAGE', message: 'The command line is not complete.', faults, wanted: USAGE });
  }
  return { key: absolute(key), records, allowSandbox };
}
