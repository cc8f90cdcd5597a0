import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { follow } from './support/follow.ts';
import { failureOf, LIVE, PAGE, refusal, reply, state } from './support/scripted-api.ts';

const NETWORK = new PipeError({ code: 'NETWORK', message: 'gone', got: 'ECONNRESET', fix: 'Check the network.' });

describe('bad answers to a poll', () => {
  it.each([
    { name: 'no answer', bad: NETWORK },
    { name: '429', bad: refusal(429, 'rate_limited') },
    { name: '503', bad: refusal(503, 'x') },
    { name: '404 at first', bad: refusal(404, 'not_found') },
    { name: '410 at first', bad: refusal(410, 'gone') },
    { name: '200 with something else', bad: reply('hello') },
    { name: '200 with an empty object', bad: reply({}) },
    { name: '200 with another deployment', bad: state('ERROR', { id: 'dpl_2' }) },
  ])('are borne: four times $name', async ({ bad }) => {
    const { end, states } = follow({ reads: [bad, bad, bad, bad, state('BUILDING'), bad, bad, bad, bad, LIVE] });
    expect(await end).toBe('live');
    expect(states).toEqual(['BUILDING', 'READY']);
  });

  it.each([
    { name: 'no answer', bad: NETWORK, code: 'NETWORK' },
    { name: '429', bad: refusal(429, 'rate_limited'), code: 'RATE_LIMITED' },
    { name: '503', bad: refusal(503, 'x'), code: 'SERVICE_FAILED' },
    { name: '200 with something else', bad: reply('hello'), code: 'SERVICE_FAILED' },
  ])('end it after five: $name', async ({ bad, code }) => {
    const { end, api } = follow({ reads: [bad, bad, bad, bad, bad] });
    const failure = await failureOf(end);
    expect(failure).toMatchObject({ code, exitStatus: 3 });
    expect((failure as PipeError).fix).toContain(`The deployment was created and may become live: see ${PAGE}.`);
    expect(api.count('read')).toBe(5);
  });

  it.each([
    { name: 'a text', body: 'hello', got: 'status 200, and no JSON object' },
    { name: 'a list', body: [{}], got: 'status 200, and a list of 1' },
    { name: 'nothing', body: {}, got: 'status 200, and an object that is empty' },
    { name: "a proxy's word of itself", body: { status: 'ok' }, got: 'status 200, and an object that has status' },
    {
      ...{ name: 'another deployment', body: { id: 'dpl_2', readyState: 'READY', aliasAssigned: true } },
      got: 'status 200, and an object that has id, readyState, aliasAssigned',
    },
  ])('end it after five where each is $name with 200, and tell what came', async ({ body, got }) => {
    const { end, api, states } = follow({ reads: Array.from({ length: 5 }, () => reply(body)) });
    expect(await failureOf(end)).toMatchObject({
      ...{ code: 'SERVICE_FAILED', message: 'Vercel did not tell the state of dpl_1.', got, wanted: 'its state' },
      fix: expect.stringContaining(`may become live: see ${PAGE}.`),
    });
    expect([api.count('read'), states]).toEqual([5, ['QUEUED']]);
  });

  it.each([404, 410])('of status %s say that it was deleted where it stays away', async (status) => {
    const gone = refusal(status, 'gone');
    const { end, states } = follow({ reads: [state('BUILDING'), gone, gone, gone, gone, gone] });
    expect(await failureOf(end)).toMatchObject({
      code: 'DEPLOYMENT_CANCELED',
      message: expect.stringContaining('deleted'),
    });
    expect(states).toEqual(['BUILDING', 'DELETED']);
  });

  it.each([
    { status: 401, code: 'CREDENTIAL_INVALID' },
    { status: 403, code: 'DENIED_BY_VERCEL' },
  ])('of status $status end it at once, and say that the deployment is there', async ({ status, code }) => {
    const { end, api } = follow({ reads: [refusal(status, 'forbidden')] });
    const failure = await failureOf(end);
    expect(failure).toMatchObject({ code });
    expect((failure as PipeError).fix).toMatch(/^The deployment was created and may become live: see https:/);
    expect(api.count('read')).toBe(1);
  });

  it('pass on what is not of the network', async () => {
    const renewal = new PipeError({ code: 'EXCHANGE_NOT_ENABLED', message: 'no token' });
    expect(await failureOf(follow({ reads: [renewal] }).end)).toBe(renewal);
  });
});
