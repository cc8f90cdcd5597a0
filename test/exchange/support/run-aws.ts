import { PipeError } from '../../../src/errors.ts';
import { awsHop } from '../../../src/exchange/aws.ts';
import type { HopConfigs, HopOutput } from '../../../src/exchange/index.ts';
import type { AwsOptions } from '../../../src/sandbox/aws/types.ts';
import { NEVER } from '../../http/support/bench.ts';
import { awsBench, SESSION, type AwsBench } from '../../services/support/aws-bench.ts';
import { API, INPUT } from './hop-contract.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/deploy';
export const SETTINGS = { region: 'eu-central-1', role: ROLE, secret: 'vercel/token' };

type Settings = HopConfigs['aws'];

/** The hop against the strict fake of AWS. */
export async function run(made: AwsBench, settings: Settings = SETTINGS): Promise<HopOutput | PipeError> {
  const input = { ...INPUT, token: made.token, session: SESSION };
  return await awsHop.obtain(settings, input, { ...made, apiUrl: API }, NEVER).catch((error: unknown) => {
    if (error instanceof PipeError) return error;
    throw error;
  });
}

export async function runWith(options: AwsOptions, settings: Settings = SETTINGS): Promise<HopOutput | PipeError> {
  return await run(await awsBench(options), settings);
}
