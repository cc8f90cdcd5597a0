import type { VerifiedIdentity } from '../identity/types.ts';
import type { Secret } from '../secret.ts';
import {
  objectToToken,
  openSite,
  runSmoke,
  tellResult,
  type Site,
  type SmokeCheck,
  type SmokePlan,
  type SmokeReport,
} from '../smoke/index.ts';
import { nameTarget } from '../variables/index.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/**
 * Tests one host, says so, and keeps what came of it for the record: a check for each host that answered. Throws only for a
 * stop, or a host that is none.
 * @param siblings the deployment's other names, which are judged where the host only leads to them
 */
export async function checkSite(
  run: Run,
  story: Pick<Story, 'smoke'>,
  subject: SmokeCheck['subject'],
  { host, siblings = [], patience, token }: Pick<SmokePlan, 'patience' | 'token'> & SiteNames,
): Promise<SmokeReport> {
  const { config, platform, http, signal } = run;
  const { clock, log } = platform;
  const open = (name: string): Site => openSite(name, config.apiUrl);
  const plan: SmokePlan = {
    ...{ site: open(host), siblings: siblings.map(open), paths: config.after.smokePaths },
    ...{ patience, token },
  };
  const report = await runSmoke(plan, { http, clock }, signal);
  const byHost = Map.groupBy(report.results, (result) => result.host);
  const checks = [...byHost].map(([name, results]): SmokeCheck => {
    return { subject, report: { ...report, host: name, results, ok: results.every(({ ok }) => ok) } };
  });
  story.smoke = { ...story.smoke, checks: [...(story.smoke?.checks ?? []), ...checks] };
  for (const result of report.results) log.debug(`smoke ${tellResult(result, host)}`);
  for (const name of byHost.keys()) {
    if (name !== host) log.info(`https://${host} leads to https://${name}, which is tested in its place.`);
  }
  const { length } = report.results;
  const where = [...byHost.keys()].map((name) => `https://${name}`).join(' and ');
  if (report.ok) log.done('smoke', `${String(length)} path${length === 1 ? '' : 's'} of ${where} as wanted`, report.ms);
  return report;
}

interface SiteNames {
  readonly host: string;
  readonly siblings?: readonly string[];
}

/**
 * The step's token, for a deployment that is protected.
 * @throws {PipeError} `SMOKE_PROTECTED` where it must not be shown.
 */
export function showStepToken(
  { config }: Run,
  { audience, workspaceUuid }: Pick<VerifiedIdentity, 'audience' | 'workspaceUuid'>,
  exchangeAudience: string,
): Secret {
  const objection = objectToToken({ audience, workspaceUuid, exchangeAudience, target: nameTarget(config.target) });
  if (objection) throw objection;
  if (!config.stepToken) throw new Error('a verified identity without a token');
  return config.stepToken;
}
