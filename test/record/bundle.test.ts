import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import {
  changeBundle,
  KEY,
  makeRecord,
  NO_SANDBOX,
  payloadText,
  refuse,
  signatureOf,
  SIGNER,
  TRUST,
} from './support/records.ts';

/** Question marks become `/` in base64: the standard alphabet can be told from the other. */
const { bundleJson: GOOD } = await makeRecord({ build: { branch: '??????' } });
const change = (edit: Parameters<typeof changeBundle>[1]): string => changeBundle(GOOD, edit);

const DATA = 'timestampVerificationData';
const STAMP = { signedTimestamp: 'AAAA' };

const REFUSED = [
  { name: 'no JSON', bundle: GOOD.slice(0, -1), text: 'It is not JSON: the bundle' },
  { name: 'nothing', bundle: '', text: 'It is not JSON: the bundle' },
  { name: 'null', bundle: 'null', text: 'The shape of the bundle is not that of a record' },
  { name: 'a number', bundle: '7', text: 'The shape of the bundle is not that of a record. | 7' },
  { name: 'a list', bundle: `[${GOOD}]`, text: 'The shape of the bundle is not that of a record' },
  { name: 'a second line', bundle: `${GOOD}\n${GOOD}`, text: 'It is not JSON' },
  { name: 'a huge text', bundle: ' '.repeat(5_000_000), text: 'The length of the bundle is out of bounds' },
  {
    name: 'deep nesting',
    bundle: change((b) => (b.mediaType = '@')).replace('"@"', `${'['.repeat(9999)}${']'.repeat(9999)}`),
    text: 'Too deeply nested',
  },
  {
    name: 'another media type',
    bundle: change((b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.3')),
    text: "The bundle's mediaType is another one",
  },
  {
    name: 'an unknown field',
    bundle: change((b) => (b['note'] = 'x')),
    text: 'The shape of the bundle is not that of a record',
  },
  {
    name: 'an unknown field of the envelope',
    bundle: change((b) => Object.assign(b.dsseEnvelope, { note: 'x' })),
    text: 'The shape of dsseEnvelope',
  },
  {
    name: 'an unknown field of the signature',
    bundle: change((b) => Object.assign(signatureOf(b), { cert: 'x' })),
    text: 'The shape of the signature',
  },
  {
    name: 'a log entry',
    bundle: change((b) => (b.verificationMaterial['tlogEntries'] = [{}])),
    text: 'does not have an empty tlogEntries',
  },
  {
    name: 'a certificate in place of the hint',
    bundle: change((b) => (b.verificationMaterial = { certificate: { rawBytes: 'AA==' }, tlogEntries: [] })),
    text: 'The shape of verificationMaterial',
  },
  ...[null, 7, 'timestampVerificationData'].map((material) => ({
    name: `${JSON.stringify(material)} for material`,
    bundle: change((b) => Object.assign(b, { verificationMaterial: material })),
    text: `The shape of verificationMaterial is not that of a record. | ${JSON.stringify(material)}`,
  })),
  ...[
    { name: 'no timestamp in the place for them', data: { rfc3161Timestamps: [] }, text: '0 timestamps' },
    { name: 'two timestamps', data: { rfc3161Timestamps: [STAMP, STAMP] }, text: '2 timestamps' },
    { name: 'a timestamp that is none', data: { rfc3161Timestamps: [null] }, text: 'The shape of the timestamp' },
    { name: 'an empty timestamp', data: { rfc3161Timestamps: [{ signedTimestamp: '' }] }, text: 'signedTimestamp' },
    { name: 'timestamps of another kind', data: { rfc3161Timestamps: [STAMP], x: 1 }, text: `The shape of ${DATA}` },
    { name: 'nothing for timestamps', data: null, text: `The shape of ${DATA}` },
    {
      name: 'a huge timestamp',
      data: { rfc3161Timestamps: [{ signedTimestamp: Buffer.alloc(65_537).toString('base64') }] },
      text: 'The timestamp is out of bounds. | 65537 bytes',
    },
  ].map(({ name, data, text }) => ({ name, text, bundle: change((b) => (b.verificationMaterial[DATA] = data)) })),
  {
    name: 'a payload in base64url',
    bundle: change((b) => (b.dsseEnvelope.payload = b.dsseEnvelope.payload.replaceAll('/', '_'))),
    text: 'The encoding of payload is not strict base64',
  },
  {
    name: 'a payload without padding',
    bundle: change((b) => (b.dsseEnvelope.payload = Buffer.from('{}').toString('base64').replaceAll('=', ''))),
    text: 'The encoding of payload is not strict base64',
  },
  {
    name: 'a signature without padding',
    bundle: change((b) => (signatureOf(b).sig = 'MEU')),
    text: 'The encoding of sig is not strict base64',
  },
  {
    name: 'a line break in base64',
    bundle: change((b) => (b.dsseEnvelope.payload = b.dsseEnvelope.payload.replace(/^.{64}/, '$&\n'))),
    text: 'The encoding of payload is not strict base64',
  },
  {
    name: 'a payload that is no text',
    bundle: change((b) => Object.assign(b.dsseEnvelope, { payload: 7 })),
    text: 'The encoding of payload is not strict base64. | 7',
  },
  {
    name: 'an empty payload',
    bundle: change((b) => (b.dsseEnvelope.payload = '')),
    text: 'The encoding of payload is not strict base64',
  },
  {
    name: 'a doubled key',
    bundle: GOOD.replace('"tlogEntries":[]', '"tlogEntries":[],"tlogEntries":[]'),
    text: 'A key stands twice in one object of the bundle. | "tlogEntries"',
  },
  {
    name: 'a doubled key in disguise',
    bundle: GOOD.replace('{"mediaType"', '{"medi\\u0061Type" : "x","mediaType"'),
    text: 'A key stands twice in one object of the bundle. | "mediaType"',
  },
];

describe('verifyRecord', () => {
  it('takes the record that the bundle was before', () => {
    expect(GOOD).toMatch(/"payload":"[^"]*\/[^"]*"/);
    const record = verifyRecord(GOOD, TRUST, NO_SANDBOX);
    expect(record).toMatchObject({ keyId: SIGNER.keyId, assurance: 'static-key', warnings: [] });
    expect(record.statement).toEqual(JSON.parse(payloadText(GOOD)));
  });

  it('takes the same bundle written over several lines', () => {
    const pretty = JSON.stringify(JSON.parse(GOOD), undefined, 2);
    expect(verifyRecord(pretty, TRUST, NO_SANDBOX).keyId).toBe(SIGNER.keyId);
  });

  it('takes a timestamp of up to 64 KiB', () => {
    const signedTimestamp = Buffer.alloc(65_536).toString('base64');
    const bundle = change((b) => (b.verificationMaterial[DATA] = { rfc3161Timestamps: [{ signedTimestamp }] }));
    // New trust, which remembers no bundle that was opened.
    expect(verifyRecord(bundle, readTrust({ publicKey: KEY.publicPem }), NO_SANDBOX).warnings).toEqual([
      'The record has a timestamp that was not checked: no --tsa.',
    ]);
  });

  it.each(REFUSED)('refuses $name', ({ bundle, text }) => {
    expect(bundle).not.toBe(GOOD);
    const error = refuse(bundle);
    expect(`${error.message} | ${String(error.got)}`).toContain(text);
    expect(error.wanted).toBeTruthy();
  });

  it('shows nothing of a record that could forge lines of a log', () => {
    const error = refuse(change((b) => (b.mediaType = 'x\n\u001b[31mERROR\u009b\u202e fake')));
    expect(error.got).toBe('"x\\n\\u001b[31mERROR\\u009b\\u202e fake"');
  });
});
