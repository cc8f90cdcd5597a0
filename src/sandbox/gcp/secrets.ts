import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize, checksum, googleRefusal, splitMethod, type GoogleState } from './state.ts';

/** Secret Manager: the bytes of one version. */
export function accessSecret(state: GoogleState, call: Call): Reply {
  const { project = '', secret = '', location } = call.params;
  const { name: version, method } = splitMethod(call.params['call'] ?? '');
  if (method !== 'access') throw googleRefusal(404, 'NOT_FOUND', `Unknown method ${method}.`);
  const region = location === undefined ? '' : `/locations/${location}`;
  const parent = `projects/${project}${region}/secrets/${secret}`;
  authorize(state, call, {
    ...{ api: 'secretmanager.googleapis.com', what: 'access', scopes: [], on: parent },
    permission: 'secretmanager.versions.access',
    roles: ['roles/secretmanager.secretAccessor'],
  });
  const found = state.options.secrets?.findLast(({ name }) =>
    version === 'latest' ? name.startsWith(`${parent}/versions/`) : name === `${parent}/versions/${version}`,
  );
  if (!found) {
    const text = `Secret [${parent}] not found or has no versions.`;
    throw googleRefusal(404, 'NOT_FOUND', text);
  }
  const { name, value, state: condition = 'ENABLED' } = found;
  if (condition !== 'ENABLED') {
    throw googleRefusal(400, 'FAILED_PRECONDITION', `Secret Version [${name}] is in ${condition} state.`);
  }
  const bytes = Buffer.from(value);
  return json(200, { name, payload: { data: bytes.toString('base64'), dataCrc32c: checksum(bytes) } });
}
