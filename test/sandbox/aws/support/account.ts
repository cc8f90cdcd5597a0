import { expect } from '@jest/globals';
import { createAws } from '../../../../src/sandbox/aws/aws.ts';
import type { AwsCredential, AwsOptions, AwsSandbox } from '../../../../src/sandbox/aws/types.ts';
import { createSandbox, type SandboxIssuer } from '../../../../src/sandbox/index.ts';
import { createRouter } from '../../../../src/sandbox/router.ts';
import { Secret } from '../../../../src/secret.ts';
import { signAwsPost } from '../../../../src/services/aws-sign.ts';

export const START = Date.UTC(2026, 10, 25, 12);
export const STS = 'https://sts.eu-central-1.amazonaws.com/';
export const SECRETS = 'https://secretsmanager.eu-central-1.amazonaws.com/';
export const KMS = 'https://kms.eu-central-1.amazonaws.com/';
export const FORM = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
export const READ = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' };

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Account {
  readonly aws: AwsSandbox;
  readonly issuer: SandboxIssuer;
  readonly clock: { now: number };
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
}

export async function account(options: AwsOptions = {}): Promise<Account> {
  const clock = { now: START };
  const now = (): number => clock.now;
  const { issuer } = await createSandbox({ now });
  const { aws, routes } = createAws({ issuer, now, options });
  const route = createRouter(routes);
  const post: Account['post'] = async (url, headers, text) => {
    const bytes = (): AsyncIterable<Uint8Array> => once(new TextEncoder().encode(text));
    const get = (name: string): string | null => headers[name] ?? null;
    const asked = { method: 'POST', url: new URL(url), headers: { get }, bytes, signal: undefined };
    const { reply } = await route(asked, bytes);
    expect(reply.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    return { status: reply.status, body: JSON.parse(reply.body as string) as Answer['body'] };
  };
  return { aws, issuer, clock, post };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

export async function assume(
  made: Account,
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const fields: Record<string, string | undefined> = {
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: made.aws.roleArn },
    ...{ RoleSessionName: 'run-1', DurationSeconds: '900', WebIdentityToken: await made.issuer.mintToken() },
    ...change,
  };
  const form = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return await made.post(STS, FORM, new URLSearchParams(form).toString());
}

export async function session(made: Account, change: Readonly<Record<string, string>> = {}): Promise<AwsCredential> {
  expect(await assume(made, change)).toMatchObject({ status: 200 });
  const credential = made.aws.credentials.at(-1);
  if (!credential) throw new Error('no credential');
  return credential;
}

export function signed(
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredential,
  body: string,
  change: Partial<Parameters<typeof signAwsPost>[0]> = {},
): Record<string, string> {
  const post = { host: new URL(SECRETS).host, service: 'secretsmanager', region: 'eu-central-1', headers: READ };
  const token = sessionToken === undefined ? undefined : new Secret(sessionToken);
  const keys = { accessKeyId, secretAccessKey: new Secret(secretAccessKey), sessionToken: token };
  return signAwsPost({ ...post, body, now: START, ...change }, keys);
}

export const BODY = '{"SecretId":"vercel/token"}';
