import { PipeError } from '../errors.ts';
import { readTrust, verifyRecord, type VerifiedRecord } from '../record/index.ts';
import { isGenerated } from '../smoke/index.ts';
import { chooseDeployment } from '../variables/index.ts';
import { readInClone } from './named-record.ts';
import type { Who } from './prepare.ts';
import { verifyEarlier } from './record-trust.ts';
import type { Run } from './run.ts';
import { findRecord, type ReadRecord } from './smoke-records.ts';
import type { Story } from './story.ts';

/** Keys that sign records and are of no step's token: `schemas/deploy-keys.schema.json`. */
const KEY_LIST = 'deploy-keys.json';

/** What is tested, and what vouches for its address. */
export interface TestedSite {
  readonly host: string;
  readonly deploymentId: string | undefined;
  /** Undefined where nothing does; `why` then says so. */
  readonly record: VerifiedRecord | undefined;
  readonly why: string;
}

/**
 * The address of what `DEPLOYMENT` names. A step that tests has no Vercel credential, so Vercel is not asked: the deploy
 * step's record has the address that Vercel's API returned, under a signature. Without a record that can be checked, only
 * an address that Vercel itself makes is taken, and the step's token is not shown to it.
 * @throws {PipeError} `VARIABLES_INVALID` where there is no address; as `verifyRecord` does for a record that does not hold.
 */
export async function findSite(run: Run, story: Story, who: Who): Promise<TestedSite> {
  const read = await findRecord(run);
  if (!read) return withoutRecord(run);
  const record = await verify(run, story, who, read);
  // Of the signed text where there is one: it was parsed by other rules.
  const deployment = record
    ? record.statement.predicate.vercel.deployment
    : { id: read.said.deploymentId, url: read.said.url };
  const host = deployment?.url?.replace('https://', '') ?? '';
  if (!record) requireGenerated(host, read.name);
  const why = record ? '' : `${read.name}, whose signature could not be checked here`;
  return { host, deploymentId: deployment?.id, record, why };
}

/** Undefined for a record by a key that this step does not know; one that does not hold ends the run. */
async function verify(run: Run, story: Story, who: Who, read: ReadRecord): Promise<VerifiedRecord | undefined> {
  const { log, clock } = run.platform;
  try {
    const record = await verifyEarlier({ run, story, who }, { result: read.text, intent: undefined });
    log.info(`Record:  ${read.name} holds, signed by ${record.keyId} (${record.assurance})`);
    return record;
  } catch (error) {
    if (!(error instanceof PipeError) || error.code !== 'TRUST_MATERIAL_MISSING') throw error;
    const keyList = await readInClone(run, `${run.config.cloneDir}/${KEY_LIST}`);
    if (keyList !== undefined) {
      return verifyRecord(read.text, readTrust({ keyList }), { allowSandbox: run.config.sandbox, now: clock.now() });
    }
    log.warn(
      `${read.name} is signed by a key that this step does not know, so its signature was not checked. ${KEY_LIST} in the clone would name it.`,
    );
    return undefined;
  }
}

function withoutRecord({ config }: Run): TestedSite {
  const choice = chooseDeployment(config.after.deployment ?? '');
  if (choice?.kind === 'address') {
    requireGenerated(choice.host, 'DEPLOYMENT');
    return { host: choice.host, deploymentId: undefined, record: undefined, why: 'an address that DEPLOYMENT gives' };
  }
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: 'No record tells which address DEPLOYMENT has, and a test has no Vercel credential to ask with.',
    got: `DEPLOYMENT: ${config.after.deployment ?? ''}, and no result of it in ${config.recordDir}`,
    wanted: "the deploy step's result record in RECORD_DIR",
    fix: "Let the deploy step share its records with this one: artifacts with type: shared and paths: ['deploy-records/**'].",
  });
}

/** Nothing vouches for it, so it must at least be a name of Vercel's: no inner host is asked on anyone's word. */
function requireGenerated(host: string, from: string): void {
  if (isGenerated(host)) return;
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: 'Nothing vouches for the address that was to be tested.',
    got: `${host === '' ? 'none' : host}, from ${from}`,
    wanted: "a deployment's own address (…vercel.app), or a record whose signature can be checked here",
    fix: 'Name the deployment by its own address, or by its record.',
  });
}
