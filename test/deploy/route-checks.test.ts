import { describe, expect, it } from '@jest/globals';
import { checkRoutes } from '../../src/deploy/route-checks.ts';
import type { Findings } from '../../src/deploy/findings.ts';
import { judgeOutput } from './support/judge-output.ts';
import { noFindings } from './support/output-tree.ts';

const CONFIG = '.vercel/output/config.json';

function judge(routes: unknown): Findings {
  const findings = noFindings();
  checkRoutes({ version: 3, routes }, findings);
  return findings;
}

describe('checkRoutes', () => {
  it.each([
    { name: 'none', routes: undefined },
    { name: 'null', routes: null },
    {
      name: 'handles, sources and things without a source',
      routes: [{ handle: 'filesystem' }, { src: '^/(?<id>[^/]+?)(?:/)?$', dest: '/$id' }, { status: 404 }, 5],
    },
    { name: 'as many as Vercel takes', routes: Array.from({ length: 2048 }, () => ({ src: '/a' })) },
    { name: 'a pattern as long as Vercel takes', routes: [{ src: 'a'.repeat(4096) }] },
  ])('has nothing to say of $name', ({ routes }) => {
    expect(judge(routes)).toEqual(noFindings());
  });

  it('refuses what is no list', () => {
    expect(judge({ src: '/' })).toEqual({
      faults: [`${CONFIG}: routes is no list. Build again with \`vercel build\`.`],
      warnings: [],
    });
  });

  it('counts', () => {
    expect(judge(Array.from({ length: 2049 }, () => ({ src: '/a' }))).warnings).toEqual([
      `${CONFIG}: 2049 routes, and Vercel takes 2048 in one deployment unless the plan says otherwise. Use fewer, or bulk redirects.`,
    ]);
  });

  it('shows a pattern that cannot be read, and where it is', () => {
    expect(judge([{ src: '/ok' }, { src: '^/(a\n' }]).warnings).toEqual([
      `${CONFIG}: src of routes[1] is "^/(a\\n", no regular expression that can be read, so it may never match. Correct it where the build sets it.`,
    ]);
    expect(judge([{ src: `(${'x'.repeat(200)}` }]).warnings).toEqual([
      expect.stringContaining(`is "(${'x'.repeat(99)}…", no regular expression`),
    ]);
  });

  it('neither shows nor reads a pattern that is longer than Vercel takes', () => {
    expect(judge([{ src: '('.repeat(4097) }]).warnings).toEqual([
      `${CONFIG}: src of routes[0] has 4097 characters, and Vercel takes 4096. Make it shorter.`,
    ]);
  });

  it('does not repeat one mistake for ever', () => {
    const { warnings } = judge(Array.from({ length: 500 }, () => ({ src: '(' })));
    expect(warnings).toHaveLength(6);
    expect(warnings[5]).toBe(`${CONFIG}: src of 495 more routes likewise.`);
  });

  it('runs no pattern: this one would take for ever', () => {
    const started = performance.now();
    expect(judge([{ src: `^(${'(a+)+'.repeat(500)})+$` }])).toEqual(noFindings());
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('is part of the look at an output', async () => {
    const { warnings } = await judgeOutput({ [CONFIG]: '{"version":3,"routes":[{"src":"("}]}' });
    expect(warnings).toEqual([expect.stringContaining('src of routes[0] is "("')]);
  });
});
