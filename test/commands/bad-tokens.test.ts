import { createPublicKey } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { BAD_TOKENS } from '../identity/support/bad-tokens.ts';
import { createMint, type Mint } from '../identity/support/mint.ts';
import { makeStep, runStep, writesOf, type Step } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;
let mint: Mint;

beforeAll(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
  const { privateKey, keyId } = sandbox.issuer;
  const good = decodeJwt(await sandbox.issuer.mintToken());
  mint = createMint({ privateKey, publicKey: createPublicKey(privateKey), kid: keyId, claims: () => good });
});
afterAll(() => step.remove());

describe('a bad token', () => {
  it('is one of at least 23 kinds, and a good one passes the same way', async () => {
    expect(BAD_TOKENS.length).toBeGreaterThanOrEqual(23);
    const { log } = await runStep(sandbox, step, { environment: { BITBUCKET_STEP_OIDC_TOKEN: await mint() } });
    expect(log).toMatch(/^done identity/m);
    expect(writesOf(sandbox)).toContain('POST /login/oauth/token');
  });

  it.each(BAD_TOKENS)('$name: status 4, and not one exchange', async ({ code, text, make }) => {
    const already = sandbox.journal.length;
    const environment = { BITBUCKET_STEP_OIDC_TOKEN: await make(mint) };
    const { status, log } = await runStep(sandbox, step, { environment });
    expect(status).toBe(4);
    expect(log).toContain(`${code}: `);
    expect(log.replace(/\n {10}/g, '\n')).toContain(text);
    const asked = sandbox.journal.slice(already).filter(({ path }) => !path.includes('/identity/oidc/'));
    expect(asked).toEqual([]);
  });
});
