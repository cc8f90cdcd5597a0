import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { PinnedKeys } from '../identity/types.ts';
import { readOrRefuse } from './given-files.ts';
import { requireInside, type PolicyInForce } from './read-policy.ts';
import type { Run } from './run.ts';

export const KEYS_FILE = 'issuer-keys.json';
const MAX_KEYS_BYTES = 256 * 1024;

/**
 * The issuer's keys that need no fetch: the file that the policy names, then the organisation's. A file that is named
 * and is not there, or is another than named, ends the run: fetching instead would undo what pinning is for.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID`.
 */
export async function readPinnedKeys(run: Run, inForce: PolicyInForce): Promise<readonly PinnedKeys[]> {
  const { layer, folder } = run.organisation;
  const named = await readNamed(run, inForce);
  const organisation = layer.issuerKeys && { name: `${folder}/${KEYS_FILE}`, bytes: layer.issuerKeys };
  return [named, organisation].filter((keys) => keys !== undefined);
}

async function readNamed(run: Run, { policy, origin }: PolicyInForce): Promise<PinnedKeys | undefined> {
  if (!policy?.keys) return undefined;
  const { file, sha256 } = policy.keys;
  const folder = origin?.kind === 'layer' ? run.organisation.folder : keysFolder(run, origin);
  const path = `${folder}/${file}`;
  if (origin?.kind !== 'layer') await requireInside(run, 'keys: file of the policy', path);
  const bytes = await readKeyFile(run, path);
  if (!bytes) {
    throw refuse('is missing', `nothing at ${path}`, 'the file, beside the policy', RENEW);
  }
  const got = sha256Hex(bytes);
  if (got === sha256) return { name: `${file} (keys: of the policy)`, bytes };
  const lineEnds = tellLineEnds(bytes, sha256);
  const shown = `sha256 ${got} of ${path}${lineEnds === undefined ? '' : `, ${lineEnds}`}`;
  // Doctor looks where it writes, and that is elsewhere for a policy that is not of the clone.
  const other = origin?.kind === 'clone' ? REPIN : RENEW;
  const fix =
    lineEnds === undefined
      ? other
      : `Save the file as UTF-8 without a byte order mark, and end every line with LF, the last one too. Or: ${other}`;
  throw refuse('is not the one that it names', shown, `sha256 ${sha256}`, fix);
}

/** In words, where the file is the one that doctor wrote but for its line ends or a mark before it: an editor puts its own into what is pasted. */
function tellLineEnds(bytes: Uint8Array, sha256: string): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const written = `${text
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replace(/\n+$/, '')}\n`;
  if (sha256Hex(new TextEncoder().encode(written)) !== sha256) return undefined;
  if (text.startsWith('\ufeff')) return 'which begins with a byte order mark';
  if (text.includes('\r')) return 'whose line ends are CRLF';
  return text.endsWith('\n') ? 'which has empty lines at its end' : 'which has no line end after the last brace';
}

/**
 * Undefined where nothing is.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID` where it cannot be read.
 */
export function readKeyFile({ platform: { files } }: Run, path: string): Promise<Uint8Array | undefined> {
  const fix = 'Put the file itself there, for this step to read.';
  const unreadable = (got: string): PipeError => refuse('cannot be read', got, 'a file, beside the policy', fix);
  return readOrRefuse(files, path, MAX_KEYS_BYTES, unreadable);
}

/** Beside the policy where that stands in the clone; of a policy from elsewhere, the digest it names holds wherever the file is. */
export function keysFolder({ config }: Run, origin: PolicyInForce['origin']): string {
  if (origin?.kind !== 'https' && config.policy.kind === 'path') return folderOf(config.policy.path);
  return config.cloneDir;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

const RENEW = 'Run COMMAND: doctor in this step: it writes the file and prints the lines for the policy.';
/** Doctor leaves a file that is there as it is. */
const REPIN =
  'Remove the file and run COMMAND: doctor in this step, which writes it anew; or compare its keys, and take the line that doctor prints for it as it is.';

function refuse(problem: string, got: string, wanted: string, fix: string): PipeError {
  const message = `The key file of the policy (keys:) ${problem}.`;
  return new PipeError({ code: 'TRUST_MATERIAL_INVALID', message, got, wanted, fix });
}
