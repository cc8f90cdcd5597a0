import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { AwsOptions } from '../../src/sandbox/aws/types.ts';
import { openAwsKey } from '../../src/signing/aws-kms-key.ts';
import type { RemoteSigner } from '../../src/signing/remote.ts';
import { NEVER } from '../http/support/bench.ts';
import { awsBench, SESSION } from '../services/support/aws-bench.ts';

const ROLE = { region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/deploy' };
const SETTINGS = { ...ROLE, key: 'alias/okta-client' };
const DATA = new TextEncoder().encode('header.payload');
const OWN = {
  alias: 'alias/okta-client',
  privateKey: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
};
const rsa = (bits: number): AwsOptions => ({
  keys: [{ alias: 'alias/okta-client', privateKey: generateKeyPairSync('rsa', { modulusLength: bits }).privateKey }],
});

async function open(options: AwsOptions = {}): ReturnType<typeof tryOpen> {
  return await tryOpen(await awsBench(options));
}

async function tryOpen(
  made: Awaited<ReturnType<typeof awsBench>>,
  settings = SETTINGS,
): Promise<RemoteSigner | PipeError> {
  return await openAwsKey(settings, made.token, made, SESSION, NEVER).catch(caught);
}

function caught(error: unknown): PipeError {
  if (error instanceof PipeError) return error;
  throw error;
}

async function signed(options: AwsOptions, data = DATA): Promise<RemoteSigner & { readonly signature: Uint8Array }> {
  const signer = await open(options);
  if (signer instanceof PipeError) throw signer;
  return { ...signer, signature: await signer.sign(data, NEVER) };
}

describe('a key of AWS KMS', () => {
  it('on P-256 signs ES256 as a JWS holds it', async () => {
    // Often enough for values with leading zeros and first bits that are set.
    for (let round = 0; round < 8; round += 1) {
      const { alg, signature, publicKeyPem } = await signed({});
      expect([alg, signature.byteLength]).toEqual(['ES256', 64]);
      expect(verify('sha256', DATA, { key: publicKeyPem, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
  });

  it('of RSA signs RS256', async () => {
    const { alg, signature, publicKeyPem } = await signed(rsa(2048));
    expect(alg).toBe('RS256');
    expect(verify('sha256', DATA, publicKeyPem, signature)).toBe(true);
  });

  it('signs what is longer than KMS takes', async () => {
    const long = new Uint8Array(100_000);
    const { signature, publicKeyPem } = await signed({}, long);
    expect(verify('sha256', long, { key: publicKeyPem, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  });

  it('is reached by a session that may use keys and nothing else, and that ends by itself', async () => {
    const made = await awsBench();
    const signer = (await tryOpen(made)) as RemoteSigner;
    await signer.sign(DATA, NEVER);
    const asked = made.network.sent.length;
    await signer.close(NEVER);
    expect(made.network.sent).toHaveLength(asked);
    expect(made.aws.credentials.map(({ allows }) => allows)).toEqual([['kms:GetPublicKey', 'kms:Sign']]);
    expect(made.aws.actions).toEqual(['sts:AssumeRoleWithWebIdentity', 'kms:GetPublicKey', 'kms:Sign']);
  });

  it('is asked of its own partition', async () => {
    const made = await awsBench({ region: 'cn-north-1' });
    await tryOpen(made, { region: 'cn-north-1', role: 'arn:aws-cn:iam::123456789012:role/deploy', key: SETTINGS.key });
    expect(made.network.sent.at(-1)?.url).toBe('https://kms.cn-north-1.amazonaws.com.cn/');
  });
});

describe('a key that cannot sign', () => {
  it.each([
    {
      name: 'missing',
      options: { keys: [] },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^AWS KMS in eu-central-1 has no alias\/okta-client/,
    },
    {
      name: 'disabled',
      options: { keys: [{ ...OWN, state: 'Disabled' as const }] },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^Enable the key alias\/okta-client/,
    },
    {
      name: 'to be deleted',
      options: { keys: [{ ...OWN, state: 'PendingDeletion' as const }] },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /state Enabled/,
    },
    {
      name: 'not ours',
      options: { roles: [{ name: 'deploy', allows: ['kms:Sign'] }] },
      code: 'DENIED_BY_PROVIDER',
      fix: /^Allow kms:GetPublicKey on alias\/okta-client/,
    },
  ])('is refused: $name', async ({ options, code, fix }) => {
    expect(await open(options)).toMatchObject({
      code,
      message: 'AWS KMS did not give the public key (signer aws-kms).',
      fix: expect.stringMatching(fix),
    });
  });

  it.each([
    {
      name: 'its usage',
      options: { keys: [{ ...OWN, usage: 'KEY_AGREEMENT' }] },
      got: 'KeyUsage KEY_AGREEMENT, KeySpec ECC_NIST_P256',
    },
    {
      name: 'its curve',
      options: { keys: [{ ...OWN, privateKey: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey }] },
      got: /^KeyUsage SIGN_VERIFY/,
    },
    { name: 'its length', options: rsa(1024), got: /^KeyUsage SIGN_VERIFY, KeySpec RSA/ },
  ])('is refused by $name', async ({ options, got }) => {
    expect(await open(options)).toMatchObject({
      code: 'EXCHANGE_NOT_ENABLED',
      message: expect.stringMatching(/^The key alias\/okta-client of AWS KMS is of a kind/),
      got: expect.stringMatching(got),
    });
  });

  it('is refused where the role may not sign', async () => {
    const signing = signed({ roles: [{ name: 'deploy', allows: ['kms:GetPublicKey'] }] });
    await expect(signing).rejects.toMatchObject({
      code: 'DENIED_BY_PROVIDER',
      fix: expect.stringMatching(/^Allow kms:Sign/),
    });
  });

  it('sends nothing for a region that is none', async () => {
    const made = await awsBench();
    const outcome = await tryOpen(made, { ...SETTINGS, region: 'evil.example/' });
    expect(outcome).toMatchObject({ code: 'POLICY_INVALID', faults: [expect.stringMatching(/^region is/)] });
    expect(made.network.sent).toEqual([]);
  });
});
