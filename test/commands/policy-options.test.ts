import { describe, expect, it } from '@jest/globals';
import { readPolicyOptions } from '../../src/commands/policy-options.ts';
import { PipeError } from '../../src/errors.ts';

function refusalOf(args: readonly string[]): PipeError {
  try {
    readPolicyOptions(args, '/clone');
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('the command line of policy', () => {
  it.each([
    { args: ['render'], files: ['/clone/deploy-policy.yml'], options: {} },
    { args: ['drift', 'p.yml', '--team', 'team_a'], files: ['/clone/p.yml'], options: { '--team': 'team_a' } },
    { args: ['render', '--form=aws', '/p.yml'], files: ['/p.yml'], options: { '--form': 'aws' } },
    // Base64 and addresses hold the sign too.
    {
      args: ['render', '--hop-subject=a=b='],
      files: ['/clone/deploy-policy.yml'],
      options: { '--hop-subject': 'a=b=' },
    },
    {
      args: ['sign', 'p.yml', '--after', 'old.jws', '--out', '/tmp/new.jws', '--serial', '7'],
      files: ['/clone/p.yml'],
      options: { '--after': '/clone/old.jws', '--out': '/tmp/new.jws', '--serial': '7' },
    },
    { args: ['test', 'p.yml', 't.yml'], files: ['/clone/p.yml', '/clone/t.yml'], options: {} },
  ])('is read: $args', ({ args, files, options }) => {
    expect(readPolicyOptions(args, '/clone')).toEqual({ verb: args[0], files, options, flags: [] });
  });

  it('takes flags', () => {
    expect(readPolicyOptions(['renew', '--write', 'p.yml'], '/clone')).toMatchObject({
      flags: ['--write'],
      files: ['/clone/p.yml'],
    });
  });

  it('is told whole where the verb is missing or unknown', () => {
    for (const [args, got] of [
      [[], 'nothing'],
      [['rendr'], '"rendr"'],
      [['toString'], '"toString"'],
    ] as const) {
      const refusal = refusalOf(args);
      expect(refusal).toMatchObject({ code: 'USAGE', exitStatus: 2, got, wanted: 'render, drift, sign, renew, test' });
      expect(refusal.fix?.split('\n').map((line) => line.split(' [', 1)[0])).toEqual([
        'Write one of these; POLICY is deploy-policy.yml where it is left out:',
        'policy render',
        'policy drift',
        'policy sign',
        'policy renew',
        'policy test',
      ]);
    }
  });

  it('is refused with every fault at once, and the usage of the verb', () => {
    expect(
      refusalOf(['renew', 'a', 'b', '--days', 'x', '--days', '3', '--frce', '--write', '--out', '-', '', '--out']),
    ).toMatchObject({
      code: 'USAGE',
      faults: [
        '--days: given twice',
        '"--frce": not known',
        'an empty word',
        '--out: nothing follows it',
        '2 files; wanted at most 1',
        '--days: wanted a number, got "x"',
        '--write and --out: wanted one of them',
      ],
      wanted: 'policy renew [POLICY] [--days NUMBER] [--write | --out FILE]',
    });
    expect(refusalOf(['drift', '--out', 'x'])).toMatchObject({ faults: ['"--out": not known'] });
  });
});
