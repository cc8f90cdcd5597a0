import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { authorize } from './auth.ts';
import { findDeployment } from './read.ts';
import { payloadOf } from './payloads.ts';
import type { State } from './state.ts';

/** `DELETE /v13/deployments/{id}`: gone for its readers; lists have it for a while as DELETED. */
export function deleteDeployment(state: State, call: Call): Reply {
  const token = authorize(state, call);
  const deployment = findDeployment(state, token, call);
  deployment.plan = { ...deployment.plan, outcome: 'DELETED', deletedAs: 404 };
  deployment.position = deployment.plan.via.length;
  deployment.deletion = { at: state.now(), byRetention: false };
  deployment.canceledAt = undefined;
  deployment.assigned = false;
  for (const [alias, { deploymentId }] of state.aliases)
    if (deploymentId === deployment.id) state.aliases.delete(alias);
  logActivity(state, { call, token }, 'deployment-delete', payloadOf(state, 'deployment-delete', deployment));
  return json(200, { uid: deployment.id, state: 'DELETED' });
}
