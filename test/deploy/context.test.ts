import { describe, expect, it } from '@jest/globals';
import { readContext } from '../../src/deploy/context.ts';
import type { ContextApi } from '../../src/deploy/context-api.ts';
import type { DeployContext } from '../../src/deploy/types.ts';
import { VALUE_CANARY } from '../../src/sandbox/vercel/variables.ts';
import { testClock } from '../support/test-platform.ts';
import {
  contextApi,
  contextScene,
  digest,
  KEYS,
  listed,
  metaOf,
  PREVIEW,
  PRODUCTION,
  PROJECT,
  QA,
  recordId,
} from './support/context.ts';
import { NEVER, refused, reply } from './support/fake-api.ts';

function ask(api: Partial<ContextApi>, target = PRODUCTION, signal = NEVER): Promise<DeployContext> {
  return readContext(contextApi(api), { projectId: PROJECT, target, metaKeys: KEYS }, { clock: testClock() }, signal);
}

describe('the earlier records', () => {
  const production = (n: number): object => listed(n, { target: 'production' });

  it('are the last five of any target, and the last of this one', async () => {
    const { read, sandbox } = await contextScene();
    const plant = (n: number, target: 'production' | null): unknown =>
      sandbox.vercel.plantDeployment({ projectId: PROJECT, target, meta: metaOf(n), createdAt: 1000 + n });
    plant(1, 'production');
    for (let n = 2; n <= 30; n += 1) plant(n, null);
    sandbox.vercel.plantDeployment({ projectId: 'prj_new', meta: metaOf(99) });
    const context = await read();
    expect(context.previous?.map((one) => one.recordId)).toEqual([30, 29, 28, 27, 26].map(recordId));
    expect(context.lastOfTarget).toMatchObject({
      recordId: recordId(1),
      intentDigest: digest(1),
      createdAt: 1001,
      build: '1/1/',
    });
    expect((await read(PREVIEW)).lastOfTarget?.recordId).toBe(recordId(30));
    expect((await read(QA)).lastOfTarget).toBeUndefined();
  });

  it('of production are known where one of the two lists is', async () => {
    const onlyAll = await ask({
      deployments: (_, target) =>
        Promise.resolve(target ? refused(500, 'boom') : reply(200, { deployments: [production(3)] })),
    });
    expect(onlyAll).toMatchObject({
      refusals: ['deployments: status 500 boom'],
      lastOfTarget: { recordId: recordId(3) },
    });
    const onlyProduction = await ask({
      deployments: (_, target) =>
        Promise.resolve(target ? reply(200, { deployments: [production(3)] }) : refused(500, 'boom')),
    });
    expect(onlyProduction.previous).toBeUndefined();
    expect(onlyProduction.lastOfTarget?.recordId).toBe(recordId(3));
  });
});

describe('a custom environment', () => {
  const environment = { id: 'env_qa', slug: 'qa' };
  const inProject = (): Promise<ReturnType<typeof reply>> =>
    Promise.resolve(reply(200, { customEnvironments: [environment] }));
  const denied = (): Promise<ReturnType<typeof reply>> => Promise.resolve(refused(403, 'forbidden'));

  it.each<{ name: string; api: Partial<ContextApi>; id: string | undefined; refusals: string[] }>([
    {
      name: 'in the project alone',
      api: { settings: inProject, customEnvironments: denied },
      id: 'env_qa',
      refusals: [],
    },
    {
      name: 'nowhere',
      api: {},
      id: undefined,
      refusals: ['variables: the id of the custom environment is not known'],
    },
    {
      name: 'where nobody may look',
      api: { customEnvironments: denied },
      id: undefined,
      refusals: [
        'customEnvironments: status 403 forbidden',
        'variables: the id of the custom environment is not known',
      ],
    },
  ])('is looked for: $name', async ({ api, id, refusals }) => {
    expect(await ask(api, QA)).toMatchObject({ customEnvironmentId: id, refusals });
  });

  it('may be named by its id', async () => {
    const context = await ask({ settings: inProject }, { kind: 'custom', slug: 'env_qa' });
    expect(context.customEnvironmentId).toBe('env_qa');
  });
});

describe('what is no answer', () => {
  it('is refused part by part, and a server cannot speak through a code', async () => {
    const context = await ask({
      settings: () => Promise.resolve(reply(200, ['no object'])),
      variables: () => Promise.resolve(reply(200, { key: 'A', value: VALUE_CANARY })),
      deployments: () => Promise.resolve(refused(418, `a ${VALUE_CANARY}\nb`)),
    });
    expect(context.refusals).toEqual([
      'settings: status 200',
      'variables: status 200, without envs',
      'deployments: status 418',
    ]);
  });

  it('costs no run, even where the fault is ours', async () => {
    const context = await ask({ settings: () => Promise.reject(new TypeError(VALUE_CANARY)) });
    expect(context.refusals).toEqual(['settings: INTERNAL']);
  });
});
