import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, findProject, requireTeam } from './auth.ts';
import type { State } from './state.ts';
import type { ProjectVariable, SandboxProject } from './types.ts';
import { VALUE_CANARY } from './variables.ts';

const SYSTEM_TARGETS = ['production', 'preview', 'development'];

/**
 * `GET /v3/env/pull/{project}/{target}[/{branch}]`: the values in the clear, those of `sensitive` variables empty. A
 * branch's own value goes before the one for every branch.
 */
export function pullEnvironment(state: State, call: Call): Reply {
  const token = authorize(state, call);
  requireTeam(token, call);
  const { project: name = '', target = '', branch } = call.params;
  const project = findProject(state, token, name);
  const { pullChallenge } = project;
  if (token.kind === 'app' && pullChallenge !== undefined) {
    throw apiRefusal(403, pullChallenge, 'Additional authentication is required to read these variables');
  }
  const isFor = matcherOf(project, target);
  const chosen = (state.variables.get(project.id) ?? [])
    .filter((one) => isFor(one) && (one.gitBranch === undefined || one.gitBranch === branch))
    .sort((a, b) => Number(a.gitBranch !== undefined) - Number(b.gitBranch !== undefined));
  const env: Record<string, string> = {
    VERCEL: '1',
    VERCEL_ENV: SYSTEM_TARGETS.includes(target) ? target : 'preview',
    VERCEL_OIDC_TOKEN: `eyJhbGciOiJSUzI1NiJ9.${VALUE_CANARY}-oidc.c2lnbmF0dXJl`,
    VERCEL_ANALYTICS_ID: '',
  };
  for (const variable of chosen) env[variable.key] = valueOf(variable);
  return json(200, { env, buildEnv: env });
}

function matcherOf({ customEnvironments }: SandboxProject, target: string): (variable: ProjectVariable) => boolean {
  if (SYSTEM_TARGETS.includes(target)) return ({ target: targets }) => targets.some((one) => one === target);
  const custom = customEnvironments.find(({ id, slug }) => id === target || slug === target);
  if (!custom) throw apiRefusal(400, 'bad_request', `Invalid environment "${target}"`);
  return ({ customEnvironmentIds }) => customEnvironmentIds.includes(custom.id);
}

function valueOf({ key, type, value }: ProjectVariable): string {
  return type === 'sensitive' ? '' : (value ?? `${VALUE_CANARY}-${key}`);
}
