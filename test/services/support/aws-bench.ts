import type { Clock } from '../../../src/platform/types.ts';
import { createAws } from '../../../src/sandbox/aws/aws.ts';
import type { AwsOptions, AwsSandbox } from '../../../src/sandbox/aws/types.ts';
import { createSandbox, type SandboxIssuer } from '../../../src/sandbox/index.ts';
import { createRouter } from '../../../src/sandbox/router.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, type Bench } from '../../http/support/bench.ts';
import type { Answer } from '../../http/support/fake-network.ts';

export const NOW = Date.UTC(2026, 10, 25, 12);
export const SESSION = 'deploy-11111111-1111-4111-8111-111111111111';
const MAX_REQUESTS = 12;

export type Sent = Bench['network']['sent'][number];

export interface AwsBench extends Bench {
  readonly aws: AwsSandbox;
  readonly issuer: SandboxIssuer;
  readonly token: Secret;
  readonly debugged: string[];
}

/**
 * A client whose network is the strict fake of AWS.
 * @param change what a request becomes on its way; undefined for what is passed on as it is
 */
export async function awsBench(
  options: AwsOptions = {},
  change: (request: Sent) => Partial<Sent> | undefined = () => undefined,
  clock: Partial<Clock> = {},
): Promise<AwsBench> {
  const now = (): number => NOW;
  const { issuer } = await createSandbox({ now });
  const { aws, routes } = createAws({ issuer, now, options });
  const route = createRouter(routes);
  const pass = async (request: Sent): Promise<Answer> => {
    const { method, url, headers, body } = { ...request, ...change(request) };
    const bytes = body as Uint8Array;
    const asked = {
      method,
      url: new URL(url),
      headers: { get: (name: string) => headers[name] ?? null },
      bytes: () => once(bytes),
      signal: undefined,
    };
    const { reply } = await route(asked, asked.bytes);
    return { status: reply.status, headers: reply.headers, body: reply.body as string };
  };
  const made = bench(
    Array.from({ length: MAX_REQUESTS }, () => pass),
    { now, ...clock },
  );
  const debugged: string[] = [];
  const log = { ...made.log, debug: (text: string) => void debugged.push(text) };
  return { ...made, log, aws, issuer, debugged, token: new Secret(await issuer.mintToken()) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** As the query protocol says no. */
export const query = (status: number, Code: string, Message = 'as AWS says it'): Answer => ({
  status,
  body: JSON.stringify({ Error: { Type: 'Sender', Code, Message }, RequestId: 'r-1' }),
});
export const CREDENTIALS = {
  AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY',
  SessionToken: 'AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE==',
  Expiration: NOW / 1000 + 900,
};

export const assumed = (credentials: object = CREDENTIALS): Answer & { readonly body: string } => ({
  headers: { 'x-amzn-requestid': 'req-assume' },
  body: JSON.stringify({
    AssumeRoleWithWebIdentityResponse: { AssumeRoleWithWebIdentityResult: { Credentials: credentials } },
  }),
});
