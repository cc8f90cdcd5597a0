import type { Sandbox } from '../../../src/sandbox/index.ts';
import { ask, type Answer } from './client.ts';

export const OTHER = { uuid: '{0f0e0d0c-0000-4000-8000-00000000000a}', slug: 'api' };

/** A UUID in braces that is told from others by its number. */
export function uuid(number: number): string {
  return `{00000000-0000-4000-8000-${String(number).padStart(12, '0')}}`;
}

/** Below a repository's address; an address as `next` has it is asked as it stands. */
export function bitbucket(
  sandbox: Sandbox,
  path: string,
  {
    token = sandbox.bitbucket.accessToken,
    repository = 'web',
  }: { readonly token?: string; readonly repository?: string } = {},
): Promise<Answer> {
  const url = path.startsWith('https:') ? path : `${sandbox.bitbucketUrl}/2.0/repositories/acme/${repository}${path}`;
  return ask(sandbox, url, { headers: { authorization: `Bearer ${token}` } });
}
