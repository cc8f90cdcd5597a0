import { describe, expect, it } from '@jest/globals';
import { readDemo } from '../../tools/demo-flags.ts';

describe('the flags of the demo', () => {
  it.each([
    { words: '', demo: { kind: 'deploy' } },
    { words: '--stay', demo: { kind: 'deploy' } },
    { words: '--full', demo: { kind: 'full' } },
    { words: '--audit', demo: { kind: 'audit' } },
    { words: '--audit --stay', demo: { kind: 'audit' } },
    { words: '--stay --audit', demo: { kind: 'audit' } },
    { words: '--chain entra', demo: { kind: 'chain', chain: 'entra' } },
  ])('"$words" are known', ({ words, demo }) => {
    expect(readDemo(words.split(' ').filter((word) => word !== ''))).toEqual(demo);
  });

  it.each([
    '--ful',
    'full',
    '--full --audit',
    '--full now',
    '--chain',
    '--chain valueOf',
    '--chain entra okta',
    '--help',
  ])('"%s" are refused, with all that there are', (words) => {
    const refused = (): unknown => readDemo(words.split(' '));
    expect(refused).toThrow(`got "${words}"\n`);
    for (const flag of ['--full', '--audit', '--chain NAME', 'entra', '--stay']) expect(refused).toThrow(flag);
  });

  it.each(['--full --stay', '--chain vault --stay'])('"%s" are refused: that sandbox ends by itself', (words) => {
    expect(() => readDemo(words.split(' '))).toThrow(/^--stay: not with --(?:full|chain vault)\n/);
  });
});
