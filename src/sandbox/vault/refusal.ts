import { randomUUID } from 'node:crypto';
import { json, Refusal, type Reply } from '../reply.ts';

/** Vault's error shape; a 404 of something that is not there has no words. */
export function vaultRefusal(status: number, ...errors: readonly string[]): Refusal {
  return new Refusal(json(status, { errors }), errors.join('; '));
}

/** As Go's multierror writes it. */
export function permissionDenied(): Refusal {
  return vaultRefusal(403, '1 error occurred:\n\t* permission denied\n\n');
}

export function noRoute(path: string): Refusal {
  return vaultRefusal(404, `no handler for route "${path}". route entry not found.`);
}

export interface Answered {
  readonly data?: object | null;
  readonly auth?: object;
  readonly leaseId?: string;
  readonly leaseSeconds?: number;
}

/** The envelope of every answer that has something to say. */
export function answered({ data, auth, leaseId = '', leaseSeconds = 0 }: Answered): Reply {
  return json(200, {
    request_id: randomUUID(),
    lease_id: leaseId,
    renewable: false,
    lease_duration: leaseSeconds,
    data: data ?? null,
    wrap_info: null,
    warnings: null,
    auth: auth ?? null,
  });
}

export const NO_CONTENT: Reply = { status: 204, headers: {}, body: undefined };
