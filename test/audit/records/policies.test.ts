import { describe, expect, it } from '@jest/globals';
import { readPolicyList } from '../../../src/audit/records/index.ts';
import { refusal } from '../../record/support/records.ts';

const [ONE, TWO] = ['a'.repeat(64), 'b'.repeat(64)];
const read = (text: string): unknown => readPolicyList(Buffer.from(text));

describe('a list of allowed policies', () => {
  it('is read from YAML and JSON, days to their end', () => {
    const yaml = `- digest: ${ONE}\n  from: 2026-01-01\n  until: 2026-06-30\n  name: first\n  expires: 2026-07-31\n- { digest: ${TWO}, from: 2026-07-01T06:00:00Z }\n`;
    const wanted = [
      {
        ...{ digest: ONE, from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 6, 1), name: 'first' },
        expires: Date.UTC(2026, 7, 1),
      },
      { digest: TWO, from: Date.UTC(2026, 6, 1, 6) },
    ];
    expect(read(yaml)).toEqual(wanted);
    expect(read(JSON.stringify([{ digest: TWO, from: '2026-07-01T06:00:00Z' }]))).toEqual(wanted.slice(1));
  });

  it('may say for whose steps a policy decides, with braces or without', () => {
    const [bare, other] = ['22222222-2222-4222-8222-22222222222a', '33333333-3333-4333-8333-333333333333'];
    const text = `- { digest: ${ONE}, from: 2026-01-01, repositories: ['{${bare.toUpperCase()}}', ${other}] }\n`;
    expect(read(text)).toMatchObject([{ repositories: [bare, other] }]);
    const { faults } = refusal('USAGE', () => read(text.replace(other, 'acme/web')));
    expect(faults).toEqual([expect.stringContaining('[0].repositories[1]: got "acme/web"; wanted a repository')]);
  });

  it('may hold one policy for two periods', () => {
    const twice = `- { digest: ${ONE}, from: 2026-01-01, until: 2026-01-31 }\n- { digest: ${ONE}, from: 2026-03-01 }\n`;
    expect(read(twice)).toHaveLength(2);
  });

  it('is refused with all of its faults at once', () => {
    const text = `- { digest: ABC, from: 2026-02-30 }\n- { digest: ${ONE}, from: 2026-03-02, until: 2026-03-01, note: x }\n- { digest: ${TWO}, from: 2026-01-01T25:00:00Z, expires: soon }\n`;
    const { faults, message, fix } = refusal('USAGE', () => read(text));
    expect(message).toBe('The file of policies has 6 faults.');
    expect(faults).toEqual([
      expect.stringContaining('1:5 [0].digest: got "ABC"; wanted 64 lower-case hex digits'),
      expect.stringContaining('[0].from: "2026-02-30" is no day'),
      expect.stringContaining('[1].until: "2026-03-01", which is not after from'),
      expect.stringContaining('[1].note: unknown key'),
      expect.stringContaining('[2].from: "2026-01-01T25:00:00Z" is no time'),
      expect.stringContaining('[2].expires: got "soon"'),
    ]);
    expect(fix).toContain('schemas/audit-policies.schema.json');
  });

  it.each(['[]', '', '{}'])('is refused where it is none: %p', (text) => {
    expect(refusal('USAGE', () => read(text)).message).toContain('The file of policies has one fault');
  });
});
