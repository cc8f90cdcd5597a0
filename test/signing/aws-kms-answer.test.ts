import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { openAwsKey } from '../../src/signing/aws-kms-key.ts';
import type { RemoteSigner } from '../../src/signing/remote.ts';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { assumed, SESSION } from '../services/support/aws-bench.ts';

const SETTINGS = {
  ...{ region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/deploy' },
  key: 'alias/okta-client',
};
const DATA = new TextEncoder().encode('header.payload');

function caught(error: unknown): PipeError {
  if (error instanceof PipeError) return error;
  throw error;
}

describe('an answer of KMS that says yes', () => {
  const answer = (body: object): Answer => ({ body: JSON.stringify(body) });
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = key.export({ type: 'spki', format: 'der' }).toString('base64');
  const { privateKey: otherKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const arn = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const shown = answer({ KeyId: arn, PublicKey: publicKey, KeyUsage: 'SIGN_VERIFY' });

  async function openFrom(...answers: readonly Answer[]): Promise<RemoteSigner | PipeError> {
    const made = bench([assumed(), ...answers]);
    return await openAwsKey(SETTINGS, new Secret('step'), made, SESSION, NEVER).catch(caught);
  }

  it.each([
    { name: 'no public key', body: {} },
    { name: 'one that is no base64', body: { PublicKey: 'a b' } },
    { name: 'one that is no key', body: { PublicKey: 'AAAA' } },
  ])('is refused with $name', async ({ body }) => {
    expect(await openFrom(answer(body))).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      wanted: expect.stringMatching(/^a PublicKey/),
    });
  });

  it.each([
    { name: 'no ARN', key: SETTINGS.key, named: undefined },
    { name: 'the alias for an ARN', key: SETTINGS.key, named: SETTINGS.key },
    {
      name: 'the ARN of an alias',
      key: SETTINGS.key,
      named: 'arn:aws:kms:eu-central-1:123456789012:alias/okta-client',
    },
    { name: 'another ARN than the one that was named', key: arn, named: arn.replace('1234abcd', '00000000') },
    { name: 'the ARN of another key id', key: '1234abcd-12ab', named: arn },
  ])('is refused with $name', async ({ key, named }) => {
    const body = { KeyId: named, PublicKey: publicKey, KeyUsage: 'SIGN_VERIFY' };
    const made = bench([assumed(), answer(body)]);
    const opened = openAwsKey({ ...SETTINGS, key }, new Secret('step'), made, SESSION, NEVER);
    await expect(opened).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID', wanted: `KeyId with the ARN of ${key}` });
  });

  it.each([arn, arn.slice(arn.lastIndexOf('/') + 1), 'arn:aws:kms:eu-central-1:123456789012:alias/okta-client'])(
    'is taken for the key %s',
    async (key) => {
      const made = bench([assumed(), shown]);
      const signer = await openAwsKey({ ...SETTINGS, key }, new Secret('step'), made, SESSION, NEVER);
      expect(signer.keyUri).toBe(arn);
    },
  );

  it.each([
    { name: 'no signature', body: { KeyId: arn } },
    {
      name: 'one of another key',
      body: { KeyId: arn, Signature: sign('sha256', DATA, otherKey).toString('base64') },
    },
  ])('is refused with $name', async ({ body }) => {
    const signer = (await openFrom(shown, answer(body))) as RemoteSigner;
    await expect(signer.sign(DATA, NEVER)).rejects.toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', wanted: 'a Signature in base64 that the public key verifies' },
    });
  });
});
