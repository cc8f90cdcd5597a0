import { describe, expect, it } from '@jest/globals';
import { changeStatement, makeRecord, payloadText, refuse, resign, subjectOf } from './support/records.ts';

const { bundleJson: GOOD } = await makeRecord();
const { bundleJson: SANDBOX } = await makeRecord({ sandbox: true });

const change = (edit: Parameters<typeof changeStatement>[1]): string => changeStatement(GOOD, edit);

describe('verifyRecord refuses, behind a good signature,', () => {
  it.each([
    { name: 'bytes that are no text', bundle: resign(GOOD, Buffer.of(0xff, 0xfe)), text: 'The payload is not text' },
    { name: 'text that is no JSON', bundle: resign(GOOD, 'hello'), text: 'It is not JSON: the payload' },
    { name: 'a byte order mark', bundle: resign(GOOD, `\uFEFF${payloadText(GOOD)}`), text: 'It is not JSON' },
    { name: 'null', bundle: resign(GOOD, 'null'), text: 'not an in-toto Statement v1. | nothing' },
    {
      name: 'a doubled key in the payload',
      bundle: resign(GOOD, payloadText(GOOD).replace('"target":', '"target":"preview","target":')),
      text: 'A key stands twice in one object of the payload. | "target"',
    },
    {
      name: 'another statement type',
      bundle: change((s) => Object.assign(s, { _type: 'https://in-toto.io/Statement/v0.1' })),
      text: 'not an in-toto Statement v1. | "https://in-toto.io/Statement/v0.1"',
    },
    {
      name: 'an unknown predicate',
      bundle: change((s) => Object.assign(s, { predicateType: 'https://slsa.dev/provenance/v1' })),
      text: 'not a deploy record: its predicateType is another one. | "https://slsa.dev/provenance/v1"',
    },
    {
      name: 'a later version of the predicate',
      bundle: change((s) => Object.assign(s, { predicateType: 'urn:vercel-oidc-deploy:record:v2' })),
      text: 'not a deploy record',
    },
    {
      name: 'a digest that is not hex',
      bundle: change((s) => (subjectOf(s)['digest'] = { sha256: 'dpl_1' })),
      text: '"/subject/0/digest/sha256" is "dpl_1"; wanted: 64 lower-case hex digits',
    },
    {
      name: 'a digest in upper case',
      bundle: change((s) => (subjectOf(s)['digest'] = { sha256: 'AB'.repeat(32) })),
      text: 'wanted: 64 lower-case hex digits',
    },
    {
      name: 'a digest of an unknown kind that is not hex',
      bundle: change((s) => Object.assign(subjectOf(s)['digest'] as object, { dpl: 'dpl_1' })),
      text: '"/subject/0/digest/dpl" is "dpl_1"; wanted: lower-case hex digits',
    },
    {
      name: 'no subject',
      bundle: change((s) => Object.assign(s, { subject: [] })),
      text: '"/subject" is []',
    },
    {
      name: 'a later version of the record',
      bundle: change((s) => Object.assign(s.predicate, { recordVersion: '2' })),
      text: '"/predicate/recordVersion" is "2"; wanted: "1".',
    },
    {
      name: 'a missing field',
      bundle: change((s) => Reflect.deleteProperty(s.predicate, 'oidc')),
      text: '"/predicate" lacks oidc',
    },
    {
      name: 'a field of another type',
      bundle: change((s) => Object.assign(s.predicate, { sandbox: 'false' })),
      text: '"/predicate/sandbox" is "false"; wanted: boolean',
    },
    {
      name: 'a time that is none',
      bundle: change((s) => Object.assign(s.predicate, { signedAt: 'yesterday' })),
      text: '"/predicate/signedAt" is "yesterday"; wanted: a time as',
    },
    {
      name: "another file's digest as subject",
      bundle: change((s) => (subjectOf(s)['digest'] = { sha256: '00'.repeat(32) })),
      text: 'The subjects are not those of the predicate',
    },
    {
      name: 'a second digest of a subject',
      bundle: change((s) => Object.assign(subjectOf(s)['digest'] as object, { sha512: '00'.repeat(64) })),
      text: 'The subjects are not those of the predicate',
    },
    {
      name: 'another commit as subject',
      bundle: change((s) => Object.assign(s.predicate.bitbucket.asserted, { commit: '0'.repeat(40) })),
      text: 'The subjects are not those of the predicate',
    },
    {
      name: 'a subject too few',
      bundle: change((s) => (s.subject as unknown[]).pop()),
      text: 'The subjects are not those of the predicate',
    },
    {
      name: 'a subject twice, in place of another',
      bundle: change((s) => Object.assign(s.subject, { 1: subjectOf(s) })),
      text: 'The subjects are not those of the predicate',
    },
    {
      name: 'a subject too many',
      bundle: change((s) => (s.subject as unknown[]).push(subjectOf(s))),
      text: 'The subjects are not those of the predicate',
    },
    {
      name: 'the name of another key',
      bundle: change((s) => Object.assign(s.predicate.signer, { keyId: `SHA256:${'A'.repeat(43)}` })),
      text: 'The record names another key than the one that signed it',
    },
    {
      name: 'the thumbprint of another key',
      bundle: change((s) => Object.assign(s.predicate.signer, { jwkThumbprint: 'A'.repeat(43) })),
      text: 'The record names another key than the one that signed it',
    },
    {
      name: 'an actor of no known kind',
      bundle: change((s) => Object.assign(s.predicate.bitbucket, { pipeline: { actor: 'robot' } })),
      text: '"/predicate/bitbucket/pipeline/actor" is "robot"; wanted: "human" or "agent" or "schedule" or "unknown"',
    },
    {
      name: 'a policy from nowhere',
      bundle: change((s) => Object.assign(s.predicate.policy, { source: { kind: 'clone' } })),
      text: '"/predicate/policy/source" lacks where',
    },
    { name: 'a sandbox record', bundle: SANDBOX, text: 'The record comes from a sandbox' },
  ])('$name', ({ bundle, text }) => {
    const { message, got, faults } = refuse(bundle);
    expect(`${message} | ${String(got)} | ${faults.join(' ')}`).toContain(text);
  });
});
