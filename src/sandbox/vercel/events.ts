import { setTimeout as sleep } from 'node:timers/promises';
import { apiRefusal, json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { authorize } from './auth.ts';
import { advance, stageOf, writeWholeLog } from './lifecycle.ts';
import { findDeployment } from './read.ts';
import type { State } from './state.ts';
import type { BuildEvent, SandboxDeployment } from './deployment-types.ts';

/** A stream of a deployment that never ends looks again this often for something new. */
const IDLE_MS = 50;
const NOTHING = new Uint8Array(0);

/** The build log: one list, or with `follow=1` lines of JSON until the alias is assigned or the deployment has ended. */
export function showEvents(state: State, call: Call): Reply {
  const deployment = findDeployment(state, authorize(state, call), call);
  if (deployment.events.length === 0) writeWholeLog(state, deployment);
  const { query } = call;
  const wanted = isWanted(state, readNumber(query, 'since') ?? -Infinity);
  const headers = { 'content-type': 'application/stream+json' };
  if (query.get('follow') === '1') {
    return { status: 200, headers, body: followEvents(state, deployment, wanted) };
  }
  const limit = readNumber(query, 'limit') ?? -1;
  const events = deployment.events.filter(wanted);
  if (query.get('direction') === 'backward') events.reverse();
  const page = (limit < 0 ? events : events.slice(0, limit)).map((event) => viewEvent(deployment, event));
  if (query.get('format') !== 'lines') return json(200, page);
  return { status: 200, headers, body: page.map((event) => `${JSON.stringify(event)}\n`).join('') };
}

/** Whether the event at `since` itself is given, nobody says: the sandbox does it either way. */
function isWanted({ options }: State, since: number): (event: BuildEvent) => boolean {
  return options.sinceIsExclusive ? ({ date }) => date > since : ({ date }) => date >= since;
}

/** What a stream gives moves the deployment on, as watching it takes time. */
async function* followEvents(
  state: State,
  deployment: SandboxDeployment,
  wanted: (event: BuildEvent) => boolean,
): AsyncGenerator<Uint8Array> {
  let next = 0;
  for (;;) {
    for (; next < deployment.events.length; next += 1) {
      const event = deployment.events[next];
      if (event && wanted(event)) yield Buffer.from(`${JSON.stringify(viewEvent(deployment, event))}\n`);
    }
    if (stageOf(deployment).done) return;
    await sleep(Math.max(deployment.plan.eventMs, 1), undefined, { ref: false });
    if (advance(state, deployment)) continue;
    await sleep(IDLE_MS, undefined, { ref: false });
    // Nothing: but only here can it be ended for a client that has left.
    yield NOTHING;
  }
}

function viewEvent({ id: deploymentId, name, plan }: SandboxDeployment, event: BuildEvent): Record<string, unknown> {
  const { id, serial, type, date, text, level, readyState, alias } = event;
  if (type === 'alias-assigned') {
    const aliasError =
      plan.outcome === 'ALIAS_ERROR' ? { code: 'cert_missing', message: 'The certificate is missing' } : null;
    return { type, deploymentId, date, alias, aliasError, aliasWarning: null };
  }
  const info = { type: 'build', name, entrypoint: '.', ...(readyState === undefined ? {} : { readyState }) };
  return { created: date, date, deploymentId, id, serial, type, text, ...(level === undefined ? {} : { level }), info };
}

function readNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw apiRefusal(400, 'bad_request', `Query parameter ${name} should be a number, got "${text}"`);
}
