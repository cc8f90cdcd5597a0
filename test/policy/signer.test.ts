import { describe, expect, it } from '@jest/globals';
import { decideAccess, type AccessRequest, type Decision } from '../../src/policy/index.ts';
import { GOOD, identityWith, outcome, parse, requestFor } from './support/policy.ts';

const POLICY = parse(GOOD);

/** Of the grant for previews, which stands last in the file. */
function decide({ text, request }: { text: string; request?: Partial<AccessRequest> }): Decision {
  return decideAccess(parse(text), identityWith({}), requestFor(request));
}

describe('the signer', () => {
  const KEYS = "signers:\n  vault: { address: 'https://vault.example.com', role: r, key: k }\ngrants:";
  const preview = (lines: string): string => `${GOOD.replace('grants:', KEYS)}${lines}`;
  const ALL = ['vault', 'key', 'keyless'] as const;

  it.each([
    { name: 'the best of the step, where nothing is said', lines: '', signers: ALL, signer: 'vault' },
    { name: 'the best of the step alone', lines: '', signers: ['keyless'], signer: 'keyless' },
    {
      name: 'the first of the step that the grant lists, in the order of the step',
      lines: '    require: { signers: [keyless, key] }\n',
      signers: ALL,
      signer: 'key',
    },
    { name: 'the one of the grant', lines: '    signer: keyless\n', signers: ALL, signer: 'keyless' },
    {
      name: 'the one of the grant, within its own bounds',
      lines: '    signer: key\n    require: { signers: [vault, key] }\n',
      signers: ALL,
      signer: 'key',
    },
  ] as const)('is $name', ({ lines, signers, signer }) => {
    expect(decide({ text: preview(lines), request: { signers } })).toMatchObject({ grant: { signer } });
  });

  it.each([
    { lines: '    signer: vault\n', signers: ['key', 'keyless'], says: 'signer: wanted "vault", got "key, keyless".' },
    {
      lines: '    require: { signers: [vault, key] }\n',
      signers: ['keyless'],
      says: 'signer: wanted "vault" or "key", got "keyless".',
    },
  ] as const)('that the step lacks is no grant: $says', ({ lines, signers, says }) => {
    const decision = decide({ text: preview(lines), request: { signers } });
    expect(decision).not.toHaveProperty('grant');
    expect(outcome(decision)).toContain(`matches, but not what it requires: ${says}`);
  });

  it('against its own bounds, in a policy that nobody parsed, is no grant', () => {
    const [rule, other] = POLICY.grants;
    if (!rule || !other) throw new Error('two grants');
    const grants = [rule, { ...other, signer: 'vault', require: { signers: ['key'] } } as const];
    const decision = decideAccess({ ...POLICY, grants }, identityWith({}), requestFor({ signers: ALL }));
    expect(outcome(decision)).toContain('signer: wanted "vault", got "vault, key, keyless".');
  });
});

describe('timestamp and store', () => {
  const text = `${GOOD}    require: { timestamp: true, store: true }\n`;

  it.each([
    { request: { timestamp: true, store: true }, says: 'grant web-preview' },
    { request: { timestamp: true }, says: 'requires: store: wanted "RECORD_STORE", got nothing.' },
    { request: { store: true }, says: 'requires: timestamp: wanted "TIMESTAMP_URL", got nothing.' },
  ])('are required: $says', ({ request, says }) => {
    expect(outcome(decide({ text, request }))).toContain(says);
  });

  it.each([
    { line: 'timestamp: true', enough: { timestamp: true }, other: { store: true } },
    { line: 'store: true', enough: { store: true }, other: { timestamp: true } },
  ])('are each by itself: $line', ({ line, enough, other }) => {
    const alone = `${GOOD}    require: { ${line} }\n`;
    expect(outcome(decide({ text: alone, request: enough }))).toBe('grant web-preview');
    expect(outcome(decide({ text: alone, request: other }))).toContain('matches, but not what it requires');
  });

  it('are not, where the grant spells that out', () => {
    const spelt = text.replace('timestamp: true, store: true', 'timestamp: false, store: false');
    expect(outcome(decide({ text: spelt }))).toBe('grant web-preview');
  });
});
