import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readStoreChoice } from '../../src/variables/store-choice.ts';
import { parseVariables } from '../../src/variables/index.ts';

const ROLE = 'arn:aws:iam::123456789012:role/ci/records+web';
const AWS = { kind: 's3', bucket: 'acme-records', prefix: '', region: 'eu-central-1', endpoint: undefined };
const OTHER = { ...AWS, region: 'auto', role: undefined };

function read(text: string): { choice: ReturnType<typeof readStoreChoice>; faults: string[] } {
  const faults: string[] = [];
  return { choice: readStoreChoice(text, faults), faults };
}

describe('RECORD_STORE', () => {
  it.each([
    { text: 's3://acme-records?region=eu-central-1', choice: { ...AWS, role: undefined } },
    { text: 's3://acme-records/?region=eu-central-1', choice: { ...AWS, role: undefined } },
    {
      text: `s3://acme-records/web/a b?region=eu-central-1&role=${ROLE}`,
      choice: { ...AWS, prefix: 'web/a b', role: ROLE },
    },
    {
      text: `s3://acme.records/web/?role=${encodeURIComponent(ROLE)}&region=us-gov-west-1`,
      choice: { ...AWS, bucket: 'acme.records', prefix: 'web', region: 'us-gov-west-1', role: ROLE },
    },
    {
      text: 's3://Acme_Records?region=auto&endpoint=https://minio.example.com:9000/',
      choice: { ...OTHER, bucket: 'Acme_Records', endpoint: 'https://minio.example.com:9000' },
    },
    {
      text: 's3://acme-records?endpoint=https://x.example.com/storage/v1/s3/&region=auto',
      choice: { ...OTHER, endpoint: 'https://x.example.com/storage/v1/s3' },
    },
    { text: 'https://records.example.com/', choice: { kind: 'https', url: 'https://records.example.com/' } },
    { text: 'https://h.example.com:8443/a/b/', choice: { kind: 'https', url: 'https://h.example.com:8443/a/b/' } },
    { text: 'bitbucket-downloads', choice: { kind: 'bitbucket-downloads' } },
  ])('may be $text', ({ text, choice }) => {
    expect(read(text)).toEqual({ choice, faults: [] });
  });

  it.each([
    { url: 'http://127.0.0.1:9000/records/', sandbox: true },
    { url: 'http://localhost:9000/', sandbox: true },
    { url: 'https://records.example.com/', sandbox: false },
    { url: 's3://acme-records?region=auto&endpoint=http://[::1]:9000', sandbox: true },
    { url: 's3://acme-records?region=auto&endpoint=https://minio.example.com', sandbox: false },
  ])('at $url makes the run a sandbox: $sandbox', ({ url, sandbox }) => {
    const step = { VERCEL_TEAM_ID: 'team_abc', VERCEL_PROJECT_ID: 'prj_abc', TARGET: 'preview', RECORD_STORE: url };
    const keys = { RECORD_STORE_ACCESS_KEY_ID: 'a', RECORD_STORE_SECRET_ACCESS_KEY: 'b' };
    expect(parseVariables({ ...step, ...(url.startsWith('s3') ? keys : {}) }, '/clone').sandbox).toBe(sandbox);
  });
});

describe('a RECORD_STORE', () => {
  const FORMS = 's3://BUCKET[/PREFIX]?region=REGION, https://HOST/FOLDER/ or bitbucket-downloads';
  it.each([
    { text: 'acme-records', fault: `got "acme-records"; wanted ${FORMS}.` },
    { text: 'S3://acme-records', fault: `got "S3://acme-records"; wanted ${FORMS}.` },
    { text: 'gs://acme-records/', fault: `got "gs://acme-records/"; wanted ${FORMS}.` },
    {
      text: 'http://records.example.com/',
      fault: 'got "http://records.example.com/"; wanted an https address (http on',
    },
    { text: 'http://127.0.0.1.evil.example/', fault: 'wanted an https address (http on a loopback address only).' },
    { text: 'https://', fault: 'got "https://"; wanted an https address' },
    { text: 'https://records.example.com', fault: 'wanted the address of a folder, which ends with /.' },
    { text: 'https://records.example.com/web', fault: 'wanted the address of a folder, which ends with /.' },
    {
      text: 'https://r.example.com/?sig=canary',
      fault: 'got "https://r.example.com/?…"; wanted a folder without query',
    },
    { text: 'https://r.example.com/#canary/', fault: 'got "https://r.example.com/?…"; wanted a folder without query' },
    {
      text: 'https://me:canary@r.example.com/',
      fault: 'got "https://…@r.example.com/"; wanted an address without user',
    },
    { text: 's3://acme-records', fault: 'got no region; wanted region=REGION, as s3://BUCKET?region=eu-central-1.' },
    { text: 's3://acme-records?region=', fault: 'got region=""; wanted a region as eu-central-1.' },
    {
      text: 's3://acme-records?region=%E0',
      fault: 'got region="%E0"; wanted a region as eu-central-1.',
    },
    { text: 's3://acme-records?region=Frankfurt', fault: 'got region="Frankfurt"; wanted a region as eu-central-1.' },
    { text: 's3://acme-records?region=auto', fault: 'got region="auto"; wanted a region as eu-central-1.' },
    { text: `s3://b-1?region=auto&endpoint=https://e.example.com&role=${ROLE}`, fault: 'got region="auto"; wanted' },
    { text: 's3://b-1?region=e.x/y&endpoint=https://e.example.com', fault: 'got region="e.x/y"; wanted a region' },
    { text: 's3://b-1?region=eu-west-1&region=eu-west-2', fault: 'got region twice; wanted region once.' },
    {
      text: 's3://b-1?region=eu-west-1&key=canary',
      fault: 'got the unknown "key" after ?; wanted region, role, endpoint',
    },
    { text: 's3://b-1?region=eu-west-1&__proto__=x', fault: 'got the unknown "__proto__" after ?; wanted region' },
    { text: 's3://b-1?region=eu-west-1&canary', fault: 'got what is no NAME=VALUE after ?; wanted region, role' },
    { text: 's3://b-1?region=eu-west-1&role=records', fault: 'got role="records"; wanted a role as arn:aws:iam::' },
    { text: 's3://b-1?region=eu-west-1&role=arn:aws:iam::1:role/r', fault: 'got role="arn:aws:iam::1:role/r"; wanted' },
    { text: 's3://b-1?region=eu-west-1&endpoint=minio', fault: 'got endpoint="minio"; wanted an https address' },
    {
      text: 's3://b-1?region=x&endpoint=http://minio.example.com',
      fault: 'got endpoint="http://minio.example.com"; wa',
    },
    {
      text: 's3://b-1?region=x&endpoint=https://e.example.com/?canary',
      fault: 'got endpoint="https://e.example.com/?…"',
    },
    {
      text: 's3://b-1?region=x&endpoint=https://a:canary@e.example.com',
      fault: 'got endpoint="https://…@e.example.com"',
    },
    {
      text: 's3://b-1/a//b?region=eu-west-1',
      fault: 'got "s3://b-1/a//b?…"; wanted a prefix of parts between single /',
    },
    { text: 's3://b-1//a?region=eu-west-1', fault: 'wanted a prefix of parts between single /' },
    { text: 's3://b-1/../a?region=eu-west-1', fault: 'wanted a prefix of parts between single /' },
    {
      text: 's3://b-1/a#b?region=eu-west-1',
      fault: 'wanted a prefix of parts between single /, none of them . or .., with',
    },
    { text: 's3://b-1/a\nb?region=eu-west-1', fault: String.raw`got "s3://b-1/a\nb?…"; wanted a prefix` },
    { text: `s3://b-1/${'é'.repeat(385)}?region=eu-west-1`, fault: 'wanted a prefix of parts' },
  ])('is refused: $text', ({ text, fault }) => {
    const { choice, faults } = read(text);
    expect({ choice, faults }).toEqual({ choice: undefined, faults: [expect.stringContaining(fault)] });
    expect(faults[0]).toMatch(/^RECORD_STORE: got /);
    expect(faults[0]).not.toContain('canary');
  });

  it.each([
    '',
    'ab',
    'a'.repeat(64),
    'Acme',
    'acme_records',
    '-acme',
    'acme.',
    'a..b',
    '192.168.5.4',
    'a b c',
    'AKIA:canary@b',
  ])('is refused for its bucket: %j', (bucket) => {
    const [fault = '', ...others] = read(`s3://${bucket}?region=eu-central-1`).faults;
    expect(fault).toMatch(/^RECORD_STORE: got "s3:\/\/.*"; wanted the name of a bucket after s3:\/\/, 3 to 63 small/);
    expect({ others, shown: fault.includes('canary') }).toEqual({ others: [], shown: false });
  });

  it('tells all that is wrong with it', () => {
    const { faults } = read('s3://B?region=x&role=y&endpoint=z&more=1');
    expect(faults).toHaveLength(5);
  });

  it('is a choice or has faults, whatever it is', () => {
    const piece = fc.constantFrom(
      's3://',
      'https://',
      'a-b',
      '/',
      '..',
      '?',
      '&',
      'region=',
      'eu-west-1',
      '=',
      '#',
      '@',
      '%',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { choice, faults } = read(pieces.join(''));
        expect(choice === undefined).toBe(faults.length > 0);
        if (choice?.kind === 's3') expect(`/${choice.prefix}/`).not.toMatch(/\/\.\.?\/|[?#]/);
        if (choice?.kind === 'https') expect(choice.url).toMatch(/^https:\/\/[^/?#@]+\/(?:[^?#]*\/)?$/);
      }),
      { numRuns: 2000 },
    );
  });
});
