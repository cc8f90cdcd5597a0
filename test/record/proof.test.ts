import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { Trust } from '../../src/record/index.ts';
import { makeIssuer } from '../openpubkey/support/issuer.ts';
import { DENIED, INTENT } from './support/facts.ts';
import {
  ARCHIVE,
  changeBound,
  changeSigned,
  CLAIMS,
  EXPIRES_AT,
  ISSUED_AT,
  ISSUER,
  ISSUER_NAME,
  KEYLESS_TRUST,
  makeKeyless,
  parsePayload,
  signText,
  startStep,
  STEP,
  writeArchive,
} from './support/keyless.ts';
import { NO_SANDBOX, payloadText, refusal, SIGNER, type OpenStatement } from './support/records.ts';

const GOOD = await makeKeyless();
const STRANGER = makeIssuer();

const proofOf = (statement: OpenStatement): unknown => statement.predicate.oidc.proof;
const takeProof = (from: string) => (statement: OpenStatement) =>
  Object.assign(statement.predicate.oidc, { proof: proofOf(parsePayload(from)) });

describe('a keyless record', () => {
  it.each([
    { name: 'a result', changes: {} },
    { name: 'an intent', changes: INTENT },
    { name: 'a denial', changes: DENIED },
    { name: 'a record with odd letters', changes: { build: { branch: 'ünïcödé/\ud800 "\n' } } },
  ])("is believed by the issuer's key alone: $name", async ({ changes }) => {
    const { bundleJson, statement, payloadDigest } = await makeKeyless(changes);
    const record = verifyRecord(bundleJson, KEYLESS_TRUST, NO_SANDBOX);
    expect(record).toMatchObject({ keyId: STEP.signer.keyId, assurance: 'held-token', payloadDigest, warnings: [] });
    expect(record.statement).toEqual(statement);
    expect(record.checks).toContainEqual({
      name: 'proof',
      found: `good: a token of "${ISSUER_NAME}", by its key "key-1", from ${iso(ISSUED_AT)} to ${iso(EXPIRES_AT)}`,
    });
  });

  it("carries the proof as the last word on the token, and never the token's signature", () => {
    const { oidc } = parsePayload(GOOD.bundleJson).predicate;
    expect(Object.keys(oidc).at(-1)).toBe('proof');
    const [, , signature = ''] = ISSUER.issue(CLAIMS).reveal().split('.');
    expect(signature).toHaveLength(342);
    expect(payloadText(GOOD.bundleJson)).not.toContain(signature);
  });

  it('is checked with the one of many archived keys that signed its token', () => {
    const later = { ...STRANGER, issuerKey: { ...STRANGER.issuerKey, kid: 'key-2' } };
    const sets = { 'https://issuer.example': [STRANGER], [ISSUER_NAME]: [later, STRANGER, ISSUER] };
    const trust = readTrust({ issuerKeys: writeArchive(sets) });
    expect(verifyRecord(GOOD.bundleJson, trust, NO_SANDBOX).assurance).toBe('held-token');
  });

  it('is checked with a bare key set, whose issuer is then for the reader to look at', () => {
    const bare = JSON.stringify((JSON.parse(ARCHIVE) as Record<string, unknown>)[ISSUER_NAME]);
    const { assurance, warnings } = verifyRecord(GOOD.bundleJson, readTrust({ issuerKeys: bare }), NO_SANDBOX);
    expect(assurance).toBe('held-token');
    expect(warnings).toEqual([
      `The issuer's keys were given without its name: the record says "${ISSUER_NAME}". Is that yours?`,
    ]);
  });

  it("is a static key's where its public key is trusted by itself", () => {
    const trust = readTrust({ publicKey: STEP.signer.publicKeyPem, issuerKeys: ARCHIVE });
    const { assurance, checks } = verifyRecord(GOOD.bundleJson, trust, NO_SANDBOX);
    expect(assurance).toBe('static-key');
    expect(checks).toContainEqual({ name: 'proof', found: 'not checked: the key is trusted without it' });
  });

  it('may have a claim that looks like a token, which no record repeats', async () => {
    const step = startStep({ ...CLAIMS, branchName: 'vcp_releaseOfMay' });
    const { bundleJson } = await makeKeyless({}, step);
    const { statement, assurance } = verifyRecord(bundleJson, KEYLESS_TRUST, NO_SANDBOX);
    expect(assurance).toBe('held-token');
    expect(statement.predicate.oidc.claims['branchName']).toBe('[redacted]');
  });
});

interface Refused {
  readonly name: string;
  readonly bundle: string | Promise<string>;
  readonly trust?: Trust;
  readonly code?: ErrorCode;
  readonly text: string;
}

const withoutProof = await makeKeyless({ producerVersion: '9.9.9' });
const trusting = (sets: Parameters<typeof writeArchive>[0]): Trust => readTrust({ issuerKeys: writeArchive(sets) });
const edit = (change: (statement: OpenStatement) => unknown): Promise<string> => changeSigned(GOOD, change);

const REFUSED: readonly Refused[] = [
  {
    name: 'a proof of another statement by the same key',
    bundle: edit(takeProof(withoutProof.bundleJson)),
    text: 'The proof belongs to another statement.',
  },
  {
    name: 'a statement that was changed after its proof was made',
    bundle: edit((s) => Object.assign(s.predicate, { startedAt: '2026-11-23T12:00:00.001Z' })),
    text: 'The proof belongs to another statement.',
  },
  {
    name: 'a changed payload',
    bundle: GOOD.bundleJson.replace(
      Buffer.from(payloadText(GOOD.bundleJson)).toString('base64'),
      Buffer.from(payloadText(GOOD.bundleJson).replace('prj_abc', 'prj_abd')).toString('base64'),
    ),
    code: 'SIGNATURE_INVALID',
    text: 'The signature does not fit the record',
  },
  {
    name: 'a record that says vault and carries a proof',
    bundle: changeBound((s) => Object.assign(s.predicate.signer, { mode: 'vault' })),
    text: 'The signer is vault, with a proof of a token.',
  },
  {
    name: 'a record that names another key than its own',
    bundle: changeBound((s) => Object.assign(s.predicate.signer, { keyId: SIGNER.keyId })),
    text: 'The record names another key than the one that signed it.',
  },
  {
    name: 'an issuer that is not in the archive',
    bundle: GOOD.bundleJson,
    trust: trusting({ 'https://issuer.example': [ISSUER] }),
    code: 'SIGNATURE_INVALID',
    text: `from an issuer that is not trusted. "${ISSUER_NAME}" "https://issuer.example"`,
  },
  {
    name: 'an issuer that is only the beginning of one in the archive',
    bundle: GOOD.bundleJson,
    trust: trusting({ [`${ISSUER_NAME}/`]: [ISSUER] }),
    code: 'SIGNATURE_INVALID',
    text: 'from an issuer that is not trusted.',
  },
  {
    name: 'an issuer of which one in the archive is only the beginning',
    bundle: GOOD.bundleJson,
    trust: trusting({ [ISSUER_NAME.slice(0, -1)]: [ISSUER] }),
    code: 'SIGNATURE_INVALID',
    text: 'from an issuer that is not trusted.',
  },
  {
    name: 'an issuer by a name of every object',
    bundle: changeBound((s) => Object.assign(s.predicate.oidc, { issuer: 'constructor' })),
    code: 'SIGNATURE_INVALID',
    text: 'from an issuer that is not trusted. "constructor"',
  },
  {
    name: 'a key that the archive lacks',
    bundle: GOOD.bundleJson,
    trust: trusting({ [ISSUER_NAME]: [{ ...ISSUER, issuerKey: { ...ISSUER.issuerKey, kid: 'key-2' } }] }),
    code: 'TRUST_MATERIAL_MISSING',
    text: `is not among those that were given. kid "key-1" of "${ISSUER_NAME}" one of "key-2"`,
  },
  {
    name: "another key under the name of the issuer's",
    bundle: GOOD.bundleJson,
    trust: trusting({ [ISSUER_NAME]: [STRANGER] }),
    code: 'SIGNATURE_INVALID',
    text: "does not show that the record's key was held together with a token of the issuer. the GQ header names another",
  },
  {
    name: 'a spelling that JSON.stringify would not choose',
    bundle: signText(payloadText(GOOD.bundleJson).replace('"recordVersion":"1"', '"recordVersion": "1"'), STEP.signer),
    text: 'The payload of a keyless record is spelled in another way',
  },
];

describe('a keyless record is refused:', () => {
  it.each(REFUSED)('$name', async ({ bundle, trust = KEYLESS_TRUST, code = 'RECORD_INVALID', text }) => {
    const given = await bundle;
    const error = refusal(code, () => verifyRecord(given, trust, NO_SANDBOX));
    expect([error.message, error.got, error.wanted, ...error.faults].join(' ')).toContain(text);
  });
});

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
