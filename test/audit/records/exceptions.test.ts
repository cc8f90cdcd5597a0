import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CLASSES, type AuditClass } from '../../../src/audit/classes.ts';
import { findException, parseExceptions, readExceptions, signExceptions } from '../../../src/audit/records/index.ts';
import type { AuditException } from '../../../src/audit/records/index.ts';
import type { Row } from '../../../src/audit/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { readTrust } from '../../../src/record/index.ts';
import { AUDITOR, STEP } from '../../record/support/attestations.ts';
import { KEYLESS_TRUST, signText } from '../../record/support/keyless.ts';
import { NOW, payloadText, refusal, SIGNER, TRUST } from '../../record/support/records.ts';
import { makeKeyPair } from '../../signing/support/keys.ts';
import { failure } from './support/checkpoints.ts';
import { makeFolder } from './support/folder.ts';

const YAML = `version: 1
exceptions:
  - id: hotfix-7
    reason: Vercel's dashboard was used while Bitbucket was down.
    approver: Ada
    ticket: OPS-7
    expires: 2026-11-30
    covers:
      classes: [UNEXPLAINED, UNRECORDED_PROMOTION]
      projects: [prj_abc]
      sources: [cli]
      from: 2026-11-20
      until: 2026-11-24T12:00:00Z
`;
const bytes = (text: string): Uint8Array => Buffer.from(text);
const AT = Date.UTC(2026, 10, 23);

const row = (changes: Partial<Row> = {}): Row => ({
  ...{ kind: 'deployment', id: 'dpl_1', class: 'UNEXPLAINED', reasons: [], at: AT, projectId: 'prj_abc' },
  ...{ target: 'production', production: true, checks: [], person: 'Eve' },
  deployment: { id: 'dpl_1', source: 'cli', readyState: 'READY' },
  ...changes,
});

describe('a file of exceptions', () => {
  it('is read with days to their end', () => {
    const { items, digest } = parseExceptions(bytes(YAML));
    expect(digest).toBe(createHash('sha256').update(YAML).digest('hex'));
    expect(items).toMatchObject([
      {
        ...{ id: 'hotfix-7', approver: 'Ada', ticket: 'OPS-7', expires: Date.UTC(2026, 11, 1) },
        covers: { sources: ['cli'], from: Date.UTC(2026, 10, 20), until: Date.UTC(2026, 10, 24, 12) },
      },
    ]);
    expect(parseExceptions(bytes(JSON.stringify(parseExceptions(bytes(YAML)).file))).items).toEqual(items);
  });

  it('is refused with all of its faults at once', () => {
    const broken = YAML.replace('UNRECORDED_PROMOTION', 'FORGED_LINK')
      .replace('2026-11-30', '2026-02-30')
      .replace('    approver: Ada\n', '')
      .replace('2026-11-24T12:00:00Z', '2026-11-01');
    const twice = `${broken}  - { id: hotfix-7, reason: r, approver: a, ticket: t, expires: 2026-01-01, covers: { classes: [UNTIMED] } }\n`;
    const { faults, message } = refusal('USAGE', () => parseExceptions(bytes(twice)));
    expect(message).toBe('The file of exceptions has 6 faults.');
    expect(faults).toEqual([
      expect.stringContaining('approver: missing'),
      expect.stringContaining('expires: "2026-02-30" is no day'),
      expect.stringMatching(/^8:\d+ .*classes\[1\]: got "FORGED_LINK"; wanted a class that is a finding/),
      expect.stringContaining('until: "2026-11-01", which is not after from'),
      expect.stringContaining('id: "hotfix-7" again; wanted each id once'),
      expect.stringContaining('covers: too wide; wanted one of deployments, projects, sources, persons'),
    ]);
  });

  it('lets every class that is a finding be excused, and no other', () => {
    const names = Object.keys(CLASSES) as AuditClass[];
    const allowed = names.filter((name) => {
      const text = YAML.replace('[UNEXPLAINED, UNRECORDED_PROMOTION]', `[${name}]`);
      try {
        return parseExceptions(bytes(text)).items.length === 1;
      } catch {
        return false;
      }
    });
    expect(allowed).toEqual(names.filter((name) => CLASSES[name].weight === 'finding'));
  });
});

describe('a signed file of exceptions', () => {
  const parsed = parseExceptions(bytes(YAML));
  const write = (text: string): string => {
    const folder = makeFolder({ 'x.exceptions.sigstore.json': text });
    return `${folder}/x.exceptions.sigstore.json`;
  };
  const base = { files: nodeFiles, trust: TRUST, signer: undefined, now: NOW };

  it('gives its exceptions, by a key and by the step that may sign', async () => {
    const signed = await signExceptions({ parsed, signer: SIGNER, identity: undefined, now: NOW });
    expect(signed.statement.subject).toEqual([{ name: 'exceptions', digest: { sha256: parsed.digest } }]);
    const read = await readExceptions({ ...base, path: write(signed.bundleJson) });
    expect(read.items).toEqual(parsed.items);
    expect(read.signed.assurance).toBe('static-key');
    const keyless = await signExceptions({ parsed, ...STEP, now: NOW });
    const path = write(keyless.bundleJson);
    expect((await readExceptions({ ...base, trust: KEYLESS_TRUST, signer: AUDITOR, path })).items).toEqual(
      parsed.items,
    );
    expect(await failure(readExceptions({ ...base, trust: KEYLESS_TRUST, path }))).toMatchObject({
      code: 'TRUST_MATERIAL_MISSING',
    });
  });

  it('excuses nothing by another key, or after a change, or unsigned', async () => {
    const { bundleJson } = await signExceptions({ parsed, signer: SIGNER, identity: undefined, now: NOW });
    const trust = readTrust({ publicKey: makeKeyPair().publicPem });
    const wanted = {
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('The signed file of exceptions does not hold.'),
    };
    expect(await failure(readExceptions({ ...base, trust, path: write(bundleJson) }))).toMatchObject(wanted);
    expect(await failure(readExceptions({ ...base, path: write(YAML) }))).toMatchObject(wanted);
    const spoiled = await signText(payloadText(bundleJson).replace('UNEXPLAINED', 'RECORD_REMOVED'), SIGNER);
    expect(await failure(readExceptions({ ...base, path: write(spoiled) }))).toMatchObject({
      ...wanted,
      faults: [expect.stringContaining('RECORD_REMOVED')],
    });
    const path = `${makeFolder()}/none`;
    expect(await failure(readExceptions({ ...base, path }))).toMatchObject({
      code: 'USAGE',
      got: `nothing at ${path}`,
    });
    writeFileSync(path, '');
    expect(await failure(readExceptions({ ...base, path }))).toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});

describe('an exception', () => {
  const { items } = parseExceptions(bytes(YAML));
  const [only] = items as readonly [AuditException];

  it('covers a row that has all that it names', () => {
    expect(findException(row(), items, NOW)).toEqual({
      ...{ id: 'hotfix-7', approver: 'Ada', ticket: 'OPS-7', expires: Date.UTC(2026, 11, 1) },
      reason: "Vercel's dashboard was used while Bitbucket was down.",
    });
  });

  it.each([
    { name: 'class', changes: { class: 'MISMATCH' as const } },
    { name: 'project', changes: { projectId: 'prj_other' } },
    { name: 'source', changes: { deployment: { id: 'dpl_1', source: 'git', readyState: 'READY' } } },
    { name: 'source, for there is none', changes: { kind: 'change' as const, deployment: undefined } },
    { name: 'time before', changes: { at: Date.UTC(2026, 10, 20) - 1 } },
    { name: 'time after', changes: { at: Date.UTC(2026, 10, 24, 12) } },
  ])('does not cover another $name', ({ changes }) => {
    expect(findException({ ...row(), ...changes } as Row, items, NOW)).toBeUndefined();
  });

  it('covers nothing after its last day', () => {
    expect(findException(row(), items, Date.UTC(2026, 11, 1) - 1)?.id).toBe('hotfix-7');
    expect(findException(row(), items, Date.UTC(2026, 11, 1))).toBeUndefined();
  });

  it('never covers what may be a lie, or could not be looked at, whatever it names', () => {
    const classes = Object.keys(CLASSES) as AuditClass[];
    const wide = [{ ...only, covers: { classes, projects: ['prj_abc'] } }];
    const covered = classes.filter((name) => findException(row({ class: name }), wide, NOW));
    expect(covered).toEqual(classes.filter((name) => CLASSES[name].weight === 'finding'));
  });

  it('covers deployments and persons by name, the first of several', () => {
    const by = (covers: Partial<AuditException['covers']>, id: string): AuditException => ({
      ...only,
      ...{ id, covers: { classes: ['UNEXPLAINED'], ...covers } },
    });
    const list = [
      by({ deployments: ['dpl_2'] }, 'a'),
      by({ persons: ['Eve'] }, 'b'),
      by({ deployments: ['dpl_1'] }, 'c'),
    ];
    expect(findException(row(), list, NOW)?.id).toBe('b');
    expect(findException({ ...row(), person: 'Mallory' }, list, NOW)?.id).toBe('c');
    const byId = [by({ personIds: ['usr_eve'] }, 'd')];
    expect(findException(row(), byId, NOW)).toBeUndefined();
    expect(findException({ ...row(), personId: 'usr_mallory' }, byId, NOW)).toBeUndefined();
    expect(findException({ ...row(), person: 'Mallory', personId: 'usr_eve' }, byId, NOW)?.id).toBe('d');
    expect(findException({ ...row({ id: 'dpl_2' }), deployment: undefined } as unknown as Row, list, NOW)?.id).toBe(
      'a',
    );
  });
});
