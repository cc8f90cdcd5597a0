import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { BAD_TOKENS } from './support/bad-tokens.ts';
import { AUDIENCE, CLAIMS, FakeIssuer, ISSUER, KEYS_URL, KID, NOW, failure, mint, verify } from './support/issuer.ts';

describe('a good token', () => {
  it('gives the identity that it proves, with one request', async () => {
    const issuer = new FakeIssuer();
    const token = await mint();
    const identity = await verify({ token, issuer });
    expect(issuer.asked).toEqual([KEYS_URL]);
    expect(identity).toMatchObject({
      issuer: ISSUER,
      issuerPinned: true,
      keyId: KID,
      audience: CLAIMS.aud,
      workspaceUuid: CLAIMS.workspaceUuid,
      repositoryUuid: CLAIMS.repositoryUuid,
      stepUuid: CLAIMS.stepUuid,
      pipelineUuid: CLAIMS.pipelineUuid,
      issuedAt: NOW * 1000,
      expiresAt: (NOW + 3600) * 1000,
      verifiedAt: NOW * 1000,
      tokenDigest: createHash('sha256').update(token).digest('hex'),
      warnings: [],
    });
    expect(JSON.stringify(identity)).not.toContain(token.split('.')[2]);
  });

  it.each([
    { name: 'aud as one text', claims: { aud: AUDIENCE } },
    {
      name: 'UUIDs without braces and in capitals',
      claims: { workspaceUuid: CLAIMS.workspaceUuid.slice(1, -1).toUpperCase() },
    },
    { name: 'pipelineRunUuid alone', claims: { pipelineUuid: undefined, pipelineRunUuid: CLAIMS.pipelineUuid } },
    { name: 'no branch, as on tags', claims: { branchName: undefined } },
    { name: 'claims that are null', claims: { deploymentEnvironmentUuid: null, branchName: null } },
  ])('is accepted with $name', async ({ claims }) => {
    await expect(verify({ token: await mint({ claims }) })).resolves.toMatchObject({ issuer: ISSUER, warnings: [] });
  });

  it('ignores any typ, and keys that it brings along', async () => {
    const token = await mint({ header: { typ: 'x', jku: 'https://mallory.example/keys.json', jwk: {}, x5c: ['x'] } });
    const issuer = new FakeIssuer();
    await verify({ token, issuer });
    expect(issuer.asked).toEqual([KEYS_URL]);
  });

  it('keeps claims that are texts, by their own names alone', async () => {
    const payload = `{"__proto__":"p","constructor":"c","list":["l"],${JSON.stringify(CLAIMS).slice(1)}`;
    const claims = Object.fromEntries(Object.entries(JSON.parse(payload) as object));
    const identity = await verify({ token: await mint({ claims: () => claims }) });
    expect(Object.entries(identity.claims)).toEqual(
      expect.arrayContaining([
        ['__proto__', 'p'],
        ['constructor', 'c'],
      ]),
    );
    expect(Object.keys(identity.claims)).not.toContain('list');
    expect(Object.getPrototypeOf(identity.claims)).toBeNull();
  });
});

describe('a bad token', () => {
  it('is one of at least 60 kinds, each by its own name', () => {
    expect(new Set(BAD_TOKENS.map(({ name }) => name)).size).toBe(BAD_TOKENS.length);
    expect(BAD_TOKENS.length).toBeGreaterThanOrEqual(60);
  });

  it.each(BAD_TOKENS)('is refused: $name', async ({ code, message, text, requests, make }) => {
    const token = await make(mint);
    const issuer = new FakeIssuer();
    const error = await failure(verify({ token, issuer }));
    expect(error).toBeInstanceOf(PipeError);
    const { got, wanted, faults, fix } = error as PipeError;
    expect(error).toMatchObject({ code, exitStatus: 4, message });
    expect([got, wanted, ...faults, fix].join('\n')).toContain(text);
    expect(issuer.asked).toEqual(Array.from({ length: requests }, () => KEYS_URL));
    // Nothing that could be replayed, in any form in which an error may be printed.
    const signature = token.split('.')[2];
    if (signature && signature.length > 20)
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(signature);
  });

  it.each([
    { name: 'absent', token: undefined },
    { name: 'empty', token: '' },
  ])('that is $name says which lines to add', async ({ token }) => {
    const issuer = new FakeIssuer();
    const error = await failure(verify({ token, issuer, audience: 'https://example.com/aud' }));
    expect(error).toMatchObject({ code: 'TOKEN_MISSING', exitStatus: 4 });
    expect((error as PipeError).fix).toContain("oidc:\n  audiences: ['https://example.com/aud']");
    expect(issuer.asked).toEqual([]);
  });

  it('tells all claims at fault at once', async () => {
    const token = await mint({ remove: ['workspaceUuid', 'stepUuid', 'pipelineUuid'] });
    const error = (await failure(verify({ token }))) as PipeError;
    expect(error.faults.map((fault) => fault.split(':')[0])).toEqual([
      'claim workspaceUuid',
      'claim stepUuid',
      'claim pipelineUuid',
    ]);
  });
});
