import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { cancelDeployment } from '../../src/deploy/follow-cancel.ts';
import { memoryLog } from '../support/test-platform.ts';
import { LIVE, refusal, reply, reportOf, scriptedApi, state, type Script } from './support/scripted-api.ts';

const REFUSED = refusal(400, 'bad_request', 'It has ended');

async function cancel(script: Script, readyState = 'BUILDING', signal = new AbortController().signal) {
  const api = scriptedApi(script);
  const canceled = await cancelDeployment({ api, log: memoryLog() }, reportOf(readyState).deployment, signal);
  return { canceled, calls: api.calls };
}

describe('canceling', () => {
  it.each<{ name: string; script: Script; canceled: boolean; calls: string[] }>([
    { name: 'works', script: { cancels: [state('CANCELED')] }, canceled: true, calls: ['cancel'] },
    { name: 'finds nothing', script: { cancels: [refusal(404, 'not_found')] }, canceled: true, calls: ['cancel'] },
    {
      name: 'comes after it failed',
      script: { cancels: [REFUSED], reads: [state('ERROR')] },
      canceled: true,
      calls: ['cancel', 'read'],
    },
    {
      name: 'comes after it was deleted',
      script: { cancels: [REFUSED], reads: [refusal(404, 'not_found')] },
      canceled: true,
      calls: ['cancel', 'read'],
    },
    {
      name: 'comes too late',
      script: { cancels: [REFUSED], reads: [LIVE] },
      canceled: false,
      calls: ['cancel', 'read'],
    },
    {
      name: 'is refused',
      script: { cancels: [refusal(403, 'forbidden')], reads: [state('BUILDING')] },
      canceled: false,
      calls: ['cancel', 'read'],
    },
    {
      name: 'is refused, and so is the look',
      script: { cancels: [refusal(403, 'forbidden')], reads: [refusal(403, 'forbidden')] },
      canceled: false,
      calls: ['cancel', 'read'],
    },
    ...[{}, [], { status: 'ok' }, 'hello'].map((body) => ({
      ...{ name: `is answered by ${JSON.stringify(body)}`, canceled: false, calls: ['cancel', 'read'] },
      script: { cancels: [reply(body)], reads: [state('BUILDING')] },
    })),
    {
      name: 'gets no answer',
      script: { cancels: [new PipeError({ code: 'NETWORK', message: 'gone' })] },
      canceled: false,
      calls: ['cancel'],
    },
  ])('says $canceled where it $name', async ({ script, canceled, calls }) => {
    expect(await cancel(script)).toEqual({ canceled, calls });
  });

  it.each(['CANCELED', 'ERROR', 'DELETED'])('asks nothing where it is %s', async (readyState) => {
    expect(await cancel({}, readyState)).toEqual({ canceled: true, calls: [] });
  });

  it('throws nothing when it is stopped itself', async () => {
    expect((await cancel({}, 'BUILDING', AbortSignal.abort(new Error('stopped')))).canceled).toBe(false);
    expect((await cancel({}, 'BUILDING', AbortSignal.abort('no error'))).canceled).toBe(false);
  });
});
