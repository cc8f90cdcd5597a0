import { isPlainPath } from '../services/vault-request.ts';
import type { HopConfigs } from './config.ts';

/** What is wrong with the settings of a vault hop, before anything is sent. */
export function findVaultFaults(settings: HopConfigs['vault']): readonly string[] {
  const { namespace, mount, role, secret, identityToken, field, version } = settings;
  if (secret !== undefined && identityToken !== undefined) return ['names both secret and identityToken; wanted one'];
  if (secret === undefined && identityToken === undefined) return ['wanted secret or identityToken'];
  const ofSecrets = secret === undefined ? definedOf({ field, version }) : [];
  const paths = definedOf({ namespace, mount, role, secret, identityToken });
  return [
    ...ofSecrets.map(([name]) => `${name} belongs to a secret, not to an identity token`),
    ...paths
      .filter(([, path]) => !isPlainPath(path))
      .map(([name]) => `${name}: wanted a path without empty parts and without . or ..`),
  ];
}

function definedOf<T>(values: Readonly<Record<string, T | undefined>>): readonly (readonly [string, T])[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
