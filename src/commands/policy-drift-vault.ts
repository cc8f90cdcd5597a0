import { findVaultDrift, type WantedVaultRole } from '../boundary/index.ts';
import { PipeError } from '../errors.ts';
import type { HttpClient } from '../http/index.ts';
import { Secret } from '../secret.ts';
import type { Side } from './policy-drift.ts';
import type { PolicyInvocation } from './policy.ts';

/**
 * The roles of Vault that the file logs in as, by server and namespace.
 * @throws {PipeError} `USAGE` where the token for them is missing, or would go to another server than its own.
 */
export function openVaultSides(
  roles: readonly WantedVaultRole[],
  { environment, stop }: PolicyInvocation,
  http: HttpClient,
): readonly Side[] {
  if (roles.length === 0) return [];
  checkServers(roles, environment['VAULT_ADDR']);
  const token = readToken(roles, environment['VAULT_TOKEN']);
  const places = new Map<string, readonly WantedVaultRole[]>();
  for (const role of roles) {
    const { address, namespace } = role.server;
    const place = namespace === undefined ? address : `${address} (namespace ${namespace})`;
    places.set(place, [...(places.get(place) ?? []), role]);
  }
  return [...places].map(([place, ofPlace]) => ({
    place,
    wanted:
      ofPlace.length === 1 ? `the one role of ${place} is` : `the ${String(ofPlace.length)} roles of ${place} are`,
    async compare() {
      const lines: string[] = [];
      // One after the other: a server counts what one token asks.
      for (const role of ofPlace) lines.push(...(await findVaultDrift(role, { http, token }, stop)));
      return lines;
    },
  }));
}

/** A token belongs to one server. Whoever wrote the file must not have it sent to another one. */
function checkServers(roles: readonly WantedVaultRole[], own: string | undefined): void {
  const addresses = [...new Set(roles.map(({ server }) => server.address))];
  if (own === undefined || own === '') {
    if (addresses.length > 1) throw wrongServer(addresses, 'one server: VAULT_TOKEN is of one');
    return;
  }
  const wanted = spell(own);
  if (wanted === undefined || addresses.some((address) => spell(address) !== wanted)) {
    throw wrongServer(addresses, `VAULT_ADDR alone: ${JSON.stringify(own.slice(0, 100))}`);
  }
}

function spell(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).href.replace(/\/+$/, '') : undefined;
}

function wrongServer(addresses: readonly string[], wanted: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'VAULT_TOKEN would be sent to a server that it is not for, so nothing was asked.',
    got: `roles of ${addresses.join(', ')} in the policy`,
    wanted,
    fix: 'Check the addresses in the policy. Where it does use several servers, compare a copy of it for each, with the grants of that server alone.',
  });
}

function readToken(roles: readonly WantedVaultRole[], text: string | undefined): Secret {
  if (text !== undefined && text !== '') return new Secret(text);
  const mounts = [...new Set(roles.map(({ mount }) => mount))];
  throw new PipeError({
    code: 'USAGE',
    message: 'To read the live roles of Vault a token is needed.',
    got: 'VAULT_TOKEN is not set',
    wanted: `VAULT_TOKEN of an operator who may read the auth method at ${mounts.map((mount) => `auth/${mount}`).join(', ')}`,
    fix: [
      'Set VAULT_TOKEN from a secured variable of a step that does this alone. It needs no more than this Vault policy:',
      ...mounts.flatMap((mount) => [
        `  path "auth/${mount}/config" { capabilities = ["read"] }`,
        `  path "auth/${mount}/role/*" { capabilities = ["read", "list"] }`,
      ]),
    ].join('\n'),
  });
}
