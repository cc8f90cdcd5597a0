import { describe, expect, it } from '@jest/globals';
import { awsHost, findAwsFaults } from '../../src/services/aws-region.ts';

describe('the hosts of AWS', () => {
  it.each([
    { region: 'eu-central-1', host: 'sts.eu-central-1.amazonaws.com' },
    { region: 'cn-north-1', host: 'sts.cn-north-1.amazonaws.com.cn' },
    { region: 'us-gov-west-1', host: 'sts.us-gov-west-1.amazonaws.com' },
    { region: 'eusc-de-east-1', host: 'sts.eusc-de-east-1.amazonaws.eu' },
  ])('are of the partition of $region', ({ region, host }) => {
    expect(awsHost('sts', region)).toBe(host);
  });
});

describe('a region and a role', () => {
  it.each([
    { region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/deploy' },
    { region: 'ap-southeast-4', role: 'arn:aws:iam::123456789012:role/teams/web/deploy' },
    { region: 'cn-northwest-1', role: 'arn:aws-cn:iam::123456789012:role/deploy' },
    { region: 'us-gov-east-1', role: 'arn:aws-us-gov:iam::123456789012:role/deploy' },
  ])('fit: $region', (settings) => {
    expect(findAwsFaults(settings)).toEqual([]);
  });

  it.each([
    { region: 'eu-central-1.evil.example/', fault: /^region is "eu-central-1\.evil\.example\/"; wanted one as/ },
    { region: 'eu-central-1#', fault: /^region is "eu-central-1#"/ },
    { region: 'eu-central-1\n', fault: /^region is "eu-central-1\\n"/ },
    { region: '', fault: /^region is ""/ },
    {
      region: 'eu-central-1',
      role: 'arn:aws:iam::123456789012:user/deploy',
      fault: /^role is "arn:aws:iam::1.*wanted arn:/,
    },
    { region: 'eu-central-1', role: 'arn:aws:iam::123:role/deploy', fault: /^role is/ },
    {
      region: 'cn-north-1',
      fault: /^the role is of the partition aws, and cn-north-1 is of aws-cn: they do not know each other$/,
    },
    {
      region: 'eu-central-1',
      role: 'arn:aws-us-gov:iam::123456789012:role/deploy',
      fault: /aws-us-gov, and eu-central-1 is of aws:/,
    },
  ])('do not fit: $region $role', ({ region, role = 'arn:aws:iam::123456789012:role/deploy', fault }) => {
    expect(findAwsFaults({ region, role })).toEqual([expect.stringMatching(fault)]);
  });
});
