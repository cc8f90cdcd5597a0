import { describe, expect, it } from '@jest/globals';
import { judgeOutput } from './support/judge-output.ts';

const AGAIN = 'Build again with `vercel build`.';
const CONFIG = '.vercel/output/config.json';
const STATIC = '.vercel/output/static';
const IMMUTABLE = '.vercel/output/immutable.json';

describe('what would be public', () => {
  it.each([
    '.npmrc',
    '.env.local',
    'deep/.env.production.local',
    '.git/config',
    '.ssh/known_hosts',
    'id_ed25519',
    '.NPMRC',
  ])('is refused: %s', async (name) => {
    expect((await judgeOutput({ [`${STATIC}/${name}`]: 'x' })).faults).toEqual([
      `${STATIC}/${name}: looks like a secret, and would be public. Remove it before the build.`,
    ]);
  });

  it.each(['.env', '.env.production', 'server.pem', 'a/tls.key'])('is warned of: %s', async (name) => {
    expect(await judgeOutput({ [`${STATIC}/${name}`]: 'x' })).toMatchObject({
      faults: [],
      warnings: [`${STATIC}/${name}: may hold secrets, and will be public.`],
    });
  });

  it.each(['env.js', '.well-known/security.txt', 'keyboard.html', 'node_modules/tls/test/cert.pem'])(
    'is fine: %s',
    async (name) => {
      expect(await judgeOutput({ [`${STATIC}/${name}`]: 'x' })).toMatchObject({ faults: [], warnings: [] });
    },
  );
});

describe('overrides', () => {
  it('are for files in static/, also along links', async () => {
    const overrides = { 'index.html': { path: 'index' }, 'linked/a.html': {}, '/index.html': {} };
    const { warnings } = await judgeOutput({
      [CONFIG]: JSON.stringify({ version: 3, overrides }),
      '.vercel/output/other/a.html': 'a',
      [`${STATIC}/linked`]: { link: '../other' },
    });
    expect(warnings).toEqual([]);
  });

  it('for nothing are warned of', async () => {
    const overrides = { 'index.html': {}, 'gone.html': {}, '../config.json': {}, '../../../../../etc': {}, 'a\nb': {} };
    const { faults, warnings } = await judgeOutput({ [CONFIG]: JSON.stringify({ version: 3, overrides }) });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([
      `${CONFIG}: overrides for gone.html, ../config.json, ../../../../../etc, "a\\nb", and no such file is in ${STATIC}. Vercel ignores that.`,
    ]);
  });
});

describe('immutable.json', () => {
  const file = { [`${STATIC}/_vercel/immutable/a-1.js`]: 'a' };

  it('may name what is in static/', async () => {
    const text = '{"version":1,"hashes":{"/_vercel/immutable/a-1.js":"hash"}}';
    expect(await judgeOutput({ ...file, [IMMUTABLE]: text })).toMatchObject({ faults: [], warnings: [] });
  });

  it.each([
    { name: 'no JSON', text: '', fault: 'not JSON.' },
    { name: 'no hashes', text: '{"version":1}', fault: 'hashes is no object of texts.' },
    {
      name: 'a hash that is a number',
      text: '{"version":1,"hashes":{"/a":1}}',
      fault: 'hashes is no object of texts.',
    },
    { name: 'an empty hash', text: '{"version":1,"hashes":{"/a":""}}', fault: 'hashes is no object of texts.' },
  ])('is refused: $name', async ({ text, fault }) => {
    expect((await judgeOutput({ [IMMUTABLE]: text })).faults).toEqual([`${IMMUTABLE}: ${fault} ${AGAIN}`]);
  });

  it('is warned of where it is of another version, or names what is not there', async () => {
    expect(await judgeOutput({ [IMMUTABLE]: '{"version":2,"hashes":5}' })).toMatchObject({
      faults: [],
      warnings: [`${IMMUTABLE}: version 2, and this pipe knows 1 alone; it is sent as it is.`],
    });
    expect(await judgeOutput({ [IMMUTABLE]: '{"version":1,"hashes":{"/_vercel/immutable/b.js":"h"}}' })).toMatchObject({
      faults: [],
      warnings: [`${IMMUTABLE}: hashes of /_vercel/immutable/b.js, and no such file is in ${STATIC}. ${AGAIN}`],
    });
  });
});
