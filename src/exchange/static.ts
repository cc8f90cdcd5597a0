import { PipeError } from '../errors.ts';
import { describeExchange } from './audit.ts';
import type { HopKind } from './types.ts';

/** `VERCEL_TOKEN` as it is: for teams whose Vercel does not federate yet. Not created here, so never revoked here. */
export const staticHop: HopKind<'static'> = {
  name: 'static',
  takes: [],
  gives: () => 'vercel',
  obtain(_, { staticToken: token }) {
    if (token) {
      const audit = describeExchange('static', { token });
      return Promise.resolve({
        hop: 'static',
        token,
        expiresAt: undefined,
        clientId: undefined,
        audit,
        revoke: undefined,
      });
    }
    return Promise.reject(
      new PipeError({
        code: 'USAGE',
        message: 'The exchange `static` needs a Vercel token.',
        got: 'VERCEL_TOKEN is not set',
        wanted: 'VERCEL_TOKEN, from a secured variable',
        fix: 'Set VERCEL_TOKEN, or use the exchange `vercel`, which needs no stored token.',
      }),
    );
  },
};
