import { describe, expect, it } from '@jest/globals';
import { quoteText } from '../../src/deploy/findings.ts';
import { Secret } from '../../src/secret.ts';
import { judgeOutput, type Judgement } from './support/judge-output.ts';
import { nodeFunction, type Tree } from './support/output-tree.ts';

const LONG = 'x'.repeat(5000);
const judge = (tree: Tree): Promise<Judgement> => judgeOutput(tree);

describe('a text of the build in a message', () => {
  it('is cut, in quotes', () => {
    expect(quoteText(LONG)).toBe(`"${LONG.slice(0, 160)}…"`);
    expect(quoteText('größe\n')).toBe('"größe\\n"');
  });

  it('is cut after its secrets are out, so that no half of one is left', () => {
    const secret = new Secret('canary-of-a-build-output');
    expect(quoteText(`${'x'.repeat(140)}${secret.reveal()}`)).toBe(`"${'x'.repeat(140)}[redacted]"`);
  });

  it('forges no line where it names what was built for', async () => {
    const { faults } = await judge({ '.vercel/output/builds.json': JSON.stringify({ target: 'x\ny' }) });
    expect(faults).toEqual([expect.stringContaining('built for "x\\ny", not for TARGET preview')]);
  });

  it.each<readonly [string, Tree]>([
    ['a version', { '.vercel/output/config.json': JSON.stringify({ version: LONG }) }],
    [
      'a framework',
      { '.vercel/output/config.json': JSON.stringify({ version: 3, framework: { slug: 'x', version: [LONG] } }) },
    ],
    ['a deploymentId', { '.vercel/output/config.json': JSON.stringify({ version: 3, deploymentId: LONG }) }],
    ['a runtime', nodeFunction('api', { runtime: `nodejs12.x${LONG}` })],
    ['a handler', nodeFunction('api', { handler: LONG.slice(0, 200) })],
    ['a path of filePathMap', nodeFunction('api', { filePathMap: { [LONG]: 7 } })],
    ['a link', { '.vercel/output/static/a': { link: `/${LONG.slice(0, 4000)}` } }],
  ])('makes no message longer than people read: %s', async (_, tree) => {
    const { faults, warnings } = await judge(tree);
    expect([...faults, ...warnings].length).toBeGreaterThan(0);
    for (const line of [...faults, ...warnings]) expect(line.length).toBeLessThan(600);
  });
});
