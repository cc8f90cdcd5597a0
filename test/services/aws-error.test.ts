import { describe, expect, it } from '@jest/globals';
import { awsRefused, awsUnusable, readAwsError } from '../../src/services/aws-error.ts';

const ASKED = {
  ...{ asker: 'hop aws', service: 'AWS KMS', region: 'eu-central-1', asked: 'sign', action: 'kms:Sign' },
  ...{ target: 'alias/okta', role: 'arn:aws:iam::123456789012:role/deploy' },
};
const of = (text: string, body?: unknown): { text: string; body: unknown } => ({ text, body });

describe("AWS's own words", () => {
  it.each([
    {
      name: 'the query protocol in JSON',
      reply: of('', { Error: { Code: 'AccessDenied', Message: 'no' } }),
      code: 'AccessDenied',
    },
    { name: 'the JSON protocol', reply: of('', { __type: 'DisabledException', message: 'no' }), code: 'Disabled' },
    { name: 'a capital letter', reply: of('', { __type: 'DisabledException', Message: 'no' }), code: 'Disabled' },
    {
      name: 'a name space',
      reply: of('', { __type: 'com.amazonaws.kms#NotFoundException', message: 'no' }),
      code: 'NotFound',
    },
    {
      name: 'an address behind it',
      reply: of('', { __type: 'NotFoundException:http://a.example/', message: 'no' }),
      code: 'NotFound',
    },
    {
      name: 'XML',
      reply: of(
        '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException</Code><Message>no</Message></Error></ErrorResponse>',
      ),
      code: 'ExpiredToken',
    },
  ])('are read from $name', ({ reply, code }) => {
    expect(readAwsError(reply)).toEqual({ code, message: 'no' });
  });

  it.each([
    { name: 'nothing', reply: of('Bad gateway') },
    { name: 'a code that is no word', reply: of('', { __type: 'a secret-of-someone', message: 7 }) },
    { name: 'a code that is no text', reply: of('', { Error: { Code: 7 } }) },
    { name: 'a code that has no end', reply: of('', { __type: 'x'.repeat(200) }) },
  ])('are empty for $name', ({ reply }) => {
    expect(readAwsError(reply)).toEqual({ code: '', message: '' });
  });

  it('stay on one line, and short', () => {
    const { message } = readAwsError(of('', { __type: 'A', message: `a\nFORGED${'x'.repeat(1000)}` }));
    expect(message).toMatch(/^a FORGEDx+$/);
    expect(message).toHaveLength(500);
  });
});

describe('the errors', () => {
  it('say who asked for what, and what AWS said', () => {
    const reply = { status: 400, headers: {}, text: '', body: undefined };
    expect(awsRefused(ASKED, reply, { code: 'Disabled', message: 'is disabled.' }).describe()).toBe(
      [
        'EXCHANGE_NOT_ENABLED: AWS KMS did not sign (hop aws).',
        '  got:    status 400 Disabled is disabled.',
        '  wanted: status 200',
        '  fix:    Enable the key alias/okta in KMS.',
      ].join('\n'),
    );
  });

  it('say what a useless answer lacks', () => {
    expect(awsUnusable(ASKED, 'Signature undefined', 'a Signature')).toMatchObject({
      code: 'CREDENTIAL_INVALID',
      message: 'AWS KMS answered without what was asked for (hop aws).',
      fix: 'Check any proxy on the way to AWS: this is no answer of that service.',
    });
  });
});
