import type { SeenEvent } from '../../../src/audit/types.ts';

/** What Vercel's SDK has for the payload of such an event, as far as the history says it. */
export function eventPayload(event: SeenEvent): Readonly<Record<string, unknown>> {
  const { type, deploymentId, projectId, alias, policyId, tokenId, url, target, meta } = event;
  const place = { projectId, projectName: projectId };
  const host = url?.replace('https://', '');
  const named = { deploymentId, projectId, ...(host === undefined ? {} : { url: host }) };
  switch (type) {
    case 'deployment':
      return {
        ...named,
        ...(target === undefined ? {} : { target }),
        ...(meta === undefined ? {} : { deployment: { id: deploymentId, name: projectId, url: host, meta } }),
      };
    case 'deployment-delete':
    case 'deployment-undeleted':
      return named;
    case 'manual-deployment-promotion-created':
      return { ...place, toDeploymentId: deploymentId };
    case 'instant-rollback-created':
      return { ...place, toDeploymentId: deploymentId, fromDeploymentId: event.fromDeploymentId ?? '' };
    case 'alias':
      return { alias, deploymentId, projectId, deployment: { id: deploymentId } };
    case 'aliases-assigned':
      return { projectId, aliasCount: 1, deployment: { id: deploymentId } };
    default:
      return {
        grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
        ...{ publicId: tokenId, policyId, appName: 'Vercel CLI', authMethod: 'token-exchange-oidc' },
      };
  }
}
