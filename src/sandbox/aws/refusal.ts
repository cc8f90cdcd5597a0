import { json, Refusal } from '../reply.ts';

/** Error of the query protocol, in the JSON that was asked for. */
export function queryRefusal(status: number, code: string, message: string): Refusal {
  const body = { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message } };
  return new Refusal(json(status, { ...body, RequestId: 'sandbox' }), message);
}

/** Error of the JSON protocol; `Exception` stands at the end of most of its codes. */
export function jsonRefusal(status: number, code: string, message: string): Refusal {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return new Refusal(json(status, { __type: code, message }, headers), message);
}

/** How a protocol says no, and how it names the faults of a signature. */
export interface Protocol {
  readonly refuse: (status: number, code: string, message: string) => Refusal;
  readonly unknownKey: readonly [status: number, code: string];
  readonly wrongSignature: readonly [status: number, code: string];
  readonly expired: readonly [status: number, code: string];
  readonly denied: readonly [status: number, code: string];
}

export const QUERY: Protocol = {
  refuse: queryRefusal,
  unknownKey: [403, 'InvalidClientTokenId'],
  wrongSignature: [403, 'SignatureDoesNotMatch'],
  expired: [403, 'ExpiredToken'],
  denied: [403, 'AccessDenied'],
};
export const JSON_1_1: Protocol = {
  refuse: jsonRefusal,
  unknownKey: [400, 'UnrecognizedClientException'],
  wrongSignature: [400, 'InvalidSignatureException'],
  expired: [400, 'ExpiredTokenException'],
  denied: [400, 'AccessDeniedException'],
};
