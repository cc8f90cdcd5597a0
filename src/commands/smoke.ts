import type { ExitStatus } from '../errors.ts';
import { DEFAULT_AUDIENCE } from '../identity/index.ts';
import { describeSmoke } from '../record/index.ts';
import { redact, type Secret } from '../secret.ts';
import { isGenerated, SMOKE_AUDIENCE, smokeFailed, unvouchedHost, type SmokeReport } from '../smoke/index.ts';
import { toAscii } from '../text.ts';
import { nameTarget } from '../variables/index.ts';
import { identify } from './authorize.ts';
import { baseName, openFolder } from './homes.ts';
import { prepareWho, type Who } from './prepare.ts';
import type { Run } from './run.ts';
import { checkSite, showStepToken } from './smoke-check.ts';
import { findSite, type TestedSite } from './smoke-site.ts';
import { startStory, type Story } from './story.ts';

/**
 * `COMMAND: smoke`: tests a deployment that is there, in a step of its own. It has no Vercel credential and changes
 * nothing; its token, if it has one, is for this alone. What came of it is in the log, the exit status, and an unsigned
 * file beside the records.
 */
export async function runSmokeTest(run: Run): Promise<ExitStatus> {
  const { config, platform } = run;
  const { log } = platform;
  const where = `${nameTarget(config.target)} of project ${config.projectId} in team ${config.teamId}`;
  log.info(toAscii(`Smoke:   ${config.after.deployment ?? ''}, ${where}`));
  const story = startStory();
  const who = await prepareWho(run);
  const site = await findSite(run, story, who);
  const report = await checkSite(run, story, 'deployment', {
    host: site.host,
    patience: 'warming',
    token: () => showToken(run, who, site),
  });
  const path = await openFolder(run).write(`${baseName(run)}.smoke.json`, writeResults(run, story, site));
  log.info(`Results: ${path} (unsigned)`);
  if (!report.ok) throw failed(report, site);
  log.info(`Address: https://${site.host}`);
  return 0;
}

/** Only to an address that a record vouches for, of this repository, and that no one but Vercel serves. */
async function showToken(run: Run, who: Who, { host, record, why }: TestedSite): Promise<Secret> {
  if (!record) throw unvouchedHost(host, why);
  if (!isGenerated(host))
    throw unvouchedHost(host, "a domain of the team's own, which may stand behind a foreign proxy");
  const identity = await identify(run, { ...who.expected, audience: SMOKE_AUDIENCE }, who.keys);
  const { repositoryUuid, workspaceUuid } = record.statement.predicate.oidc.claims;
  if (repositoryUuid !== identity.repositoryUuid || workspaceUuid !== identity.workspaceUuid) {
    throw unvouchedHost(host, `a record of another repository: ${repositoryUuid ?? 'none'}`);
  }
  return showStepToken(run, identity, who.policy?.audience ?? run.config.audience ?? DEFAULT_AUDIENCE);
}

function failed(report: SmokeReport, { host, deploymentId }: TestedSite): Error {
  const stands = `Nothing was changed: ${deploymentId ?? 'the deployment'} stays where it is.`;
  return smokeFailed(report, { stands, fix: `Look at https://${host} and at the deployment's logs on Vercel.` });
}

function writeResults(
  { recordId, config, startedAt }: Run,
  { smoke }: Story,
  { deploymentId, host }: TestedSite,
): string {
  const results = {
    note: 'Unsigned results of a smoke test. This is not a record.',
    runId: recordId,
    startedAt: new Date(startedAt).toISOString(),
    projectId: config.projectId,
    target: nameTarget(config.target),
    ...(deploymentId === undefined ? {} : { deploymentId }),
    url: `https://${host}`,
    ...describeSmoke(smoke ?? { checks: [] }),
  };
  return redact(`${JSON.stringify(results, undefined, 2)}\n`);
}
