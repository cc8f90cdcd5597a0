import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize } from './auth.ts';
import { findDeployment } from './read.ts';
import { logActivity, type State } from './state.ts';

/** `DELETE /v13/deployments/{id}`: gone for its readers; lists have it for a while as DELETED. */
export function deleteDeployment(state: State, call: Call): Reply {
  const token = authorize(state, call);
  const deployment = findDeployment(state, token, call);
  deployment.plan = { ...deployment.plan, outcome: 'DELETED', deletedAs: 404 };
  deployment.position = deployment.plan.via.length;
  deployment.canceledAt = undefined;
  deployment.assigned = false;
  for (const [alias, { deploymentId }] of state.aliases)
    if (deploymentId === deployment.id) state.aliases.delete(alias);
  logActivity(state, token, 'deployment-delete', { deploymentId: deployment.id });
  return json(200, { uid: deployment.id, state: 'DELETED' });
}
