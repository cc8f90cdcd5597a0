import { spawnSync } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bindToken } from '../../src/openpubkey/index.ts';
import { CLAIMS, makeIssuer, makeUserKey, STATEMENT } from './support/issuer.ts';

type Command = readonly [name: string, ...args: string[]];

const PYTHON = `
import sys
from jwcrypto import jwk, jws
read = jws.JWS()
read.deserialize(sys.argv[1], jwk.JWK.from_json(sys.stdin.read()))
print(read.payload.decode())
`;
/** Verify a JWS by the JWK in their input, and write its payload. `asks` succeeds where the tool is installed. */
const TOOLS: readonly { readonly name: string; readonly asks: Command; readonly verifies: (jws: string) => Command }[] =
  [
    {
      name: 'python3-jwcrypto',
      asks: ['python3', '-c', 'import jwcrypto'],
      verifies: (jws) => ['python3', '-c', PYTHON, jws],
    },
    {
      name: "Latchset's jose",
      asks: ['jose', 'alg'],
      verifies: (jws) => ['jose', 'jws', 'ver', '-i', jws, '-k', '-', '-O', '-'],
    },
  ];

const issuer = makeIssuer();
const privateKey = makeUserKey();
const input = { token: issuer.issue(), issuerKey: issuer.issuerKey, privateKey, statementDigest: STATEMENT };
const { payload, signatures } = bindToken(input);
const jws = { payload, signatures: [signatures[1]] };

for (const { name, asks, verifies } of TOOLS) {
  const absent = start(asks) === undefined;
  describe(name, () => {
    (absent ? it.skip : it)(
      absent
        ? `verifies the key's own signature: not tried, ${name} is not installed`
        : "verifies the key's own signature in a PK token, and no other",
      () => {
        const read = (value: object, key: KeyObject): string | undefined =>
          start(verifies(JSON.stringify(value)), JSON.stringify(createPublicKey(key).export({ format: 'jwk' })));
        expect(JSON.parse(read(jws, privateKey) ?? '')).toEqual(CLAIMS);
        expect(read(jws, makeUserKey())).toBeUndefined();
        expect(read({ ...jws, payload: `${payload}AAAA` }, privateKey)).toBeUndefined();
      },
      // Python takes its time to load.
      30_000,
    );
  });
}

/** What it wrote; undefined where it failed, or is not there. */
function start([name, ...args]: Command, text = ''): string | undefined {
  const { status, stdout } = spawnSync(name, args, { input: text, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}
