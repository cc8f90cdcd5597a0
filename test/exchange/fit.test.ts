import { describe, expect, it } from '@jest/globals';
import { findChainFaults, type HopConfig } from '../../src/exchange/index.ts';

const VERCEL: HopConfig = { vercel: {} };
const STATIC: HopConfig = { static: {} };
const STS = { url: 'https://sts.example.com/token' };

describe('findChainFaults', () => {
  it.each([
    { name: 'vercel alone', chain: [VERCEL] },
    { name: 'static alone', chain: [STATIC] },
    {
      name: 'an actor after another hop',
      chain: [{ 'token-exchange': STS }, { 'token-exchange': { ...STS, actor: true } }, VERCEL],
    },
  ])('has nothing against $name', ({ chain }) => {
    expect(findChainFaults('direct', chain)).toEqual([]);
  });

  it.each([
    {
      name: 'static after another',
      chain: [VERCEL, STATIC],
      fault: 'exchanges.direct.1.static: needs no token, so it stands in no chain',
    },
    {
      name: 'static before another',
      chain: [STATIC, VERCEL],
      fault: 'exchanges.direct.0.static: needs no token, so it stands in no chain',
    },
    {
      name: 'a Vercel token given to Vercel',
      chain: [VERCEL, VERCEL],
      fault:
        "exchanges.direct.1.vercel: takes an identity token (a signed JWT) or an identity provider's access token, and vercel before it gives a Vercel token",
    },
    {
      name: 'an actor that is the subject already',
      chain: [{ 'token-exchange': { ...STS, actor: true } }, VERCEL],
      fault:
        "exchanges.direct.0.token-exchange: actor: needs a hop before this one; in the first, the step's own token is the subject already",
    },
    {
      name: 'nothing in it',
      chain: [],
      fault: 'exchanges.direct: ends with nothing; wanted a Vercel token at its end (vercel, or a secret)',
    },
  ])('names the first unfit pair: $name', ({ chain, fault }) => {
    expect(findChainFaults('direct', chain)).toEqual([fault]);
  });
});
