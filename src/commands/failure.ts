import type { PipeError } from '../errors.ts';
import type { Log } from '../platform/types.ts';
import { helpOf } from './help.ts';

/**
 * Tells of an error: to people as a box that is open on the right, since its texts may be long; to machines as fields.
 * @param before what the reader must know first, such as that the deployment is live all the same
 */
export function tellFailure(log: Log, failure: PipeError, before = ''): void {
  const { code, message, got, wanted, fix, exitStatus: status } = failure;
  const faults = failure.faults.length > 0 ? failure.told() : undefined;
  const fields = { code, status, faults, got, wanted, fix, help: helpOf(code) };
  log.block('error', `${before}${code}: ${message}`, drawBox(failure), fields);
}

/** The bar ends with the first line of the fix: what follows, YAML mostly, can be copied as it stands. */
function drawBox(failure: PipeError): readonly string[] {
  const { code, got, wanted, fix } = failure;
  const rows = failure.told().flatMap((fault) => bar(fault.startsWith('  ') ? `  ${fault}` : `- ${fault}`));
  if (got !== undefined) rows.push(...bar(`got:    ${got}`));
  if (wanted !== undefined) rows.push(...bar(`wanted: ${wanted}`));
  const help = `help:   ${helpOf(code)} in the pipe's repository`;
  if (fix === undefined) return [...rows, `  └ ${help}`];
  const [first = '', ...below] = fix.trimEnd().split('\n');
  return [...rows, `  │ ${help}`, `  └ fix:    ${first}`, ...below];
}

function bar(text: string): string[] {
  return text.split('\n').map((line) => `  │ ${line}`);
}
