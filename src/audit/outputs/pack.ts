import { labelFolders } from '../records/folders.ts';
import { ANSWERS_ENDING, CHECKPOINT_ENDING, LIST_ENDING } from '../records/read-checkpoint.ts';
import { baseName, createPackNames, type PackNames } from './pack-names.ts';
import { writeVerifyPage, type PackedFiles } from './pack-page.ts';
import { listFamilies, packFamily } from './pack-records.ts';
import { growFile, makeFolder, notWritten, orDiscard, type GrowingFile } from './text-file.ts';
import type { CheckpointFiles, PackOptions, WrittenPack } from './types.ts';
import { createZip, type ZipWriter } from './zip.ts';

const SUMS = 'SHA256SUMS';
const BUNDLE = /\.sigstore\.json$/;
const AUDIT_KEY = 'audit-key';

/**
 * The evidence pack: one zip of everything that the audit rests on, and `VERIFY.md` with the commands that check it. The
 * same files give the same bytes. Files go through one by one; memory holds names and digests alone.
 * @throws {PipeError} `OUTPUT_INVALID` where it cannot be written; half a zip is not left.
 */
export async function writePack(options: PackOptions): Promise<WrittenPack> {
  const { files, path, workFolder } = options;
  const name = baseName(path);
  const folder = path.slice(0, -name.length - 1);
  await makeFolder(files, folder);
  const work = await files.makeTempFolder(workFolder);
  if (work === undefined) throw notWritten(workFolder, undefined);
  try {
    const out = await growFile(files, folder, name);
    return await orDiscard(out, async () => {
      const zip = await createZip(files, out, work);
      const filled = await orDiscard(zip, async () => {
        const sums = await growFile(files, work, SUMS);
        return orDiscard(sums, () => fill(options, zip, sums, `${work}/${SUMS}`));
      });
      return { ...(await out.close()), ...filled };
    });
  } finally {
    await files.remove(work);
  }
}

interface Filling {
  readonly zip: ZipWriter;
  readonly names: PackNames;
  readonly added: (name: string, digest: string) => Promise<void>;
  readonly missing: string[];
}

async function fill(
  options: PackOptions,
  zip: ZipWriter,
  sums: GrowingFile,
  sumsPath: string,
): Promise<{ readonly entries: number; readonly records: number; readonly missing: readonly string[] }> {
  const { files, recordFolders, allowSandbox = false } = options;
  const missing: string[] = [];
  const added = (name: string, digest: string): Promise<void> => sums.write(`${digest}  ${name}\n`);
  const filling: Filling = { zip, names: createPackNames(), added, missing };
  const packed = await addNamed(options, filling);
  const families = await listFamilies(options);
  const context = { ...filling, files, folders: labelFolders(recordFolders) };
  let [records, example]: [number, string | undefined] = [0, undefined];
  for (const family of families) {
    const record = await packFamily(family, context);
    if (record !== undefined) records += 1;
    if (record?.endsWith('.result.sigstore.json')) example ??= record;
  }
  const page = writeVerifyPage({ ...packed, records, example, allowSandbox, missing });
  await added('VERIFY.md', await zip.add('VERIFY.md', new TextEncoder().encode(page)));
  await sums.close();
  await zip.addFile(SUMS, sumsPath);
  await zip.finish();
  return { entries: zip.entries, records, missing };
}

/** Everything but the records. The files of trust get the names that the commands use. */
async function addNamed(
  options: PackOptions,
  filling: Filling,
): Promise<Pick<PackedFiles, 'trust' | 'auditKeys' | 'checkpoints' | 'statements'>> {
  const { trust, auditKeys, reports, checkpoints, exceptions, policies } = options;
  const add = (folder: string, paths: readonly string[]): Promise<readonly string[]> => addAll(filling, folder, paths);
  const written = await add('audit', reports);
  const listed: string[] = [];
  for (const one of checkpoints) listed.push(...(await addCheckpoint(filling, one)));
  const excepted = await add('exceptions', exceptions);
  const named: Record<string, string> = {};
  for (const kind of ['issuerKeys', 'keyList', 'publicKey', 'tsa'] as const) {
    const path = trust[kind];
    const [name] = path === undefined ? [] : await add('keys', [path]);
    if (name !== undefined) named[kind] = name;
  }
  const keys = await addKeys(filling, auditKeys);
  await add('policies', policies);
  return {
    ...{ trust: named, auditKeys: keys, checkpoints: listed },
    statements: [...written, ...excepted].filter((name) => BUNDLE.test(name)),
  };
}

async function addAll(filling: Filling, folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of new Set(paths)) {
    const name = filling.names.take(folder, baseName(path));
    if (await addOne(filling, name, path)) found.push(name);
  }
  return found;
}

/**
 * All that a checkpoint signs under one name beside it: two audits can have named theirs alike, and the commands compare
 * what stands beside each.
 * @returns the name of its bundle, where it was there
 */
async function addCheckpoint(filling: Filling, { bundle, list, answers }: CheckpointFiles): Promise<readonly string[]> {
  const name = baseName(bundle);
  const base = name.endsWith(CHECKPOINT_ENDING) ? name.slice(0, -CHECKPOINT_ENDING.length) : name;
  const packed = filling.names.take('checkpoints', base);
  const isThere = await addOne(filling, `${packed}${CHECKPOINT_ENDING}`, bundle);
  await addOne(filling, `${packed}${LIST_ENDING}`, list);
  if (answers !== undefined) await addOne(filling, `${packed}${ANSWERS_ENDING}`, answers);
  return isThere ? [`${packed}${CHECKPOINT_ENDING}`] : [];
}

async function addOne({ zip, added, missing }: Filling, name: string, path: string): Promise<boolean> {
  const digest = await zip.addFile(name, path);
  if (digest === undefined) missing.push(`${baseName(path)} was not there to be packed.`);
  else await added(name, digest);
  return digest !== undefined;
}

async function addKeys({ zip, names, added }: Filling, pems: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pem of pems) {
    const number = found.length === 0 ? '' : `-${String(found.length + 1)}`;
    const name = names.take('keys', `${AUDIT_KEY}${number}.pub.pem`);
    await added(name, await zip.add(name, new TextEncoder().encode(pem)));
    found.push(name);
  }
  return found;
}
