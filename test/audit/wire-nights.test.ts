import { appendFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readCheckpoint, type Checkpoint } from '../../src/audit/records/index.ts';
import type { Row, Scope } from '../../src/audit/types.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { SIGNER, TRUST } from '../record/support/records.ts';
import { compare } from './support/audit-history.ts';
import { auditWire, writeHistory, type WireAudit } from './support/audit-wire.ts';

const DAY = 24 * 60 * 60_000;
const SINGLE = /\/steps$|\/commit\/[^/]+\/pullrequests$|\/pullrequests\/\d+$/;
/** What a row says of when something was looked at. */
const THEN = / \(as Bitbucket said at [^)]*\)|, as the earlier checkpoint has proved/g;

function readBack({ out, written }: WireAudit, scope: Scope, now: number): Promise<Checkpoint> {
  const [name = ''] = written.filter((file) => file.endsWith('.checkpoint.sigstore.json'));
  return readCheckpoint({ files: nodeFiles, path: `${out}/${name}`, trust: TRUST, signer: undefined, now, scope });
}

function withoutThen(rows: readonly Row[]): unknown {
  return JSON.parse(JSON.stringify(rows).replaceAll(THEN, ''));
}

function singly({ asked }: WireAudit): readonly string[] {
  return asked.filter((path) => SINGLE.test(path));
}

describe.each([21, 23])('nights of a history on the wire, of seed %i', (seed) => {
  it('come out alike, and ask Bitbucket once for what is settled', async () => {
    const written = await writeHistory(seed, 60);
    const { history } = written;
    const now = history.now + 2 * DAY;
    const first = await auditWire(written, { now, signer: SIGNER });
    expect(compare(history, first.rows)).toEqual([]);
    expect(singly(first).length).toBeGreaterThan(10);
    const previous = await readBack(first, history.scope, now);
    const second = await auditWire(written, { now: now + DAY, signer: SIGNER, previous });
    expect(withoutThen(second.rows)).toEqual(withoutThen(first.rows));
    // Of steps that had not ended Bitbucket is asked each night.
    expect(singly(second).length).toBeLessThan(3);
    const said = second.summary.populations.flatMap(({ notes = [] }) => notes).join(' ');
    expect(said).toMatch(/\b\d+ as Bitbucket has said to earlier audits\./);
    expect(JSON.stringify(second.rows)).toContain('as Bitbucket said at');
    const third = await auditWire(written, {
      ...{ now: now + 2 * DAY, signer: SIGNER },
      previous: await readBack(second, history.scope, now + DAY),
    });
    expect(third.rows).toEqual(second.rows);
    expect(singly(third)).toEqual(singly(second));
  }, 60_000);

  it('ask for all of it again where the answers are not beside the checkpoint', async () => {
    const written = await writeHistory(seed, 60);
    const { history } = written;
    const now = history.now + 2 * DAY;
    const first = await auditWire(written, { now, signer: SIGNER });
    const previous = await readBack(first, history.scope, now);
    rmSync(previous.answersFile?.path ?? '');
    const second = await auditWire(written, { now: now + DAY, signer: SIGNER, previous });
    expect(singly(second).toSorted()).toEqual(singly(first).toSorted());
    expect(withoutThen(second.rows)).toEqual(withoutThen(first.rows));
  }, 60_000);
});

it('nothing is asked where the answers were changed', async () => {
  const written = await writeHistory(24);
  const { history } = written;
  const first = await auditWire(written, { signer: SIGNER });
  const previous = await readBack(first, history.scope, history.now);
  appendFileSync(previous.answersFile?.path ?? '', '\n');
  await expect(auditWire(written, { signer: SIGNER, previous })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
}, 60_000);
