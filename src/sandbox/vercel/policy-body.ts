import { apiRefusal } from '../reply.ts';
import { CLI_CLIENT, CLIENTS } from './state.ts';
import type { ClaimRule, PolicyOptions } from './types.ts';

type PolicyBody = Required<Pick<PolicyOptions, 'clientId' | 'issuerUrl' | 'claims'>> & Omit<PolicyOptions, 'policyId'>;

const FIELDS = ['clientId', 'issuerUrl', 'name', 'claims', 'permissions', 'commands', 'resources'];

/** The body of a new OIDC policy, refused wherever Vercel's documented limits refuse it. */
export function checkPolicy(body: Readonly<Record<string, unknown>>): PolicyBody {
  onlyFields(body, FIELDS, 'body');
  const { clientId, issuerUrl, name, resources } = body;
  if (typeof clientId !== 'string' || !Object.hasOwn(CLIENTS, clientId)) {
    throw bad('clientId must be a first-party CLI client');
  }
  if (
    typeof issuerUrl !== 'string' ||
    issuerUrl.length > 2048 ||
    !/^https:\/\/[^/?#]+(?:\/[^/?#]+)*$/.test(issuerUrl)
  ) {
    throw bad('issuerUrl must use HTTPS, without a query, a fragment or a slash at its end');
  }
  if (name !== undefined && (typeof name !== 'string' || name.length > 256))
    throw bad('name has at most 256 characters');
  return {
    clientId,
    issuerUrl,
    claims: checkList(body['claims'], 'claims', 20).map(checkClaim),
    ...checkRights(body, clientId),
    ...(typeof name === 'string' ? { name } : {}),
    ...(resources === undefined ? {} : { projectIds: checkResources(resources) }),
  };
}

function checkRights(
  { permissions, commands }: Readonly<Record<string, unknown>>,
  clientId: string,
): Pick<PolicyOptions, 'permissions' | 'commands'> {
  if ((permissions === undefined) === (commands === undefined)) {
    throw bad('exactly one of permissions and commands must be given');
  }
  if (permissions !== undefined) {
    return {
      permissions: checkList(permissions, 'permissions', 64).map((text) => checkText(text, 'permissions', 1024)),
    };
  }
  if (clientId !== CLI_CLIENT) throw bad('commands are for the Vercel CLI alone');
  return { commands: checkList(commands, 'commands', 256).map((text) => checkText(text, 'commands', 1024)) };
}

function checkClaim(claim: unknown): ClaimRule {
  const fields = checkObject(claim, 'claims[]');
  onlyFields(fields, ['name', 'values'], 'claims[]');
  return {
    name: checkText(fields['name'], 'claims[].name', 256),
    values: checkList(fields['values'], 'claims[].values', 50).map((item) => {
      const part = checkObject(item, 'claims[].values[]');
      onlyFields(part, ['value', 'wildcards'], 'claims[].values[]');
      const { wildcards = false } = part;
      if (typeof wildcards !== 'boolean') throw bad('claims[].values[].wildcards must be a boolean');
      return { value: checkText(part['value'], 'claims[].values[].value', 1024), wildcards };
    }),
  };
}

function checkResources(resources: unknown): readonly string[] {
  const fields = checkObject(resources, 'resources');
  onlyFields(fields, ['projectIds'], 'resources');
  const { projectIds } = fields;
  if (!Array.isArray(projectIds)) throw bad('resources.projectIds must be a list');
  return projectIds.map((id) => checkText(id, 'resources.projectIds', 256));
}

function checkList(value: unknown, name: string, max: number): readonly unknown[] {
  if (Array.isArray(value) && value.length >= 1 && value.length <= max) return value;
  throw bad(`${name} must be a list of 1 to ${String(max)}`);
}

function checkText(value: unknown, name: string, max: number): string {
  if (typeof value === 'string' && value.length >= 1 && value.length <= max) return value;
  throw bad(`${name} must be a text of 1 to ${String(max)} characters`);
}

function checkObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw bad(`${name} must be an object`);
}

function onlyFields(fields: object, known: readonly string[], name: string): void {
  const unknown = Object.keys(fields).filter((field) => !known.includes(field));
  if (unknown.length > 0) throw bad(`${name} should NOT have additional property ${unknown.join(', ')}`);
}

function bad(message: string): Error {
  return apiRefusal(400, 'bad_request', `Invalid request: ${message}.`);
}
