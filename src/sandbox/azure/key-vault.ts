import type { Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { readKey, signDigest } from './keys.ts';
import { readSecret } from './secrets.ts';
import type { KeyVaultOptions } from './types.ts';

export type * from './types.ts';

type Handle = (options: KeyVaultOptions, call: Call) => Promise<Reply>;

const TABLE: readonly (readonly [Route['method'], path: string, Handle])[] = [
  ['GET', '/secrets/:name', readSecret],
  ['GET', '/secrets/:name/:version', readSecret],
  ['GET', '/keys/:name', readKey],
  ['GET', '/keys/:name/:version', readKey],
  ['POST', '/keys/:name/:version/sign', signDigest],
];

/** The secrets and keys of one Azure Key Vault with role-based access: using them, and every way in which that is refused. */
export function createKeyVault(options: KeyVaultOptions): { readonly routes: readonly Route[] } {
  const shared = { origins: [new URL(options.url).origin], query: ['api-version'] } as const;
  let answers = 0;
  const headers = (): Record<string, string> => ({
    'x-ms-request-id': `00000000-0000-4000-8000-${String((answers += 1)).padStart(12, '0')}`,
    'x-ms-keyvault-region': 'westeurope',
  });
  const routes = TABLE.map(([method, path, handle]) => ({
    ...{ ...shared, method, path, headers },
    handle: (call: Call) => handle(options, call),
  }));
  return { routes };
}
