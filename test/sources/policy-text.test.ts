import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeFiles } from '../../src/platform/files.ts';
import { readPolicyText, type Layer, type PolicyChoice, type PolicyText } from '../../src/sources/index.ts';
import { sites } from './support/sites.ts';
import { POLICY, PUBLIC_PEM, sign } from './support/sign.ts';

const PLAIN: Layer = { policy: undefined, issuerKeys: undefined, defaults: {} };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const { serve, client } = sites();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/policy-text-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Given {
  readonly policy: PolicyChoice;
  readonly key?: string;
  readonly layer?: Layer;
}

function read({ policy, key, layer = PLAIN }: Given): Promise<PolicyText | undefined> {
  const deps = { files: nodeFiles, http: client() };
  return readPolicyText({ layer, policy, key }, deps, new AbortController().signal);
}

function inClone(text: string | undefined, name = 'deploy-policy.yml', explicit = true): PolicyChoice {
  if (text !== undefined) writeFileSync(`${folder}/${name}`, text);
  return { kind: 'path', path: `${folder}/${name}`, name, explicit };
}

const at = (url: string, pins: { sha256?: string; minSerial?: number } = {}): PolicyChoice => ({
  ...{ kind: 'https', url, sha256: pins.sha256, minSerial: pins.minSerial },
});
const textOf = (found: PolicyText | undefined): string => Buffer.from(found?.bytes ?? []).toString();

describe('a policy in the clone', () => {
  it('is read as it stands', async () => {
    const found = await read({ policy: inClone(POLICY, 'ci.yml') });
    expect(textOf(found)).toBe(POLICY);
    expect(found?.origin).toEqual({ kind: 'clone', where: 'ci.yml' });
  });

  it('may be missing', async () => {
    expect(await read({ policy: inClone(undefined) })).toBeUndefined();
    expect(await read({ policy: inClone(undefined), key: PUBLIC_PEM })).toBeUndefined();
  });

  it('must be signed where there is a key', async () => {
    const found = await read({ policy: inClone(await sign(), 'p.jws'), key: PUBLIC_PEM });
    expect(textOf(found)).toBe(POLICY);
    const signedBy: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(found?.origin).toEqual({ kind: 'clone', where: 'p.jws', serial: 7, signedBy });
    await expect(read({ policy: inClone(POLICY), key: PUBLIC_PEM })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: 'The policy at deploy-policy.yml is not signed, and POLICY_KEY says that it must be.',
    });
  });
});

describe("the organisation's policy", () => {
  const layer = { ...PLAIN, policy: Buffer.from('version: 1 # the image\n') };

  it('comes before one in the clone that nobody named', async () => {
    const found = await read({ layer, policy: inClone(POLICY, 'deploy-policy.yml', false) });
    expect(textOf(found)).toBe('version: 1 # the image\n');
    expect(found?.origin).toEqual({ kind: 'layer', where: 'policy.yml' });
  });

  it.each([
    { name: 'a path', policy: () => inClone(POLICY, 'own.yml'), got: 'POLICY own.yml' },
    {
      name: 'an address',
      policy: () => at('https://example.com/p.yml?token=s3cret', { sha256: sha256(POLICY) }),
      got: 'POLICY https://example.com/p.yml',
    },
  ])('is not overridden by $name', async ({ policy, got }) => {
    await expect(read({ layer, policy: policy() })).rejects.toMatchObject({ code: 'VARIABLES_INVALID', got });
  });
});

describe('a policy at an address', () => {
  it('is taken where its digest is the one named', async () => {
    const url = await serve(POLICY);
    const found = await read({ policy: at(url, { sha256: sha256(POLICY) }) });
    expect(textOf(found)).toBe(POLICY);
    expect(found?.origin).toEqual({ kind: 'https', where: url.replace('?at=main', '') });
  });

  it('is taken where it is signed, and not too old', async () => {
    const url = await serve(await sign());
    const found = await read({ policy: at(url, { minSerial: 7 }), key: PUBLIC_PEM });
    expect({ text: textOf(found), serial: found?.origin.serial }).toEqual({ text: POLICY, serial: 7 });
    await expect(read({ policy: at(url, { minSerial: 8 }), key: PUBLIC_PEM })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      got: 'serial 7',
      wanted: 'at least 8, as POLICY says',
    });
  });

  it('with both pins must be both', async () => {
    const jws = await sign();
    const url = await serve(jws);
    expect(textOf(await read({ policy: at(url, { sha256: sha256(jws) }), key: PUBLIC_PEM }))).toBe(POLICY);
    await expect(read({ policy: at(url, { sha256: sha256(POLICY) }), key: PUBLIC_PEM })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      got: `sha256 ${sha256(jws)}`,
    });
  });

  it('is refused for one byte more', async () => {
    const url = await serve(`${POLICY} `);
    await expect(read({ policy: at(url, { sha256: sha256(POLICY) }) })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      exitStatus: 4,
      got: `sha256 ${sha256(`${POLICY} `)}`,
      wanted: `sha256 ${sha256(POLICY)}`,
    });
  });

  it('is not asked for where the key cannot be used', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end(POLICY);
    });
    await expect(read({ policy: at(url), key: 'x' })).rejects.toMatchObject({ code: 'VARIABLES_INVALID' });
    expect(asked).toBe(0);
  });
});
