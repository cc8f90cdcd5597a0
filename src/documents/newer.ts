import { PipeError } from '../errors.ts';
import { asMap, type Fault } from './faults.ts';
import type { Document } from './read.ts';
import { UNKNOWN_KEY } from './schema.ts';

/**
 * A file for a newer pipe cannot be judged here; its unknown keys are named, because they are the likely reason.
 * `pipeVersion` is MAJOR.MINOR.PATCH; what follows is not compared.
 * @throws {PipeError} `POLICY_UNSUPPORTED`, where the `minPipe` of the file is newer than that.
 */
export function refuseNewer(file: Document, name: string, faults: readonly Fault[], pipeVersion: string): void {
  const { minPipe } = asMap(file.value);
  if (typeof minPipe !== 'string' || !/^\d+\.\d+\.\d+$/.test(minPipe) || !isNewer(minPipe, pipeVersion)) return;
  const wanted = `vercel-oidc-deploy ${minPipe} or newer`;
  const unknown = faults.filter(({ what }) => what === UNKNOWN_KEY).map((fault) => ({ ...fault, wanted }));
  throw new PipeError({
    code: 'POLICY_UNSUPPORTED',
    message: `The ${name} needs ${wanted}; this is ${pipeVersion}.`,
    faults: file.describe([{ path: ['minPipe'], what: minPipe, wanted: `${pipeVersion} or older` }, ...unknown]),
    fix: `Pin version ${minPipe} or newer of the pipe in bitbucket-pipelines.yml.`,
  });
}

function isNewer(wanted: string, running: string): boolean {
  const [want, run] = [wanted, running].map((version) => version.split(/[.+-]/, 3).map(Number));
  const part = [0, 1, 2].find((index) => want?.[index] !== run?.[index]);
  // Not `>`: a running version that is no number meets no minimum.
  return part !== undefined && !(Number(want?.[part]) < Number(run?.[part]));
}
