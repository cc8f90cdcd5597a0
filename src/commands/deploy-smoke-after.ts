import { readProduction, rollBackTo } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import { isGenerated, isHostName, smokeFailed, type SmokeReport, type SmokeRollback } from '../smoke/index.ts';
import { deployedOf, readBestEffort, unsettle, type Testing } from './deploy-testing.ts';
import { checkSite, showStepToken } from './smoke-check.ts';

/**
 * Tests production itself, and rolls it back where that fails and it is still ours.
 * @param before what production served before the promotion
 * @throws {PipeError} `SMOKE_FAILED`, with what production serves now.
 */
export async function checkProduction(testing: Testing, before: string | undefined): Promise<void> {
  const { run, story, exchangeAudience } = testing;
  const { log } = run.platform;
  if (!run.config.after.rollbackOnFailure) return;
  if (story.deployed?.ending !== 'live') {
    log.warn('Production is not tested: the rolling release shows it to a part of the visitors only.');
    return;
  }
  const names = deployedOf(story).aliases.filter(isHostName);
  const host = nameOfProduction(names);
  if (host === undefined) {
    log.warn('Production is not tested: Vercel names no domain of the deployment.');
    return;
  }
  const { identity } = story;
  if (!identity) throw new Error('a test without an identity');
  const token = async () => Promise.resolve(showStepToken(run, identity, exchangeAudience));
  const report = await checkSite(run, story, 'production', {
    host,
    // A domain often does no more than lead to another one, and then that is what visitors get.
    siblings: names.filter((name) => name !== host),
    patience: 'moving',
    token,
  });
  if (report.ok) return;
  if (report.refusal) {
    // Nothing is known against the deployment, and at its own address it was good.
    log.warn(`Production could not be tested at https://${host}, and stays as it is. ${report.refusal.message}`);
    return;
  }
  throw await takeBack(testing, report, before);
}

/** What visitors know: a domain of the team's own, or the shortest that Vercel made. */
function nameOfProduction(aliases: readonly string[]): string | undefined {
  const own = aliases.filter((name) => !isGenerated(name));
  return own[0] ?? aliases.toSorted((a, b) => a.length - b.length)[0];
}

async function takeBack(testing: Testing, report: SmokeReport, before: string | undefined): Promise<PipeError> {
  const { run, story } = testing;
  const { id, inspectorUrl, url } = deployedOf(story);
  const { rollback, stands } = await rollBack(testing, id, before);
  story.smoke = { checks: [], ...story.smoke, rollback };
  if (rollback.outcome === 'done') {
    if (story.deployed) story.deployed = { ...story.deployed, ending: 'staged' };
    const latest = await readBestEffort(run, testing.api, deployedOf(story));
    if (latest) story.deployment = latest;
  }
  return smokeFailed(report, { stands, fix: `Look at ${url} and at its logs: ${inspectorUrl ?? url}` });
}

interface TakenBack {
  readonly rollback: SmokeRollback;
  readonly stands: string;
}

/** Only while production still serves what this run promoted: what someone did since is not undone. */
async function rollBack(
  { run, story, credential, api }: Testing,
  ours: string,
  before: string | undefined,
): Promise<TakenBack> {
  const { platform, signal } = run;
  const { clock, log } = platform;
  const projectId = credential.project.id;
  try {
    const { deploymentId: current } = await readProduction(projectId, { api }, signal);
    if (current !== ours) {
      return {
        rollback: { outcome: 'superseded' },
        stands: `Production serves ${current ?? 'another deployment'} meanwhile, so nothing was rolled back.`,
      };
    }
    if (before === undefined || before === ours) {
      return {
        rollback: { outcome: 'no-earlier' },
        stands: `${ours} is LIVE: there is no deployment before it to roll back to.`,
      };
    }
    const onMayMove = (): void => {
      unsettle(story);
      // A run that ends before Vercel says how it went has tried it all the same.
      story.smoke = { checks: [], ...story.smoke, rollback: { outcome: 'failed', deploymentId: before } };
    };
    const deps = { api, clock, log, onMayMove };
    const { ending } = await rollBackTo({ projectId, deploymentId: before }, deps, signal);
    if (ending === 'rolling') {
      return {
        rollback: { outcome: 'rolling', deploymentId: before },
        stands: `Production is being rolled back to ${before}.`,
      };
    }
    return {
      rollback: { outcome: 'done', deploymentId: before },
      stands: `Production was rolled back to ${before}; Vercel gives its domains to no new deployment until one is promoted.`,
    };
  } catch (error) {
    if (!(error instanceof PipeError) || signal.aborted) throw error;
    return {
      rollback: { outcome: 'failed', ...(before === undefined ? {} : { deploymentId: before }) },
      stands: `${ours} may be LIVE: it could NOT be rolled back. ${error.message} ${error.got ?? ''}`.trim(),
    };
  }
}
