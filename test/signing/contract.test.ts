import { createPublicKey, generateKeyPairSync, sign as signWith, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { buildStatement, readTrust, signRecord, verifyRecord } from '../../src/record/index.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import type { Signer } from '../../src/signing/types.ts';
import { networkFault } from '../http/support/fake-network.ts';
import { INTENT, makeFacts } from '../record/support/facts.ts';
import { NOW } from '../record/support/records.ts';
import { COUNTERPARTS, type Body } from './support/counterparts/index.ts';
import { makeKeyPair } from './support/keys.ts';
import { DATA, outcomeOf, refusalOf, tamperBody } from './support/outcome.ts';
import { signerWorld } from './support/signer-world.ts';
import { fingerprint, ifSshKeygen } from './support/ssh.ts';

const KEY = makeKeyPair();
const SIGNERS: readonly { name: Signer['name']; open: () => Promise<Signer>; keyUri: RegExp | undefined }[] = [
  { name: 'key', open: () => Promise.resolve(createKeySigner(KEY.pkcs8)), keyUri: undefined },
  ...COUNTERPARTS.map((description) => ({
    ...{ name: description.name, keyUri: description.keyUri },
    open: async () => (await signerWorld(description)).open(),
  })),
];
describe.each(SIGNERS)('a record signed by $name', ({ name, open, keyUri }) => {
  it('verifies under the public key that the signer shows, and says which key it was', async () => {
    const signer = await open();
    const { bundleJson } = await signRecord(buildStatement(makeFacts(signer)), signer);
    const { publicKeyPem, keyId, jwkThumbprint } = signer;
    const record = verifyRecord(bundleJson, readTrust({ publicKey: publicKeyPem }), { allowSandbox: false, now: NOW });
    expect(record.statement.predicate.signer).toMatchObject({ mode: name, keyId, jwkThumbprint });
    expect(signer.keyUri ?? '').toMatch(keyUri ?? /^$/);
    expect(record.statement.predicate.signer.keyUri).toBe(signer.keyUri);
    const jwk = createPublicKey(publicKeyPem).export({ format: 'jwk' });
    expect(jwkThumbprint).toBe(await calculateJwkThumbprint(jwk));
  });

  ifSshKeygen('has the key id that ssh-keygen prints (skipped where there is none)', async () => {
    const { keyId, publicKeyPem } = await open();
    expect(fingerprint(publicKeyPem)).toBe(keyId);
  });

  it('has DER signatures, of data of any size, and no secret in the signer', async () => {
    const signer = await open();
    for (const data of [new Uint8Array(), DATA, new Uint8Array(100_000).fill(7)]) {
      expect(verify('sha256', data, signer.publicKeyPem, await signer.sign(data))).toBe(true);
    }
    expect(inspect(signer, { depth: 9, showHidden: true })).not.toMatch(/PRIVATE|canary|hvs\.|ya29|eyJ|SecretAccess/);
  });
});

describe.each(COUNTERPARTS)('the signer $name', (description) => {
  it('says what to allow where it may not use the key', async () => {
    const world = await signerWorld(description);
    const signer = await world.open();
    world.forbid();
    expect(await refusalOf(signer.sign(DATA))).toMatchObject({
      ...{ code: 'DENIED_BY_PROVIDER', message: expect.stringMatching(description.says) },
      fix: expect.stringMatching(/Allow|Grant|Assign/),
    });
  });

  it.each(['P-384', 'RSA'] as const)('refuses a key of %s, and says how the right one is made', async (kind) => {
    const world = await signerWorld(description, kind);
    expect(await refusalOf(world.open())).toMatchObject({
      code: 'EXCHANGE_NOT_ENABLED',
      message: expect.stringMatching(/^The key .* cannot sign records \(signer /),
      wanted: 'an EC key on P-256 for signing (ES256)',
      fix: expect.stringMatching(description.make),
    });
    expect(world.left()).toBe(0);
  });

  it('gives up on a slow signature at its bound, and signs again with a new one', async () => {
    const world = await signerWorld(description);
    const controllers: AbortController[] = [];
    const signalOf = (): AbortSignal => {
      const controller = new AbortController();
      controllers.push(controller);
      return controller.signal;
    };
    const signer = await world.open({ signalOf });
    world.tamper((_step, _honest, { signal }) => {
      queueMicrotask(() => controllers.at(-1)?.abort(new DOMException('deadline', 'TimeoutError')));
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(networkFault('aborted')));
      });
    });
    expect(await refusalOf(signer.sign(DATA))).toMatchObject({
      ...{ code: 'TIMEOUT', message: expect.stringMatching(/did not sign in time/) },
      wanted: `a signature by ${signer.keyUri}`,
    });
    world.tamper((_step, honest) => honest());
    expect(verify('sha256', DATA, signer.publicKeyPem, await signer.sign(DATA))).toBe(true);
    expect(controllers).toHaveLength(2);
  });

  it('refuses a signature by another key before it is given', async () => {
    const world = await signerWorld(description);
    const signer = await world.open();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    world.tamper(tamperBody('sign', (body) => description.withSignature(body, signWith('sha256', DATA, privateKey))));
    expect(await refusalOf(signer.sign(DATA))).toMatchObject({
      ...{ exitStatus: 4, code: expect.stringMatching(/^(?:SIGNATURE|CREDENTIAL)_INVALID$/) },
      wanted: expect.stringMatching(/signature/i),
    });
  });

  it.each(['key', 'sign'] as const)('refuses the answer of another key to %s', async (step) => {
    const world = await signerWorld(description);
    world.tamper(tamperBody(step, (body: Body) => description.asOther(body, step)));
    expect(await refusalOf(outcomeOf(world))).toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', message: expect.stringMatching(description.says) },
      got: expect.stringMatching(/another key|version 2/),
    });
  });

  it('signs intent and result with one key, whatever is rotated meanwhile', async () => {
    const world = await signerWorld(description);
    const signer = await world.open();
    const intent = await signRecord(buildStatement(makeFacts(signer, INTENT)), signer);
    world.rotate();
    const result = await signRecord(buildStatement(makeFacts(signer)), signer);
    const trust = readTrust({ publicKey: signer.publicKeyPem });
    for (const { bundleJson } of [intent, result]) {
      const { statement } = verifyRecord(bundleJson, trust, { allowSandbox: false, now: NOW });
      expect(statement.predicate.signer.keyUri).toMatch(description.keyUri);
    }
  });

  it('leaves nothing behind when it is closed, and tells where it could not', async () => {
    const world = await signerWorld(description);
    const signer = await world.open();
    await expect(signer.close(AbortSignal.timeout(1000))).resolves.toBeUndefined();
    expect(world.left()).toBe(0);
    await expect(signer.close(AbortSignal.timeout(1000))).resolves.toBeUndefined();
    const other = await world.open();
    world.tamper(() => Promise.reject(networkFault('ECONNRESET')));
    await expect(other.close(AbortSignal.timeout(1000))).resolves.toBeUndefined();
    const told = world.left() === 0 ? '' : 'What reached the remote key was not revoked and stays valid';
    expect(world.log.lines.flatMap(({ level, message }) => (level === 'warn' ? message : [])).join()).toMatch(told);
  });
});
