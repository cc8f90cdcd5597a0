import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { Network, SendRequest } from '../../src/platform/types.ts';
import { createSandbox, type Sandbox, type SandboxDeployment } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;
afterEach(() => step.remove());

const isCreate = ({ method, url }: SendRequest): boolean => method === 'POST' && url.includes('/v13/deployments?');

/** As another tool deploys: with nothing of ours in `meta`. */
const withoutMeta = (network: Network): Network => ({
  ...network,
  send(request) {
    if (!isCreate(request)) return network.send(request);
    const sent = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as object;
    const body = new TextEncoder().encode(JSON.stringify({ ...sent, meta: {} }));
    return network.send({ ...request, body, headers: { ...request.headers, 'content-length': String(body.length) } });
  },
});

const deployed = (): SandboxDeployment[] => sandbox.vercel.deployments.filter(({ body }) => body !== undefined);

describe('what Vercel answers with although another tool has made it', () => {
  beforeEach(async () => {
    sandbox = await createSandbox({ deduplicate: true, deployment: { polls: 1 } });
    step = await makeStep(sandbox);
    await runStep(sandbox, step, { network: withoutMeta });
  });

  /** The second record. */
  async function again(): Promise<StepRun & { readonly predicate: Record<string, unknown> }> {
    const before = step.files();
    const run = await runStep(sandbox, step);
    const [name] = step.files().filter((file) => file.endsWith('.result.sigstore.json') && !before.includes(file));
    return { ...run, predicate: predicateOf(step.read(name ?? '')) };
  }

  it('is not recorded as made by this run', async () => {
    const { status, log, predicate } = await again();
    expect(status).toBe(0);
    expect(log).toMatch(
      /warn Vercel made nothing new: [^]*No record tells who made that\. FORCE: true makes a new one\./,
    );
    expect(log).not.toContain('Created');
    expect(deployed()).toHaveLength(1);
    expect(predicate).toMatchObject({
      outcome: { status: 'adopted' },
      vercel: { deployment: { id: deployed()[0]?.id, origin: { kind: 'deduplicated' } } },
    });
  });

  it('does not pass for what production serves', async () => {
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
    const { status, log, predicate } = await again();
    expect(status).toBe(1);
    expect(log).toMatch(/DOMAINS_NOT_ASSIGNED[^]*production serves dpl_\w+[^]*FORCE: true/);
    expect(predicate).toMatchObject({ outcome: { status: 'failed' } });
  });
});

describe('a deployment that Vercel does not show any more', () => {
  it('was made all the same: the run is not recorded as denied', async () => {
    sandbox = await createSandbox({ deployment: { polls: 1 } });
    step = await makeStep(sandbox);
    const body = { error: { code: 'forbidden', message: 'Not authorized' } };
    const match = { method: 'GET', path: /\/v13\/deployments\// };
    sandbox.misbehave({ match, action: { kind: 'status', status: 403, body } });
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(5);
    expect(log).toMatch(/DENIED_BY_VERCEL[^]*The deployment was created and may become live/);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      outcome: { status: 'failed', code: 'DENIED_BY_VERCEL' },
      vercel: { deployment: { id: deployed()[0]?.id } },
    });
  });
});

describe('a create without an answer, and a list that is refused', () => {
  it('is no denial: a deployment may be there', async () => {
    sandbox = await createSandbox({ deployment: { polls: 1 } });
    step = await makeStep(sandbox);
    let creates = 0;
    const { status, log } = await runStep(sandbox, step, {
      network: (network) => ({
        ...network,
        async send(request) {
          creates += Number(isCreate(request));
          if (creates < 2) return network.send(request);
          const isList = request.url.includes('/v7/deployments?');
          const reply = await network.send(request);
          return isList || isCreate(request) ? { ...reply, status: isList ? 403 : 502 } : reply;
        },
      }),
    });
    expect(status).toBe(5);
    expect(deployed()).toHaveLength(1);
    expect(log).toMatch(/DENIED_BY_VERCEL[^]*A deployment may have been made: look at/);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({ outcome: { status: 'failed' } });
  });
});

describe('a run that is stopped', () => {
  const stop = new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' });

  it('does not cancel what another tool builds', async () => {
    sandbox = await createSandbox({ deduplicate: true, latencyMs: 5, deployment: { outcome: 'STUCK' } });
    step = await makeStep(sandbox);
    await runStep(sandbox, step, { network: withoutMeta, environment: { WAIT: 'false' } });
    const stopping = new AbortController();
    const { status, log } = await runStep(sandbox, step, {
      stop: stopping.signal,
      network: (network) => ({
        ...network,
        async send(request) {
          const reply = await network.send(request);
          if (isCreate(request)) setTimeout(() => stopping.abort(stop), 30);
          return reply;
        },
      }),
    });
    expect(status).toBe(143);
    expect(log).not.toContain('Canceled');
    expect(deployed().map((one) => sandbox.vercel.readyStateOf(one))).toEqual(['BUILDING']);
  });

  it.each([
    // The read that tells whose it is, and the list where the answers are short.
    ['a long answer', {}, /^GET .*\/v13\/deployments\/dpl_/],
    ['a short answer', { shortForm: true, listedAfter: 0 }, /^GET .*\/v7\/deployments\?/],
  ])('neither cancels nor claims what it has got by %s, while it asks whose that is', async (_, answers, at) => {
    sandbox = await createSandbox({ deduplicate: true, deployment: { outcome: 'STUCK', ...answers } });
    step = await makeStep(sandbox);
    await runStep(sandbox, step, { network: withoutMeta, environment: { WAIT: 'false' } });
    const earlier = step.files();
    const stopping = new AbortController();
    let creates = 0;
    const { status, log } = await runStep(sandbox, step, {
      stop: stopping.signal,
      network: (network) => ({
        ...network,
        send(request) {
          creates += Number(isCreate(request));
          if (creates > 0 && at.test(`${request.method} ${request.url}`)) stopping.abort(stop);
          return network.send(request);
        },
      }),
    });
    expect(status).toBe(143);
    expect(log).not.toContain('Canceled');
    expect(deployed().map((one) => sandbox.vercel.readyStateOf(one))).toEqual(['QUEUED']);
    const [result = ''] = step.files().filter((name) => /result\.sig/.test(name) && !earlier.includes(name));
    expect(predicateOf(step.read(result))).toMatchObject({
      vercel: { deployment: { id: deployed()[0]?.id, origin: { kind: 'deduplicated' } } },
    });
  });

  it.each([
    ['cancels what is made of its create a moment later', 2, ['CANCELED']],
    ['says that something may be made of its create', Infinity, []],
  ])('%s', async (_, madeAtLook, states) => {
    sandbox = await createSandbox({ deployment: { outcome: 'STUCK' } });
    step = await makeStep(sandbox);
    const stopping = new AbortController();
    let [creates, looks] = [0, 0];
    let make: (() => Promise<unknown>) | undefined;
    const { status, log } = await runStep(sandbox, step, {
      stop: stopping.signal,
      network: (network) => ({
        ...network,
        async send(request) {
          creates += Number(isCreate(request));
          if (!isCreate(request) || creates < 2) {
            const isLook = stopping.signal.aborted && request.url.includes('/v7/deployments?');
            looks += Number(isLook);
            if (isLook && looks === madeAtLook) await make?.();
            return network.send(request);
          }
          // It has reached Vercel, whose answer nobody waits for any more.
          make = () => network.send({ ...request, signal: undefined });
          stopping.abort(stop);
          throw stop;
        },
      }),
    });
    expect(status).toBe(143);
    expect(deployed().map((one) => sandbox.vercel.readyStateOf(one))).toEqual(states);
    const said =
      /The create was under way when the run was stopped: [^]*Look for one whose meta has oidcDeployIntent [0-9a-f]{64}/;
    expect(said.test(log)).toBe(states.length === 0);
  });
});
