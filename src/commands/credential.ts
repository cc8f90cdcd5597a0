import { createVercelApi, readContext } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import {
  exchange,
  keepCredential,
  type ApiDoor,
  type CredentialKeeper,
  type ExchangeDeps,
  type ExchangeInput,
} from '../exchange/index.ts';
import type { Credential } from '../exchange/types.ts';
import type { Grant } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import { nameTarget } from '../variables/index.ts';
import { META_BUILD, META_INTENT, META_RECORD } from './meta.ts';
import { stage, type Run } from './run.ts';
import type { Story } from './story.ts';

/** Refuses a deployment that would not end as asked, and warns of one that ends half way. */
export function checkProject(run: Run, credential: Credential): void {
  refuseForcedProduction(run, credential);
  const { target, deploy, after } = run.config;
  // What is tested is promoted afterwards, and that ends the state.
  const byItself = deploy.autoAssignDomains && after.smokePaths.length === 0;
  if (credential.project.rolledBack && target.kind === 'production' && byItself) {
    run.platform.log.warn(
      `Production of ${credential.project.name} was rolled back, so Vercel will not move its domains to this deployment by itself.`,
    );
  }
}

/**
 * Exchanges the step's token and proves what came of it, as one stage. `story.credential` holds it from now on, whatever
 * comes of it.
 * @param beside what is read while the token is proved.
 */
export async function obtainCredential(
  run: Run,
  story: Story,
  grant: Grant,
  beside: ReturnType<typeof readBeside> = readBeside(run, story),
): Promise<Credential> {
  const { platform, signal } = run;
  return stage(
    run,
    'exchange',
    async () => {
      const deps = { ...exchangeDeps(run, story), beside };
      story.credential = await exchange(grant, exchangeInput(run), deps, story.leases, signal);
      return story.credential;
    },
    ({ hop, expiresAt, project }) => {
      const life = expiresAt === undefined ? '' : `, ${formatLife(expiresAt - platform.clock.now())} to live`;
      const kind = hop === 'static' ? 'a stored token (static)' : 'a short-lived token';
      const hops = story.exchanges.map((exchange) => exchange.hop);
      const way = hops.length > 1 ? `, by ${hops.join(' → ')}` : '';
      return `${kind} for ${project.name} (${project.id})${way}${life}`;
    },
  );
}

/** The credential for the rest of the run; where it cannot last until `TIMEOUT`, the run ends with it. */
export function keepForRun(run: Run, story: Story, grant: Grant, credential: Credential): CredentialKeeper {
  const { platform, deadline } = run;
  const keeper = keepCredential(credential, {
    grant,
    input: exchangeInput(run),
    stepTokenExpiresAt: story.identity?.expiresAt ?? 0,
    deps: exchangeDeps(run, story),
    leases: story.leases,
    signal: AbortSignal.any([run.signal, story.work.signal]),
  });
  const { endsAt } = keeper;
  if (endsAt !== undefined && endsAt < deadline.at()) {
    const left = formatLife(endsAt - platform.clock.now());
    platform.log.warn(`The step's token carries this run for ${left} only, less than TIMEOUT.`);
    deadline.shorten(endsAt, tokenEnded(left));
  }
  return keeper;
}

const META_KEYS = { record: META_RECORD, intent: META_INTENT, build: META_BUILD };

export function exchangeInput({ config, recordId }: Pick<Run, 'config' | 'recordId'>): ExchangeInput {
  const { stepToken, vercelToken, exchangeClientSecret: clientSecret, teamId, vercelPolicyId } = config;
  return { stepToken, vercelToken, clientSecret, teamId, vercelPolicyId, session: `deploy-${recordId}` };
}

export function exchangeDeps({ platform, http, config }: Run, { exchanges }: Story): ExchangeDeps {
  const keep: ExchangeDeps['keep'] = (audit) => void exchanges.push(audit);
  return { keep, http, clock: platform.clock, log: platform.log, apiUrl: config.apiUrl };
}

/** What Vercel has set for the project is read while the token is proved: it costs the run no wait. */
function readBeside(run: Run, story: Story): (token: Secret, door: ApiDoor) => void {
  const { config, http, platform, signal } = run;
  return (token, door) => {
    const api = createVercelApi(http, door, config.teamId, () => Promise.resolve(token));
    const asked = { projectId: config.projectId, target: config.target, metaKeys: META_KEYS };
    story.reading = readContext(api, asked, platform, AbortSignal.any([signal, story.work.signal]));
    // Awaited later; until then a rejection must not end the process.
    story.reading.catch(() => undefined);
  };
}

/** Vercel turns the first deployment of a project into production, whatever was asked; a preview must not. */
function refuseForcedProduction({ config }: Run, { project }: Credential): void {
  if (config.target.kind === 'production' || project.hasProductionDeployment) return;
  throw new PipeError({
    code: 'FIRST_DEPLOYMENT_IS_PRODUCTION',
    message: `Project ${project.name} has no production deployment yet, and Vercel makes the first one production. Nothing was created.`,
    got: `TARGET ${nameTarget(config.target)}`,
    wanted: 'TARGET production for the first deployment',
    fix: 'Deploy once with TARGET: production (the policy must grant it); after that this step works as it is.',
  });
}

function tokenEnded(life: string): PipeError {
  return new PipeError({
    code: 'TIMEOUT',
    message: "The step's token has expired, and with it the Vercel credential: the run cannot go on.",
    got: `a token that carried the run for ${life}`,
    wanted: 'a deployment that is live by then',
    fix: 'Start the pipe early in its step, which should hold the pipe alone; a long build belongs in the step before.',
  });
}

export function formatLife(ms: number): string {
  return `${String(Math.floor(ms / 60_000))} min`;
}
