import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createSandbox, PROVIDER_URLS } from '../../../src/sandbox/index.ts';
import { boolean, explicit, integer, octetString, oid, sequence, tlv } from '../../../src/sandbox/tsa/der.ts';
import { encodeQuery, toNonce } from '../../../src/timestamp/query.ts';

const ifOpenssl = spawnSync('openssl', ['version']).error ? it.skip : it;
const folder = mkdtempSync(`${tmpdir()}/sandbox-tsa-`);
afterAll(() => rmSync(folder, { recursive: true }));

const sandbox = await createSandbox({ providers: PROVIDER_URLS });
const tsa = sandbox.providers?.tsa ?? { url: '', rootPem: '' };

async function ask(body: Uint8Array, type = 'application/timestamp-query'): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) };
  return sandbox.handle(new Request(tsa.url, init));
}

async function answer(body: Uint8Array): Promise<Buffer> {
  const response = await ask(body);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/timestamp-reply');
  return Buffer.from(await response.arrayBuffer());
}

function openssl(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync('openssl', ['ts', ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout };
}

const DIGEST = createHash('sha256').update('signature').digest();
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), tlv(0x05));
const IMPRINT = sequence(SHA256, octetString(DIGEST));
const LONG_NONCE = tlv(0x02, Buffer.alloc(8, 0x40));

describe('the timestamp authority of the sandbox', () => {
  ifOpenssl('gives what openssl accepts, to its requests and to ours', async () => {
    writeFileSync(`${folder}/root.pem`, tsa.rootPem);
    writeFileSync(`${folder}/data`, 'signature');
    writeFileSync(`${folder}/ours.tsq`, encodeQuery(DIGEST, toNonce(Buffer.alloc(16, 0xff))));
    expect(openssl('-query', '-data', 'data', '-sha256', '-cert', '-out', 'theirs.tsq').status).toBe(0);
    for (const name of ['ours', 'theirs']) {
      writeFileSync(`${folder}/${name}.tsr`, await answer(readFileSync(`${folder}/${name}.tsq`)));
      const verify = ['-verify', '-in', `${name}.tsr`, '-CAfile', 'root.pem'];
      expect(openssl(...verify, '-queryfile', `${name}.tsq`)).toEqual({ status: 0, stdout: 'Verification: OK\n' });
      expect(openssl(...verify, '-data', 'data')).toEqual({ status: 0, stdout: 'Verification: OK\n' });
    }
    const mixed = openssl('-verify', '-in', 'ours.tsr', '-CAfile', 'root.pem', '-queryfile', 'theirs.tsq');
    expect(mixed).toEqual({ status: 1, stdout: 'Verification: FAILED\n' });
  });

  ifOpenssl('is asked in a way that openssl reads as it was meant', () => {
    writeFileSync(`${folder}/ours.tsq`, encodeQuery(DIGEST, toNonce(Buffer.alloc(16, 0xff))));
    const { stdout } = openssl('-query', '-in', 'ours.tsq', '-text');
    expect(stdout).toMatch(/^Version: 1\nHash Algorithm: sha256\n/);
    expect(stdout).toContain('Policy OID: unspecified\nNonce: 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n');
    expect(stdout).toContain('Certificate required: yes\nExtensions:\n');
    expect(stdout.replaceAll(/[^0-9a-f]/g, '')).toContain(DIGEST.toString('hex', 0, 4));
  });

  it.each([
    { name: 'no DER', query: Buffer.from('hello'), text: 'not one TimeStampReq in DER' },
    { name: 'a long form', query: Buffer.from('308102010100', 'hex'), text: 'not one TimeStampReq in DER' },
    {
      name: 'bytes behind it',
      query: Buffer.concat([sequence(integer(1), IMPRINT), Buffer.of(0, 0)]),
      text: 'not one',
    },
    { name: 'version 2', query: sequence(integer(2), IMPRINT, LONG_NONCE, boolean(true)), text: 'not version 1' },
    { name: 'no imprint', query: sequence(integer(1)), text: 'messageImprint is malformed' },
    {
      name: 'SHA-1',
      query: sequence(integer(1), sequence(sequence(oid('1.3.14.3.2.26')), octetString(DIGEST))),
      text: 'only SHA-256 is stamped',
    },
    {
      name: 'a short digest',
      query: sequence(integer(1), sequence(SHA256, octetString(Buffer.alloc(20)))),
      text: 'hashedMessage has not 32 bytes',
    },
    { name: 'no nonce', query: sequence(integer(1), IMPRINT, boolean(true)), text: 'the nonce is missing' },
    {
      name: 'a short nonce',
      query: sequence(integer(1), IMPRINT, integer(7), boolean(true)),
      text: 'less than 64 bits',
    },
    {
      name: 'a negative nonce',
      query: sequence(integer(1), IMPRINT, tlv(0x02, Buffer.alloc(16, 0xff)), boolean(true)),
      text: 'not a positive DER integer',
    },
    { name: 'no wish for certificates', query: sequence(integer(1), IMPRINT, LONG_NONCE), text: 'certReq is not TRUE' },
    {
      name: 'a policy',
      query: sequence(integer(1), IMPRINT, oid('1.2.3'), LONG_NONCE, boolean(true)),
      text: 'there is one policy',
    },
    {
      name: 'an extension',
      query: sequence(integer(1), IMPRINT, LONG_NONCE, boolean(true), explicit(0, sequence())),
      text: 'no extension is known',
    },
  ])('rejects a request with $name', async ({ query, text }) => {
    const reply = await answer(query);
    // PKIStatus 2, rejection.
    expect(reply.subarray(4, 7).toString('hex')).toBe('020102');
    expect(reply.toString('latin1')).toContain(text);
  });

  it('stamps what is as it should be', async () => {
    const reply = await answer(sequence(integer(1), IMPRINT, LONG_NONCE, boolean(true)));
    expect(reply.includes(DIGEST)).toBe(true);
    expect(reply.includes(LONG_NONCE)).toBe(true);
  });

  it('refuses another content type and what is too large', async () => {
    const other = await ask(Buffer.of(), 'application/json');
    expect(other.status).toBe(415);
    expect(await other.text()).toContain('must be application/timestamp-query, got application/json');
    expect((await ask(Buffer.alloc(5000))).status).toBe(413);
  });
});
