import type { VerifiedIdentity } from '../identity/types.ts';
import type { Secret } from '../secret.ts';
import {
  objectToToken,
  openSite,
  runSmoke,
  tellResult,
  type SmokeCheck,
  type SmokePlan,
  type SmokeReport,
} from '../smoke/index.ts';
import { nameTarget } from '../variables/index.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** Tests one host, says so, and keeps what came of it for the record. Throws only for a stop, or a host that is none. */
export async function checkSite(
  run: Run,
  story: Pick<Story, 'smoke'>,
  subject: SmokeCheck['subject'],
  { host, patience, token }: Pick<SmokePlan, 'patience' | 'token'> & { readonly host: string },
): Promise<SmokeReport> {
  const { config, platform, http, signal } = run;
  const { clock, log } = platform;
  const plan: SmokePlan = { site: openSite(host, config.apiUrl), paths: config.after.smokePaths, patience, token };
  const report = await runSmoke(plan, { http, clock }, signal);
  story.smoke = { ...story.smoke, checks: [...(story.smoke?.checks ?? []), { subject, report }] };
  for (const result of report.results) log.debug(`smoke ${tellResult(result)}`);
  const { length } = report.results;
  if (report.ok)
    log.done('smoke', `${String(length)} path${length === 1 ? '' : 's'} of https://${host} as wanted`, report.ms);
  return report;
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
