import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { assignAliases } from '../../src/deploy/aliases.ts';
import { memoryLog } from '../support/test-platform.ts';
import { failureOf, refusal, reply, reportOf, scriptedApi, type Answer } from './support/scripted-api.ts';

const DONE = reply({ uid: 'als_1', alias: 'x', created: '2026-11-25T00:00:00Z' });
const { deployment } = reportOf('READY', { aliasAssigned: true, alias: ['own.example.com'] });

function assign(answers: Readonly<Record<string, Answer>>, signal = new AbortController().signal) {
  const api = scriptedApi({ aliases: answers });
  const log = memoryLog();
  /** The names that it had, each time that one was added. */
  const named: (readonly string[])[] = [];
  const work = assignAliases({ api, log }, deployment, Object.keys(answers), signal, ({ aliases }) => {
    named.push(aliases);
  });
  return { work, api, log, named };
}

/** The fault of one alias that is refused so. */
async function faultOf(answer: Answer, name = 'a.example.com'): Promise<string> {
  const error = await failureOf(assign({ [name]: answer }).work);
  expect(error).toMatchObject({ code: 'ALIAS_FAILED', exitStatus: 1 });
  return (error as PipeError).faults.join('\n');
}

describe('aliases', () => {
  it('are assigned, each once, and told', async () => {
    const { work, api, log, named } = assign({ 'b.example.com': DONE, 'a.example.com': DONE });
    await work;
    expect(named).toHaveLength(2);
    expect(named[1]).toEqual(['own.example.com', 'b.example.com', 'a.example.com']);
    expect(api.calls.toSorted()).toEqual(['alias a.example.com', 'alias b.example.com']);
    expect(log.text()).toContain('info https://a.example.com points at dpl_1');
  });

  it('that fail are told together, and the others are assigned', async () => {
    const { work, log, named } = assign({
      'a.example.com': refusal(403, 'not_domain_owner', 'Not yours'),
      'b.example.com': DONE,
      'c.example.com': refusal(400, 'cert_missing', 'No certificate'),
    });
    const error = (await failureOf(work)) as PipeError;
    expect(error).toMatchObject({
      message: '2 of 3 aliases could not be assigned. The deployment itself stands: https://vercel.com/acme/web/1',
      got: 'assigned: b.example.com',
      wanted: 'assigned: a.example.com, b.example.com, c.example.com',
    });
    expect(error.faults).toEqual([
      expect.stringMatching(
        /^a\.example\.com: status 403 not_domain_owner Not yours\. The team does not own the domain\./,
      ),
      expect.stringMatching(
        /^c\.example\.com: status 400 cert_missing No certificate\. The domain has no certificate yet/,
      ),
    ]);
    expect(log.text()).not.toContain('a.example.com');
    expect(named).toEqual([['own.example.com', 'b.example.com']]);
  });

  it.each<{ name: string; answer: Answer; fault: RegExp }>([
    {
      name: 'another project',
      answer: refusal(403, 'alias_in_use'),
      fault: /belongs to another project or team: remove it there/,
    },
    {
      name: 'a conflict',
      answer: refusal(409, 'conflict'),
      fault: /status 409.*belongs to another project or team, or the token/,
    },
    { name: 'no right', answer: refusal(403, 'forbidden'), fault: /the token may not use it/ },
    { name: 'an invalid name', answer: refusal(400, 'invalid_alias'), fault: /no host name that Vercel takes/ },
    { name: 'an unknown domain', answer: refusal(404, 'domain_not_found'), fault: /does not know the domain/ },
    { name: 'a deployment that is not ready', answer: refusal(400, 'deployment_not_ready'), fault: /not READY/ },
    { name: 'no payment', answer: refusal(402, 'x'), fault: /billing page/ },
    { name: 'something new', answer: refusal(400, 'x'), fault: /Change the name in ALIASES/ },
    {
      name: 'a limit',
      answer: refusal(429, 'rate_limited', 'x', { limit: { reset: Date.UTC(2026, 10, 26) / 1000 } }),
      fault: /Run the step again after 2026-11-26T00:00:00Z\./,
    },
    { name: 'an outage', answer: refusal(500, 'x'), fault: /Run the step again later\./ },
    {
      name: 'no answer',
      answer: new PipeError({
        code: 'NETWORK',
        message: 'Vercel could not be reached.',
        got: 'ECONNRESET',
        fix: 'Check it.',
      }),
      fault: /Vercel could not be reached\. \(ECONNRESET\) Check it\.$/,
    },
  ])('that fail for $name say what to change', async ({ answer, fault }) => {
    expect(await faultOf(answer)).toMatch(fault);
  });

  it.each([
    { name: 'the deployment has it', alias: 'own.example.com', answer: refusal(409, 'conflict') },
    {
      name: 'the reply names it',
      alias: 'a.example.com',
      answer: refusal(409, 'x', 'x', { uid: 'als_1', alias: 'a.example.com' }),
    },
  ])('are taken as assigned after a 409 where $name', async ({ alias, answer }) => {
    const { work, named } = assign({ [alias]: answer });
    await work;
    expect(named).toEqual([[...new Set(['own.example.com', alias])]]);
  });

  it('of another project are not, whatever the reply names', async () => {
    const answer = refusal(409, 'alias_in_use', 'x', { uid: 'als_1', alias: 'a.example.com' });
    expect(await faultOf(answer)).toContain('belongs to another project');
    expect(await faultOf(refusal(409, 'x', 'x', { uid: 'als_1', alias: 'b.example.com' }))).toContain('status 409');
  });

  it('pass on what is a bug', async () => {
    const bug = new Error('bug');
    expect(await failureOf(assign({ 'a.example.com': bug }).work)).toBe(bug);
  });

  it('end with a stop', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    expect(await failureOf(assign({ 'a.example.com': DONE }, stop).work)).toBe(stop.reason);
  });
});
