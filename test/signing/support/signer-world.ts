import { createHttpClient } from '../../../src/http/index.ts';
import type { Clock, SendRequest } from '../../../src/platform/types.ts';
import { askedBy } from '../../../src/sandbox/asked.ts';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { createRouter } from '../../../src/sandbox/router.ts';
import { Secret } from '../../../src/secret.ts';
import { openManagedSigner, type ManagedDeps, type ManagedSigner } from '../../../src/signing/index.ts';
import { NEVER } from '../../http/support/bench.ts';
import { fakeNetwork, type Answer } from '../../http/support/fake-network.ts';
import { memoryLog, type MemoryLog } from '../../support/test-platform.ts';
import { ACCESS_TOKEN, type Counterpart, type Description, type Kind, type Step } from './counterparts/index.ts';

const MAX_REQUESTS = 500;

/** What becomes of a request on its way: the honest answer, where it asks for that. */
export type Tamper = (
  step: Step,
  honest: () => Promise<Answer & { readonly body: string }>,
  request: SendRequest,
) => Promise<Answer>;

/** A service with a key for records, the way to it, and a signer that can be opened. */
export interface SignerWorld extends Counterpart {
  readonly steps: Step[];
  readonly log: MemoryLog;
  readonly slept: number[];
  /** Everything secret that was sent, and the step's token. */
  readonly secrets: () => readonly string[];
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
  /** Changes what becomes of requests from now on. */
  readonly tamper: (change: Tamper) => void;
  readonly open: (deps?: Partial<ManagedDeps>, signal?: AbortSignal) => Promise<ManagedSigner>;
}

const passOn: Tamper = (_step, honest) => honest();

export async function signerWorld(description: Description, kind: Kind = 'P-256'): Promise<SignerWorld> {
  let time = Date.UTC(2026, 10, 25, 12);
  let change = passOn;
  const steps: Step[] = [];
  const slept: number[] = [];
  const now = (): number => time;
  const { issuer } = await createSandbox({ now });
  const counterpart = await description.open(issuer, now, kind);
  const answer = (request: SendRequest): Promise<Answer> => {
    const step = description.stepOf(request);
    steps.push(step);
    return change(step, () => askFake(route, request), request);
  };
  const route = createRouter(counterpart.routes);
  const network = fakeNetwork(Array.from({ length: MAX_REQUESTS }, () => answer));
  const clock: Clock = {
    ...{ now, timeout: () => NEVER },
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
  const log = memoryLog();
  const random = { uuid: () => 'u', fraction: () => 0 };
  const http = createHttpClient({ network, log, clock, random, userAgent: 'test' });
  const stepToken = await issuer.mintToken();
  const deps: ManagedDeps = {
    ...{ http, clock, log, session: 'deploy-1', signalOf: () => NEVER },
    ...{ stepToken: new Secret(stepToken), accessToken: new Secret(ACCESS_TOKEN) },
  };
  return {
    ...{ ...counterpart, steps, log, slept },
    secrets: () => [stepToken, ACCESS_TOKEN, ...network.sent.flatMap(secretsOf)],
    pass: (ms) => void (time += ms),
    tamper: (next) => void (change = next),
    open: (more, signal = NEVER) =>
      openManagedSigner(description.name, counterpart.settings as never, { ...deps, ...more }, signal),
  };
}

async function askFake(
  route: ReturnType<typeof createRouter>,
  { method, url, headers, body }: SendRequest,
): Promise<Answer & { readonly body: string }> {
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : undefined;
  const asked = askedBy(new Request(url, { method, headers, ...(bytes ? { body: bytes } : {}) }));
  const { reply, known } = await route(asked, asked.bytes);
  if (!known) throw new Error(`the fake does not know ${method} ${url}`);
  return { status: reply.status, headers: reply.headers, body: typeof reply.body === 'string' ? reply.body : '' };
}

function secretsOf({ headers }: SendRequest): readonly string[] {
  const bearer = /^Bearer (.*)$/.exec(headers['authorization'] ?? '')?.[1];
  return [bearer, headers['x-amz-security-token']].flatMap((text) => text ?? []);
}
