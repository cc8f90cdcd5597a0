import { describe, expect, it } from '@jest/globals';
import { checkBuilds, checkCount, checkServed } from '../../src/deploy/checks.ts';
import { MAX_NAMES } from '../../src/deploy/tree.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { judgeOutput } from './support/judge-output.ts';
import { makeTree, noFindings } from './support/output-tree.ts';

const AGAIN = 'Build again with `vercel build`.';
const CONFIG = '.vercel/output/config.json';
const BUILDS = '.vercel/output/builds.json';

describe('config.json', () => {
  it.each([
    { name: 'no JSON', text: 'version: 3', fault: `${CONFIG}: not JSON. ${AGAIN}` },
    { name: 'a list', text: '[3]', fault: `${CONFIG}: not a JSON object. ${AGAIN}` },
    { name: 'version 2', text: '{"version":2}', fault: `${CONFIG}: version 2, and Vercel takes 3 alone. ${AGAIN}` },
    {
      name: 'version "3"',
      text: '{"version":"3"}',
      fault: `${CONFIG}: version "3", and Vercel takes 3 alone. ${AGAIN}`,
    },
    { name: 'no version', text: '{}', fault: `${CONFIG}: version nothing, and Vercel takes 3 alone. ${AGAIN}` },
  ])('is refused: $name', async ({ text, fault }) => {
    expect((await judgeOutput({ [CONFIG]: text })).faults).toEqual([fault]);
  });

  it('is refused where it is missing, or a link out', async () => {
    expect((await judgeOutput({ [CONFIG]: { link: 'none.json' } })).faults).toContain(`${CONFIG}: missing. ${AGAIN}`);
    expect((await judgeOutput({ [CONFIG]: { link: '/etc/hostname' } })).faults).toContain(
      `${CONFIG}: not a file in the deployed folder. ${AGAIN}`,
    );
  });

  it.each(['a', 'dpl_A-9', 'x'.repeat(32)])('may have the deploymentId %s', async (deploymentId) => {
    expect((await judgeOutput({ [CONFIG]: JSON.stringify({ version: 3, deploymentId }) })).faults).toEqual([]);
  });

  it.each(['', 'x'.repeat(33), 'a.b', 'a b', 'ä', 7, null])(
    'may not have the deploymentId %j',
    async (deploymentId) => {
      expect((await judgeOutput({ [CONFIG]: JSON.stringify({ version: 3, deploymentId }) })).faults).toEqual([
        `${CONFIG}: deploymentId ${JSON.stringify(deploymentId)}; Vercel takes 1 to 32 letters, digits, - and _. Change it where the build sets it.`,
      ]);
    },
  );
});

describe('the framework in config.json', () => {
  const advice = 'Vercel takes a text of at most 50. Change it where the build sets it.';

  it.each([{ slug: 'nextjs', version: '16.0.0' }, { slug: 'x'.repeat(50), version: '' }, { version: 5 }, 'nextjs'])(
    'may be %j',
    async (framework) => {
      expect((await judgeOutput({ [CONFIG]: JSON.stringify({ version: 3, framework }) })).faults).toEqual([]);
    },
  );

  it.each([
    { framework: { slug: 'nextjs' }, fault: `framework.version is nothing; ${advice}` },
    { framework: { slug: 'nextjs', version: 16 }, fault: `framework.version is 16; ${advice}` },
    { framework: { slug: 'x', version: 'y'.repeat(51) }, fault: `framework.version is 51 characters; ${advice}` },
    { framework: { slug: 'x'.repeat(51), version: '1' }, fault: `framework.slug is 51 characters; ${advice}` },
  ])('may not be $framework', async ({ framework, fault }) => {
    expect((await judgeOutput({ [CONFIG]: JSON.stringify({ version: 3, framework }) })).faults).toEqual([
      `${CONFIG}: ${fault}`,
    ]);
  });
});

describe('builds.json', () => {
  it.each([
    { target: 'preview', built: 'preview', flag: undefined },
    { target: 'production', built: 'production', flag: undefined },
    { target: 'preview', built: 'production', flag: 'vercel build' },
    { target: 'production', built: 'preview', flag: 'vercel build --prod' },
    { target: 'staging', built: 'preview', flag: 'vercel build --target=staging' },
  ])('built for $built, deployed to $target', async ({ target, built, flag }) => {
    const findings = noFindings();
    await checkBuilds(nodeFiles, makeTree({ [BUILDS]: JSON.stringify({ target: built }) }), target, findings);
    expect(findings.faults).toEqual(
      flag === undefined ? [] : [`${BUILDS}: built for ${built}, not for TARGET ${target}. Build with \`${flag}\`.`],
    );
  });

  it('built for production, and deployed to what others call production, asks for the name that is meant', async () => {
    const findings = noFindings();
    await checkBuilds(nodeFiles, makeTree({ [BUILDS]: '{"target":"production"}' }), 'prod', findings);
    expect(findings.faults).toEqual([
      `${BUILDS}: built for production, not for TARGET prod. Did you mean TARGET: production? If not, build with \`vercel build --target=prod\`.`,
    ]);
  });

  it.each([
    { name: 'no such file', tree: {}, faults: [] },
    { name: 'no error', tree: { [BUILDS]: '{"builds":[{"use":"@vercel/next"}]}' }, faults: [] },
    { name: 'no JSON', tree: { [BUILDS]: '<' }, faults: [`${BUILDS}: not JSON. ${AGAIN}`] },
    {
      name: 'an error of the whole',
      tree: { [BUILDS]: '{"error":{"message":"exit 1"}}' },
      faults: [`${BUILDS}: the build failed: "exit 1". Mend it and build again.`],
    },
    {
      name: 'an error of one builder',
      tree: { [BUILDS]: '{"builds":[{},{"error":{"code":"X","message":"no\\nmodule"}}]}' },
      faults: [`${BUILDS}: the build failed: "no\\nmodule". Mend it and build again.`],
    },
    {
      name: 'an error without words',
      tree: { [BUILDS]: '{"error":{}}' },
      faults: [`${BUILDS}: the build failed: "no reason given". Mend it and build again.`],
    },
  ])('says: $name', async ({ tree, faults }) => {
    const findings = noFindings();
    await checkBuilds(nodeFiles, makeTree(tree), 'preview', findings);
    expect(findings.faults).toEqual(faults);
  });
});

describe('something to serve', () => {
  it.each([
    { path: 'static/index.html', serves: true },
    { path: 'functions', serves: true },
    { path: 'statics/x', serves: false },
    { path: 'config.json', serves: false },
  ])('$path: $serves', ({ path, serves }) => {
    const findings = noFindings();
    checkServed([{ path: `.vercel/output/${path}`, kind: 'file', size: 1, mode: 0o100644 }], findings);
    expect(findings.faults).toEqual(
      serves ? [] : [`.vercel/output: neither static/ nor functions/ is in it. ${AGAIN}`],
    );
  });
});

it('only what was not walked to its end is too much: an archive takes any number', () => {
  const entry = { path: 'x', kind: 'file', size: 1, mode: 0o100644 } as const;
  const findings = noFindings();
  checkCount(new Array(MAX_NAMES).fill(entry), findings);
  expect(findings.faults).toEqual([]);
  checkCount(new Array(MAX_NAMES + 1).fill(entry), findings);
  expect(findings.faults).toEqual([
    '.vercel/output: more than 100000 files, and no deployment needs as many. Look for a folder that the build copied by mistake.',
  ]);
});
