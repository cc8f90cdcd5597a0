import { show } from '../text.ts';

/** Bounds of AWS that know nothing of each other: an identity of one is nobody in another. */
const PARTITIONS: readonly (readonly [regions: RegExp, partition: string, suffix: string])[] = [
  [/^cn-/, 'aws-cn', 'amazonaws.com.cn'],
  [/^us-gov-/, 'aws-us-gov', 'amazonaws.com'],
  [/^eusc-/, 'aws-eusc', 'amazonaws.eu'],
  [/^/, 'aws', 'amazonaws.com'],
];
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/;
const ROLE = /^arn:(aws[a-z-]*):iam::[0-9]{12}:role\/[\w+=,.@/-]{1,576}$/;

/** Host of a service in a region. A region has letters, digits and `-` alone (see {@link findAwsFaults}). */
export function awsHost(service: string, region: string): string {
  return `${service}.${region}.${lookUp(region).suffix}`;
}

/** As it stands in an ARN: `aws`, `aws-cn`. */
export function awsPartition(region: string): string {
  return lookUp(region).partition;
}

export function isAwsRegion(region: string): boolean {
  return REGION.test(region);
}

/** What is wrong with a region and a role; empty where a host may be built from them. */
export function findAwsFaults({ region, role }: { readonly region: string; readonly role: string }): string[] {
  if (!isAwsRegion(region)) return [`region is ${show(region)}; wanted one as eu-central-1`];
  const partition = ROLE.exec(role)?.[1];
  if (partition === undefined) {
    return [`role is ${show(role)}; wanted arn:<partition>:iam::<account>:role/<name>`];
  }
  const own = lookUp(region).partition;
  if (partition === own) return [];
  return [`the role is of the partition ${partition}, and ${region} is of ${own}: they do not know each other`];
}

function lookUp(region: string): { readonly partition: string; readonly suffix: string } {
  const [, partition = '', suffix = ''] = PARTITIONS.find(([regions]) => regions.test(region)) ?? [];
  return { partition, suffix };
}
