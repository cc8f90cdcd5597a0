import type { Files } from '../../platform/types.ts';
import { manifestFileName, recordFileName } from '../../record/index.ts';
import { fromNameAscii } from '../../text.ts';
import type { LabeledFolder } from '../records/folders.ts';
import type { PackNames } from './pack-names.ts';
import type { PackOptions } from './types.ts';
import type { ZipWriter } from './zip.ts';

const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const ENDING = /\.(?:intent|result)\.sigstore\.json$/;

/** What a record's run left beside it, and it: names relative to a folder of records, as the audit tells them. */
interface Family {
  /** Without ending; for a file of another name the whole. */
  readonly base: string;
  /** SHA-256 of the record that the audit looked at, by its name; undefined where it could not be told. */
  readonly digests: Map<string, string | undefined>;
}

export interface PackRecordsContext {
  readonly files: Files;
  readonly zip: ZipWriter;
  readonly names: PackNames;
  readonly folders: readonly LabeledFolder[];
  /** Told of each file that is in the archive. */
  readonly added: (name: string, digest: string) => Promise<void>;
  readonly missing: string[];
}

/** Runs whose records explain, or fail to explain, the rows of these classes; sorted by name. */
export async function listFamilies({ rows, classes }: PackOptions): Promise<readonly Family[]> {
  const families = new Map<string, Family>();
  for await (const { kind, id, class: found, record } of rows.read()) {
    const file = record?.file ?? (kind === 'record' ? id : undefined);
    if (file === undefined || (classes && !classes.includes(found))) continue;
    const base = file.replace(ENDING, '');
    const family: Family = families.get(base) ?? { base, digests: new Map<string, string | undefined>() };
    family.digests.set(file, record?.digest ?? family.digests.get(file));
    families.set(base, family);
  }
  return [...families.values()].sort((a, b) => (a.base < b.base ? -1 : 1));
}

/** @returns the record's name in the archive; undefined where none of the family is there. */
export async function packFamily({ base, digests }: Family, context: PackRecordsContext): Promise<string | undefined> {
  const { names, added, missing } = context;
  // The whole family under one name, or verify would not find intent and manifest beside the result.
  const packed = names.take('records', base);
  let shown: string | undefined;
  for (const file of new Set([...listCompanions(base, digests), ...digests.keys()])) {
    const name = `${packed}${file.slice(base.length)}`;
    const digest = await addRecord(file, name, context);
    const wanted = digests.get(file);
    if (digest === undefined) {
      if (digests.has(file)) missing.push(`${file} is not in the folders of records any more.`);
      continue;
    }
    await added(name, digest);
    if (wanted !== undefined && wanted !== digest) missing.push(`${file} has changed since it was audited.`);
    if (digests.has(file)) shown = name;
  }
  return shown;
}

/** In the order of their names. */
function listCompanions(base: string, digests: Family['digests']): readonly string[] {
  const [first = ''] = [...digests.keys()];
  return ENDING.test(first)
    ? [recordFileName(base, 'intent'), manifestFileName(base), recordFileName(base, 'result')]
    : [];
}

async function addRecord(file: string, name: string, context: PackRecordsContext): Promise<string | undefined> {
  const { files, zip, folders } = context;
  const path = locate(file, folders);
  const stat = path === undefined ? undefined : await files.lstat(path);
  if (path === undefined || stat?.kind !== 'file') return undefined;
  if (stat.size > MAX_RECORD_BYTES) return zip.addFile(name, path);
  const bytes = await files.read(path, MAX_RECORD_BYTES);
  return bytes && zip.add(name, bytes);
}

/** Absolute, of a file as the audit names it; undefined where no folder is named so, and for what leads out of one. */
function locate(file: string, folders: readonly LabeledFolder[]): string | undefined {
  const path = fromNameAscii(file);
  if (path.split('/').includes('..')) return undefined;
  const home = folders.find(({ label }) => path.startsWith(label));
  return home && `${home.folder}/${path.slice(home.label.length)}`;
}
