/** DSSE's pre-authentication encoding: the bytes that are signed. Source: DSSE v1.0.2, protocol.md. */
export function encodePae(payloadType: string, payload: Uint8Array): Uint8Array {
  const typeLength = String(Buffer.byteLength(payloadType));
  const head = `DSSEv1 ${typeLength} ${payloadType} ${String(payload.length)} `;
  return new Uint8Array(Buffer.concat([Buffer.from(head), payload]));
}
