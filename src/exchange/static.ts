import { PipeError } from '../errors.ts';
import type { Hop } from './types.ts';

/** `VERCEL_TOKEN` as it is: for teams whose Vercel does not federate yet. Not created here, so never revoked here. */
export const staticHop: Hop = {
  name: 'static',
  obtain(input) {
    if (!input.staticToken) {
      return Promise.reject(
        new PipeError({
          code: 'USAGE',
          message: 'The exchange `static` needs a Vercel token.',
          got: 'VERCEL_TOKEN is not set',
          wanted: 'VERCEL_TOKEN, from a secured variable',
          fix: 'Set VERCEL_TOKEN, or use the exchange `vercel`, which needs no stored token.',
        }),
      );
    }
    const token = input.staticToken;
    return Promise.resolve({ hop: 'static', token, expiresAt: undefined, clientId: undefined, revoke: undefined });
  },
};
