import { resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';
import { judgePath } from './secrets.ts';

/** Far beyond any bundle of certificates. */
const MAX_PEM_BYTES = 1024 * 1024;
const ENVIRONMENT = /^\.env/;
/** Names of variables without their values, made to be shared. */
const ENVIRONMENT_SAMPLE = /^\.env(?:\..+)?\.(?:example|sample|template)$/;
const PRIVATE_KEY = /\.(?:p8|ppk)$/;
const NPM_CONFIG = '.npmrc';
/** What this pipe leaves behind, also where RECORD_DIR had another name then. */
const RECORD = /(?:\.sigstore\.json|^\d{8}t\d{6}z-.+\.manifest\.json)$/;

/** `key`: a name that private keys have, and certificates too. */
export type PrivateKind = 'secret' | 'key' | 'record';

/**
 * Why a source file is not sent unless the user names it; undefined where nothing speaks against it.
 * @param path of a folder with `/` at its end
 * @param recordDir relative to the root, normalized; undefined where records lie elsewhere
 */
export function judgeSource(path: string, recordDir: string | undefined): PrivateKind | undefined {
  if (recordDir !== undefined && path.startsWith(`${recordDir}/`)) return 'record';
  // Ignore rules know no case, and neither does who copies a key from another system.
  const names = path.toLowerCase().split('/');
  const name = names.at(-1) ?? '';
  if (RECORD.test(name)) return 'record';
  if (names.some((part) => ENVIRONMENT.test(part) && !ENVIRONMENT_SAMPLE.test(part))) return 'secret';
  if (name === NPM_CONFIG || PRIVATE_KEY.test(name)) return 'secret';
  switch (judgePath(path)) {
    case 'secret':
      return 'secret';
    case 'suspect':
      return ENVIRONMENT_SAMPLE.test(name) ? undefined : 'key';
    case 'plain':
      return undefined;
  }
}

/**
 * Whether a file is PEM without a private key: a certificate that a service is called with is no secret, and an
 * application without it fails only when it runs.
 */
export async function isPublicPem(files: Reader, root: string, path: string): Promise<boolean> {
  const found = await resolveInRoot(files, root, path);
  if (found.kind !== 'file') return false;
  const real = `${root}/${found.path}`;
  if (((await files.lstat(real))?.size ?? 0) > MAX_PEM_BYTES) return false;
  const text = new TextDecoder().decode(await files.read(real, MAX_PEM_BYTES));
  return /-----BEGIN (?:[A-Z0-9 ]*CERTIFICATE|(?:RSA )?PUBLIC KEY)-----/.test(text) && !/PRIVATE KEY/i.test(text);
}
