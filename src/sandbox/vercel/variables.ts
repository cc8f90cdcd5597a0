import { createHash } from 'node:crypto';
import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, findProject, requireTeam } from './auth.ts';
import { randomId, type State } from './state.ts';
import type { ProjectVariable, SandboxProject, VariableOptions } from './types.ts';

/** In every value that this Vercel holds, plain or (in base64) encrypted: where a test finds it, a value has leaked. */
export const VALUE_CANARY = 'canary-value';

/** A variable as Vercel stores it. A key, a target and a branch that are there already get a new value. */
export function setVariable(state: State, projectId: string, options: VariableOptions): ProjectVariable {
  const known = variablesOf(state, projectId);
  const { target = ['production', 'preview', 'development'], customEnvironmentIds = [], gitBranch, key } = options;
  const index = known.findIndex(
    (one) => one.key === key && one.gitBranch === gitBranch && one.target.join() === target.join(),
  );
  const before = known[index];
  const now = state.now();
  const variable: ProjectVariable = {
    id: before?.id ?? randomId(16),
    key,
    type: options.type ?? 'encrypted',
    target,
    customEnvironmentIds,
    ...(gitBranch === undefined ? {} : { gitBranch }),
    ...(options.value === undefined ? {} : { value: options.value }),
    createdAt: before?.createdAt ?? options.createdAt ?? now,
    updatedAt: before ? now : (options.createdAt ?? now),
  };
  if (before) known[index] = variable;
  else known.push(variable);
  state.variables.set(projectId, known);
  return variable;
}

export function removeVariable(state: State, projectId: string, key: string): void {
  state.variables.set(
    projectId,
    variablesOf(state, projectId).filter((one) => one.key !== key),
  );
}

function variablesOf(state: State, projectId: string): ProjectVariable[] {
  return state.variables.get(projectId) ?? [];
}

/** `GET /v10/projects/{id}/env`: every variable, in one reply. Of production some may be hidden, and only counted. */
export function listVariables(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const project = findProject(state, token, call.params['project'] ?? '');
  if (token.kind === 'app' && project.variablesNeedUser === true) {
    throw apiRefusal(403, 'forbidden', `The token may not read the variables of ${project.id}`);
  }
  const target = call.query.get('target');
  const all = variablesOf(state, project.id).filter(
    (one) => target === null || one.target.some((name) => name === target),
  );
  if (project.hideProductionVariables === true) {
    const shown = all.filter(({ target }) => !target.includes('production'));
    return json(200, { envs: shown.map(viewVariable), hiddenProductionEnvCount: all.length - shown.length });
  }
  return json(200, { envs: all.map(viewVariable), pagination: { count: all.length, next: null, prev: null } });
}

/** Its value as the list has it without being asked to decrypt: in the clear for what is plain. */
function viewVariable(variable: ProjectVariable): object {
  const { id, key, type, updatedAt } = variable;
  const plain = `${VALUE_CANARY}-${key}`;
  const sealed = createHash('sha256')
    .update(`${id}${String(updatedAt)}`)
    .digest('base64');
  return {
    ...variable,
    value: type === 'plain' ? plain : Buffer.from(`${plain} ${sealed}`).toString('base64'),
    decrypted: type === 'plain',
    configurationId: null,
    securityIssues: [],
    comment: `${VALUE_CANARY}: not for records`,
    createdBy: 'usr_dev',
    updatedBy: null,
    internalContentHint: { type: 'flags-secret', encryptedValue: `${VALUE_CANARY}-hint` },
  };
}

/** What the reply about a project has besides, secrets included: no reader may keep it all. */
export function viewSecrets(state: State, { id }: SandboxProject): object {
  return {
    env: variablesOf(state, id).map(viewVariable),
    protectionBypass: {
      [`${VALUE_CANARY}-bypass`]: { scope: 'automation-bypass', createdAt: 1, createdBy: 'usr_dev' },
    },
  };
}

/** `GET /v9/projects/{id}/custom-environments`. */
export function listCustomEnvironments(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const { customEnvironments, createdAt } = findProject(state, token, call.params['project'] ?? '');
  const environments = customEnvironments.map((one) => ({ ...one, type: 'preview', createdAt, updatedAt: createdAt }));
  return json(200, { accountLimit: { total: 12 }, environments });
}
