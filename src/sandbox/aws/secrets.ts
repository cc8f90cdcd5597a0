import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { readBody, readCall } from './body.ts';
import { JSON_1_1, jsonRefusal } from './refusal.ts';
import { permit } from './session-policy.ts';
import { authenticate } from './signature.ts';
import type { AwsState } from './state.ts';

/** Secrets Manager: `GetSecretValue`, by name or ARN. */
export async function answerSecrets(state: AwsState, call: Call): Promise<Reply> {
  const body = await readBody(call);
  const { fields } = readCall(call, body, 'secretsmanager', { GetSecretValue: ['SecretId'] });
  const credential = authenticate(state, call, body, 'secretsmanager', JSON_1_1);
  const id = fields['SecretId'] ?? '';
  permit(state, credential, 'secretsmanager:GetSecretValue', id, JSON_1_1);
  const secret = state.secrets.find(({ name }) => id === name || id === arnOf(state, name));
  if (!secret) {
    throw jsonRefusal(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  if (secret.deleted) {
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    throw jsonRefusal(400, 'InvalidRequestException', message);
  }
  const { name, text, binary } = secret;
  const value =
    text === undefined ? { SecretBinary: Buffer.from(binary ?? []).toString('base64') } : { SecretString: text };
  const about = { ARN: arnOf(state, name), Name: name, VersionId: 'sandbox-version-0000000000000001' };
  const created = Math.floor(state.now() / 1000);
  return json(200, { ...about, ...value, VersionStages: ['AWSCURRENT'], CreatedDate: created });
}

/** With the six letters that Secrets Manager puts behind every name. */
function arnOf({ partition, region, account }: AwsState, name: string): string {
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
}
