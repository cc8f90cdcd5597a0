import { PipeError, type ExitStatus } from '../errors.ts';
import type { Files, Log, Platform } from '../platform/types.ts';
import { readTrust, verifyRecord, type Trust, type VerifiedRecord } from '../record/index.ts';
import { readVerifyOptions, type VerifyArguments } from './verify-options.ts';

const MAX_KEY_BYTES = 64 * 1024;
/** A manifest of 15,000 files has about 4 MiB. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** `verify --key FILE RECORD…`: offline. The exit status is the worst of all records. */
export async function runVerify(
  args: readonly string[],
  workingDir: string,
  { files, log, clock }: Platform,
): Promise<ExitStatus> {
  const options = readVerifyOptions(args, workingDir);
  const trust = readTrust({ publicKey: await readText(files, options.key, MAX_KEY_BYTES) });
  let worst: ExitStatus = 0;
  for (const path of options.records) {
    const status = await verifyOne(path, trust, { ...options, now: clock.now() }, files, log);
    if (status > worst) worst = status;
  }
  return worst;
}

async function verifyOne(
  path: string,
  trust: Trust,
  { allowSandbox, now }: VerifyArguments & { readonly now: number },
  files: Files,
  log: Log,
): Promise<ExitStatus> {
  try {
    const bundleText = await readText(files, path, MAX_RECORD_BYTES);
    const siblings = await readSiblings(files, path);
    const record = verifyRecord(bundleText, trust, { allowSandbox, now, ...siblings });
    report(path, record, siblings, log);
    return 0;
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    log.error(`${path}\n${error.describe()}`, { code: error.code });
    return error.exitStatus;
  }
}

interface Siblings {
  readonly manifestText: string | undefined;
  readonly intentText: string | undefined;
}

/** Manifest and intent, where they stand beside the record under the names that the pipe gives them. */
async function readSiblings(files: Files, path: string): Promise<Siblings> {
  const match = /^(.*)\.(intent|result)\.sigstore\.json$/.exec(path);
  const base = match?.[1];
  if (base === undefined) return { manifestText: undefined, intentText: undefined };
  const manifest = await files.read(`${base}.manifest.json`, MAX_RECORD_BYTES);
  const intent =
    match?.[2] === 'result' ? await files.read(`${base}.intent.sigstore.json`, MAX_RECORD_BYTES) : undefined;
  return { manifestText: manifest && decode(manifest), intentText: intent && decode(intent) };
}

function report(path: string, record: VerifiedRecord, siblings: Siblings, log: Log): void {
  const { predicate } = record.statement;
  const { oidc, bitbucket, vercel, outcome } = predicate;
  const { asserted, pipeline } = bitbucket;
  const deployment = vercel.deployment;
  const lines = [
    `${path}: valid ${predicate.phase}`,
    `  signature   good, by ${record.keyId}`,
    `  assurance   ${record.assurance}: whoever holds that private key signed this`,
    `  manifest    ${describeSibling(predicate.manifest !== undefined, siblings.manifestText)}`,
    ...(predicate.phase === 'result'
      ? [`  intent      ${describeSibling(predicate.intent !== undefined, siblings.intentText)}`]
      : []),
    `  verified    repository ${String(oidc.claims['repositoryUuid'])}, step ${String(oidc.claims['stepUuid'])}`,
    ...(pipeline ? [`  bitbucket   ${describePipeline(pipeline)}`] : []),
    `  asserted    build ${asserted.buildNumber ?? 'unknown'}, commit ${asserted.commit ?? 'unknown'}, branch ${asserted.branch ?? 'none'}`,
    `  policy      ${describePolicy(predicate.policy)}`,
    `  vercel      ${vercel.projectId} ${vercel.target}${deployment ? `, ${deployment.id} ${deployment.url}` : ''}`,
    ...(outcome ? [`  outcome     ${outcome.status}${outcome.code === undefined ? '' : ` (${outcome.code})`}`] : []),
    `  signed at   ${predicate.signedAt} (the signer's own clock)`,
  ];
  log.info(lines.join('\n'), { recordId: predicate.recordId });
  for (const warning of record.warnings) log.warn(warning);
}

type Recorded = VerifiedRecord['statement']['predicate'];

/** What Bitbucket's API told the run. */
function describePipeline({
  actor,
  refusal,
  buildNumber,
  commit,
  trigger,
}: NonNullable<Recorded['bitbucket']['pipeline']>): string {
  if (refusal !== undefined) return `said nothing: ${refusal}`;
  const how = `started by: ${actor} (${trigger ?? 'unknown'})`;
  return `build ${String(buildNumber ?? 'unknown')}, commit ${commit ?? 'unknown'}, ${how}`;
}

function describePolicy({ grant, denial, source, expiredPolicy }: Recorded['policy']): string {
  const expired = expiredPolicy === true ? ', UNDER A POLICY THAT HAD EXPIRED' : '';
  const serial = source?.serial === undefined ? '' : `, serial ${String(source.serial)}`;
  const from = source ? ` (from ${source.where}${serial})` : '';
  return `${grant ?? `denied: ${denial ?? 'unknown'}`}${expired}${from}`;
}

function describeSibling(named: boolean, text: string | undefined): string {
  if (!named) return 'none in this record';
  return text === undefined ? 'not beside the record: not checked' : 'matches';
}

async function readText(files: Files, path: string, maxBytes: number): Promise<string> {
  const bytes = await files.read(path, maxBytes);
  if (bytes) return decode(bytes);
  throw new PipeError({
    code: 'USAGE',
    message: 'A file is missing.',
    got: `nothing at ${path}`,
    wanted: 'a file to read',
  });
}

/** Every byte counts for a digest: no byte order mark is dropped. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
