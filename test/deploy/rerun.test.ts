import { describe, expect, it } from '@jest/globals';
import { findEarlier, type Rerun } from '../../src/deploy/rerun.ts';
import { NEVER, refused, reply, scriptApi } from './support/fake-api.ts';

const RERUN: Rerun = {
  projectId: 'prj_web',
  metaKey: 'key',
  metaValue: 'k1',
  target: 'production',
  creatorId: 'app_1',
  productionDeploymentId: 'dpl_1',
  objectToMeta: (meta) => Promise.resolve(meta['proof'] === 'good' ? undefined : 'its proof is bad.'),
};
const EARLIER = {
  id: 'dpl_1',
  url: 'web-1.vercel.app',
  readyState: 'READY',
  aliasAssigned: 1,
  target: 'production',
  meta: { key: 'k1', proof: 'good' },
  creator: { uid: 'app_1', type: 'app' },
};

interface Case {
  readonly name: string;
  readonly earlier?: object;
  readonly rerun?: Partial<Rerun>;
  readonly says: RegExp;
}

const OBJECTIONS: readonly Case[] = [
  { name: 'made by someone else', earlier: { creator: { uid: 'usr_evil' } }, says: /made by usr_evil, not by app_1/ },
  {
    name: 'with a forged proof',
    earlier: { meta: { key: 'k1', proof: 'bad' } },
    says: /not taken: its proof is bad/,
  },
  { name: 'for another target', rerun: { target: 'preview' }, says: /target is production, not preview/ },
  { name: 'not live', earlier: { readyState: 'BUILDING' }, says: /BUILDING, and not live/ },
  { name: 'failed', earlier: { readyState: 'ERROR' }, says: /ERROR, and not live/ },
  { name: 'ready, but without its domains', earlier: { aliasAssigned: false }, says: /READY, and not live/ },
  {
    name: 'no longer in production',
    rerun: { productionDeploymentId: 'dpl_9' },
    says: /no longer the one that serves production/,
  },
  { name: 'of nobody knows whom', rerun: { creatorId: undefined }, says: /does not say who this token is/ },
];

describe("a step's earlier deployment", () => {
  it('is taken where nothing speaks against it', async () => {
    const bench = scriptApi({ findByMeta: [reply(200, { deployments: [EARLIER] })], read: [reply(200, EARLIER)] });
    expect(await findEarlier(bench, RERUN, NEVER)).toMatchObject({ deployment: { id: 'dpl_1' } });
  });

  it.each(OBJECTIONS)('is left alone where it is $name', async ({ earlier = {}, rerun = {}, says }) => {
    const found = { ...EARLIER, ...earlier };
    const bench = scriptApi({ findByMeta: [reply(200, { deployments: [found] })], read: [reply(200, found)] });
    expect(await findEarlier(bench, { ...RERUN, ...rerun }, NEVER)).toBeUndefined();
    expect(bench.log.text()).toMatch(says);
  });

  it('is left alone where there are two, because one may be a copy', async () => {
    const two = [EARLIER, { ...EARLIER, id: 'dpl_2' }];
    const rerun = { ...RERUN, target: 'preview' };
    const found = two.map((one) => ({ ...one, target: null }));
    const bench = scriptApi({
      findByMeta: [reply(200, { deployments: found })],
      read: found.map((one) => reply(200, one)),
    });
    expect(await findEarlier(bench, rerun, NEVER)).toBeUndefined();
    expect(bench.log.text()).toMatch(/warn 2 deployments say that they are this step's earlier work/);
  });

  it('is not guessed where Vercel cannot list', async () => {
    const bench = scriptApi({ findByMeta: [refused(500, 'boom')] });
    await expect(findEarlier(bench, RERUN, NEVER)).rejects.toMatchObject({ code: 'SERVICE_FAILED' });
  });
});
