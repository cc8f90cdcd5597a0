import { createAws } from '../../../../src/sandbox/aws/aws.ts';
import type { AwsKeyOptions } from '../../../../src/sandbox/aws/types.ts';
import { empty, makeKey, type Description } from './types.ts';

export const aws: Description = {
  name: 'aws-kms',
  keyUri: /^arn:aws:kms:eu-central-1:123456789012:key\/key-1$/,
  says: /AWS (?:STS|KMS)/,
  make: /^aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256$/m,
  stepOf({ headers }) {
    const target = headers['x-amz-target'];
    if (target === undefined) return 'reach';
    return target === 'TrentService.Sign' ? 'sign' : 'key';
  },
  withSignature: (body, der) => ({ ...body, Signature: der.toString('base64') }),
  asOther: (body, step) => ({
    ...body,
    KeyId: step === 'key' ? 'alias/deploy-records' : 'arn:aws:kms:eu-central-1:123456789012:key/key-2',
  }),
  open(issuer, now, kind) {
    const alias = 'alias/deploy-records';
    const keys: AwsKeyOptions[] = [{ alias, keyId: 'key-1', privateKey: makeKey(kind) }];
    const { aws: sandbox, routes } = createAws({ issuer, now, options: { keys } });
    return Promise.resolve({
      settings: { region: sandbox.region, role: sandbox.roleArn, key: alias },
      routes,
      rotate: () => void keys.unshift({ alias, keyId: 'key-2', privateKey: makeKey(kind) }),
      forbid: () => sandbox.credentials.forEach(({ allows }) => empty(allows)),
      left: () => 0,
    });
  },
};
