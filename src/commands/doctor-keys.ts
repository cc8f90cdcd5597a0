import { fetchIssuerKeys } from '../bitbucket/index.ts';
import { sha256Hex } from '../digest.ts';
import { insideClone } from './opening.ts';
import { KEYS_FILE, keysFolder, readKeyFile } from './pinned-keys.ts';
import type { Gathered } from './prepare.ts';
import { requireInside } from './read-policy.ts';
import type { Run } from './run.ts';

/**
 * Writes the issuers' keys as they are published now, where none are pinned, and prints the lines that pin them. A file
 * that is there already is never replaced: whoever committed it has looked at it.
 * @throws {PipeError} `ISSUER_KEYS_UNAVAILABLE`.
 */
export async function offerIssuerKeys(run: Run, inputs: Gathered, issuers: readonly string[]): Promise<void> {
  const { log } = run.platform;
  const pinned = inputs.keys.value ?? [];
  if (pinned.length > 0) {
    log.info(`Keys:    pinned in ${pinned.map(({ name }) => name).join(' and ')}; no fetch is needed.`);
    return;
  }
  const { policy, origin } = inputs.policy.value ?? {};
  const file = policy?.keys?.file ?? KEYS_FILE;
  const inClone = origin === undefined || origin.kind === 'clone';
  const path = inClone ? `${keysFolder(run, origin)}/${file}` : `${run.config.recordDir}/${file}`;
  await requireInside(run, 'The key file', path);
  const there = await readKeyFile(run, path);
  const bytes = there ?? (await fetchFile(run, issuers));
  const shown = insideClone(run.config, path);
  const place = there
    ? `${shown} is there already, and the policy ${policy?.keys ? 'pins another one' : 'does not pin it'}.`
    : `${await write(run, path, bytes)}: the issuer's public keys as it publishes them now. Compare them with what you know, then commit the file.`;
  log.info(
    [
      `Keys:    ${place}`,
      'Lines for the policy, so that no run has to ask for the keys:',
      // In quotes: a digest may look like a number to YAML.
      `keys: { file: ${file}, sha256: '${sha256Hex(bytes)}' }`,
      ...(there ? [] : ['The file:', new TextDecoder().decode(bytes).trimEnd()]),
    ].join('\n'),
  );
}

/** A folder that cannot be written is no finding: the file stands in the log as well. */
async function write({ platform, config }: Run, path: string, bytes: Uint8Array): Promise<string> {
  const shown = insideClone(config, path);
  try {
    await platform.files.writeNew(path, bytes);
    return `${shown} written`;
  } catch (error) {
    return `${shown} could not be written (${String((error as { code?: unknown }).code)}), and stands below`;
  }
}

/** `{"<issuer>": {"keys": [JWK, …]}, …}`: the public parts alone, as `keys:` of a policy wants them. */
async function fetchFile({ http, signal }: Run, issuers: readonly string[]): Promise<Uint8Array> {
  const sets = await Promise.all(
    issuers.map(async (issuer) => {
      const keys = await fetchIssuerKeys(http, issuer, signal);
      return [issuer, { keys: keys.map(({ kid, n, e }) => ({ kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e })) }];
    }),
  );
  return new TextEncoder().encode(`${JSON.stringify(Object.fromEntries(sets), undefined, 2)}\n`);
}
