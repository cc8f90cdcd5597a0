import { apiRefusal } from '../reply.ts';
import type { Call } from '../router.ts';
import type { State } from './state.ts';
import type { IssuedToken, SandboxProject } from './types.ts';

/** Who asks: a live token, and leave to use this method. */
export function authorize(state: State, { request, query }: Call): IssuedToken {
  const header = request.headers.get('authorization');
  if (header === null) {
    throw apiRefusal(401, 'forbidden', 'The request is missing an authentication token', { missingToken: true });
  }
  const value = /^Bearer (\S+)$/.exec(header)?.[1];
  const token = state.tokens.find((known) => known.value === value);
  if (!token) throw notAuthorized('Not authorized: the token is unknown');
  if (token.revokedAt !== undefined) throw notAuthorized('Not authorized: the token was revoked');
  if (token.expiresAt <= state.now()) throw notAuthorized('Not authorized: the token has expired');
  checkScope(state, token, query);
  if (request.method !== 'GET' && token.permissions && !token.permissions.includes('*')) {
    throw apiRefusal(403, 'forbidden', `The token's policy permits only ${token.permissions.join(', ')}`);
  }
  return token;
}

function notAuthorized(message: string): Error {
  return apiRefusal(403, 'forbidden', message, { invalidToken: true });
}

function checkScope({ team }: State, token: IssuedToken, query: URLSearchParams): void {
  const [id, slug] = [query.get('teamId'), query.get('slug')];
  const wrong = (id !== null && id !== token.teamId) || (slug !== null && slug !== team.slug);
  if (!wrong) return;
  throw apiRefusal(
    403,
    'forbidden',
    `Not authorized: Trying to access resource under scope "${id ?? slug ?? ''}". Use a token with access to this scope.`,
  );
}

/** A user's token acts in the user's own account unless a team is named; an app's token has its team. */
export function requireTeam(token: IssuedToken, { query }: Call): void {
  if (token.kind === 'classic' && !query.has('teamId') && !query.has('slug')) {
    throw apiRefusal(404, 'not_found', 'Nothing of this name in the personal account: teamId is missing');
  }
}

/** The project by id or name, where the token may touch it. */
export function findProject(state: State, token: IssuedToken, idOrName: string): SandboxProject {
  const project = state.projects.find(({ id, name }) => id === idOrName || name === idOrName);
  if (!project) throw apiRefusal(404, 'not_found', `Project ${idOrName} not found`);
  if (!mayTouch(token, project.id)) {
    throw apiRefusal(
      403,
      'forbidden',
      `The token's policy ${token.policyId ?? ''} does not cover project ${project.id}`,
    );
  }
  return project;
}

export function mayTouch(token: IssuedToken, projectId: string): boolean {
  return token.projectIds?.includes(projectId) ?? true;
}
