import { randomUUID } from 'node:crypto';
import type { Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { answerKms } from './kms.ts';
import { s3Routes } from './s3.ts';
import { answerSecrets } from './secrets.ts';
import { createAwsState, type AwsState, type AwsStateDeps } from './state.ts';
import { answerSts, webIdentityKey } from './sts.ts';
import type { AwsSandbox } from './types.ts';

const SERVICES: readonly (readonly [name: string, (state: AwsState, call: Call) => Promise<Reply>])[] = [
  ['sts', answerSts],
  ['secretsmanager', answerSecrets],
  ['kms', answerKms],
];

/** One account of AWS in one region: STS, Secrets Manager, KMS and S3, at their regional endpoints. */
export function createAws(deps: AwsStateDeps): { readonly aws: AwsSandbox; readonly routes: readonly Route[] } {
  const state = createAwsState(deps);
  const { account, region, suffix, credentials, actions, objects, webIdentityIssuer } = state;
  const headers = (): Record<string, string> => ({ 'x-amzn-requestid': randomUUID() });
  const routes = SERVICES.map(([name, answer]): Route => ({
    ...{ method: 'POST', path: '/', query: [], headers },
    origins: [`https://${name}.${region}.${suffix}`],
    handle: (call) => answer(state, call),
  }));
  const aws: AwsSandbox = {
    ...{ account, region, credentials, actions, objects, webIdentityIssuer },
    roleArn: state.roles[0]?.arn ?? '',
    webIdentityKeys: async () => ({ keys: [(await webIdentityKey()).publicJwk] }),
  };
  return { aws, routes: [...routes, ...s3Routes(state)] };
}
