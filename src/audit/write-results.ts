import { signAttestation } from '../record/index.ts';
import { CLASSES, type AuditClass, type Weight } from './classes.ts';
import type { Concluded } from './conclude.ts';
import type { Gathered } from './gather.ts';
import { WORK_FOLDER, type AuditDeps, type AuditInput, type AuditOutcome } from './input.ts';
import {
  PACK,
  RESULT,
  tellCount,
  writeOutputs,
  writePack,
  writeText,
  type CheckpointFiles,
  type RowSource,
  type WrittenFile,
  type WrittenPack,
} from './outputs/index.ts';
import { buildAuditResult, writeCheckpoint, type WrittenCheckpoint } from './records/index.ts';
import { threadsFor } from './threads-for.ts';
import type { Summary } from './types.ts';

const KEYS = 'issuer-keys.json';

interface Parts {
  readonly input: AuditInput;
  readonly deps: AuditDeps;
  readonly gathered: Gathered;
  readonly rows: RowSource;
}

/**
 * Writes what came of an audit. The checkpoint first, because the reports tell of it; the signed result after them,
 * because it is about them; the evidence last, with all of them in it.
 */
export async function writeResults(concluded: Concluded, parts: Parts): Promise<Omit<AuditOutcome, 'unfinished'>> {
  const { input, deps, rows } = parts;
  const { files } = deps;
  const folder = input.out;
  const threads = threadsFor(rows.count, deps);
  const checkpoint = await signCheckpoint(concluded, parts);
  const summary = addCheckpoint(concluded, checkpoint, parts);
  const { files: reports, worst } = await writeOutputs(summary, rows, {
    ...{ files, folder, threads, allowSandbox: input.allowSandbox },
  });
  const made: WrittenFile[] = [...reports];
  if (input.issuerKeys !== undefined) made.push(await writeText(files, folder, KEYS, [input.issuerKeys]));
  const names = made.map(({ name }) => name);
  if (await signResult(summary, checkpoint ? [...made, checkpoint] : made, parts)) names.push(RESULT);
  const pack = await packAll(parts, names, checkpoint);
  // `VERIFY.md` has the reader compare it: nothing else vouches for the list of digests in the zip.
  if (pack) deps.log.info(tellPack(pack));
  for (const missing of pack?.missing ?? []) deps.log.warn(`Not in ${PACK}: ${missing}`);
  return { summary, worst, written: [...names, ...(checkpoint ? namesOf(checkpoint) : []), ...(pack ? [PACK] : [])] };
}

function namesOf({ name, listName, answersName }: WrittenCheckpoint): readonly string[] {
  return [name, listName, ...(answersName === undefined ? [] : [answersName])];
}

async function signCheckpoint(
  concluded: Concluded,
  { input, deps, gathered }: Parts,
): Promise<WrittenCheckpoint | undefined> {
  const { signer, identity, files, pipeVersion, timestamp } = deps;
  if (!signer) return undefined;
  return writeCheckpoint({
    ...{ files, pipeVersion, signer, identity, timestamp, folder: input.out, scope: input.scope },
    // By the name of one project, an audit of the whole team would not find it again.
    named: input.wholeTeam && { ...input.scope, projectIds: [] },
    ...{ ledger: gathered.ledger, previous: input.previous, now: concluded.auditedAt },
    answers: gathered.asker.settled(),
    ...(input.acceptRemoved ? { acceptRemoved: () => true } : {}),
  });
}

function addCheckpoint(
  concluded: Concluded,
  written: WrittenCheckpoint | undefined,
  { input, gathered }: Parts,
): Summary {
  if (!written) return concluded;
  const { name, records, added, removed } = written;
  const { previous } = input;
  const { carried } = gathered.ledger;
  const before = previous ? { previous: previous.name } : {};
  return { ...concluded, checkpoint: { written: name, ...before, records, added, removed, carried } };
}

async function signResult(
  summary: Summary,
  outputs: readonly Pick<WrittenFile, 'name' | 'digest'>[],
  { input, deps }: Parts,
): Promise<boolean> {
  const { signer, identity, timestamp, files, clock } = deps;
  if (!signer) return false;
  const found = Object.entries(CLASSES).filter(([name]) =>
    Object.values(summary.counts).some(({ classes }) => (classes[name as AuditClass] ?? 0) > 0),
  );
  const named = (...weights: readonly Weight[]): string[] =>
    found.flatMap(([name, { weight }]) => (weights.includes(weight) ? [name] : []));
  const statement = buildAuditResult({
    status: summary.status,
    outputs: outputs.map(({ name, digest }) => ({ name, digest })),
    configuration: input.configuration,
    ...{ passed: named('none'), warned: named('gap'), failed: named('finding', 'trust') },
    ...{ signer, identity, signedAt: clock.now() },
  });
  const { bundleJson } = await signAttestation(statement, signer, timestamp);
  await writeText(files, input.out, RESULT, [bundleJson]);
  return true;
}

function tellPack({ records, entries, digest }: WrittenPack): string {
  return `Packed:  records of ${tellCount(records, 'run')}, ${tellCount(entries, 'file')} in ${PACK}, sha256 ${digest}`;
}

function placeAll({ name, listName, answersName }: WrittenCheckpoint, out: string): CheckpointFiles {
  const answers = answersName === undefined ? undefined : `${out}/${answersName}`;
  return { bundle: `${out}/${name}`, list: `${out}/${listName}`, answers };
}

async function packAll(
  { input, deps, rows }: Parts,
  reports: readonly string[],
  checkpoint: WrittenCheckpoint | undefined,
): Promise<WrittenPack | undefined> {
  const { pack, out, recordFolders, allowSandbox, issuerKeys } = input;
  if (!pack) return undefined;
  const place = (name: string): string => `${out}/${name}`;
  return writePack({
    ...{ files: deps.files, path: place(PACK), workFolder: place(WORK_FOLDER), rows, recordFolders, allowSandbox },
    trust: { ...pack.trust, ...(issuerKeys === undefined ? {} : { issuerKeys: place(KEYS) }) },
    // The newest last: `VERIFY.md` compares the records with the list that it comes to at the end.
    checkpoints: [...pack.checkpoints, ...(checkpoint ? [placeAll(checkpoint, out)] : [])],
    auditKeys: pack.auditKeys,
    exceptions: pack.exceptions,
    policies: pack.policies,
    reports: reports.filter((name) => name !== KEYS).map(place),
  });
}
