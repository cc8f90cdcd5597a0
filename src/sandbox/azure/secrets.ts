import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { admit, forbiddenByRbac, vaultRefusal } from './caller.ts';
import type { KeyVaultOptions } from './types.ts';

export async function readSecret(options: KeyVaultOptions, call: Call): Promise<Reply> {
  const caller = await admit(options, call);
  const { name = '', version } = call.params;
  if (!options.readers.includes(caller.appId)) {
    throw forbiddenByRbac(caller, 'secrets/getSecret/action', `secrets/${name}`);
  }
  return showSecret(options, name, version);
}

function showSecret(options: KeyVaultOptions, name: string, version: string | undefined): Reply {
  const found = options.secrets.findLast(
    (secret) => secret.name === name && (version === undefined || secret.version === version),
  );
  if (!found) {
    const text = `A secret with (name/id) ${version === undefined ? name : `${name}/${version}`} was not found in this key vault.`;
    throw vaultRefusal(404, 'SecretNotFound', text);
  }
  const { value, enabled = true, nbf, exp } = found;
  if (!enabled) {
    throw vaultRefusal(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  }
  const created = Math.floor(options.now() / 1000) - 86_400;
  // What is expired or not yet active is given all the same: the dates of a secret are its reader's to obey.
  return json(200, {
    value,
    id: `${options.url}/secrets/${name}/${found.version}`,
    attributes: { enabled, nbf, exp, created, updated: created, recoveryLevel: 'Recoverable+Purgeable' },
    tags: {},
  });
}
