import type { Announcement, CommitPlace, Fact, Finding, RepositoryName } from '../bitbucket/index.ts';
import { sha256Hex } from '../digest.ts';
import { elapsedSince } from '../elapsed.ts';
import type { PipeError } from '../errors.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { tellResult, type SmokeFacts } from '../smoke/index.ts';
import { nameTarget, type Config } from '../variables/index.ts';
import { nameEnd } from './end-block.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

const COMMIT = /^[0-9a-f]{40}$/;
/** No slug of Bitbucket's has more letters in it. */
const SLUG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
const KEY_DIGITS = 20;
const SHOWN_ALIASES = 3;

/** How a run ended: undefined while it goes on. */
export interface End {
  readonly failure: PipeError | undefined;
}

/**
 * The commit that the run is about: as Bitbucket's API says, else as the step's variables do. Undefined where neither
 * names one, or no identity is verified.
 */
export function findPlace({ config }: Run, { identity, pipeline }: Story): (CommitPlace & RepositoryName) | undefined {
  const known = pipeline && 'pipeline' in pipeline ? pipeline.pipeline.commit : undefined;
  const commit = known ?? config.build.commit;
  if (!identity || commit === undefined || !COMMIT.test(commit)) return undefined;
  const { issuer, workspaceUuid, repositoryUuid } = identity;
  return { issuer, workspaceUuid, repositoryUuid, commit };
}

/** The pull request that the pipeline was started for, and its source branch. A variable that Bitbucket contradicts counts for nothing. */
export function findPullRequest(
  { config }: Run,
  { pipeline }: Story,
): { readonly id: string; readonly branch: string | undefined } | undefined {
  const { pullRequestId: id, branch } = config.build;
  const ref = pipeline && 'pipeline' in pipeline ? pipeline.pipeline.ref : undefined;
  if (id === undefined || !/^[1-9][0-9]{0,8}$/.test(id) || (ref && ref.kind !== 'pull-request')) return undefined;
  return { id, branch: ref?.name ?? branch };
}

/** What people are told of the run, from everything that is known by now. */
export function describeAnnouncement(run: Run, story: Story, end: End | undefined): Announcement {
  const { config, platform, startedAt } = run;
  const { deployment, credential } = story;
  const target = nameTarget(config.target);
  const durationMs = end && elapsedSince(platform.clock, startedAt);
  return {
    key: `vercel-oidc-deploy-${sha256Hex(`${config.projectId}\n${target}`).slice(0, KEY_DIGITS)}`,
    title: `Vercel: ${credential?.project.name ?? config.projectId}, ${target}`,
    state: nameState(end),
    summary: summarize(story, end, durationMs ?? 0),
    url: end && !end.failure && deployment?.url !== '' ? deployment?.url : undefined,
    inspectorUrl: deployment?.inspectorUrl,
    pipelineUrl: pageOfPipeline(config, story.identity),
    durationMs,
    recordDigest: story.record?.digest,
    facts: end ? listFacts(run, story) : [],
    findings: end && story.smoke ? listFindings(story.smoke, config.build.stepRunNumber) : [],
  };
}

function nameState(end: End | undefined): Announcement['state'] {
  if (!end) return 'pending';
  if (!end.failure) return 'passed';
  return [130, 143].includes(end.failure.exitStatus) ? 'stopped' : 'failed';
}

function summarize(story: Story, end: End | undefined, durationMs: number): string {
  const { action, deployed } = story;
  if (!end) return `The ${action} is going on.`;
  const { failure } = end;
  if (!failure) return `${nameEnd(story)} after ${(durationMs / 1000).toFixed(1)} s.`;
  const live = deployed?.ending === 'live' ? ' The deployment is LIVE all the same.' : '';
  return `${failure.code}: ${failure.message}${live}`;
}

function listFacts({ config }: Run, story: Story): readonly Fact[] {
  const { credential, deployment, manifest, grant, signer } = story;
  const project = credential ? `${credential.project.name} (${config.projectId})` : config.projectId;
  const edge = manifest?.functions.filter((one) => one.edge).length ?? 0;
  const functions = manifest?.functions.length ?? 0;
  const aliases = deployment?.aliases.slice(0, SHOWN_ALIASES) ?? [];
  const all: readonly [string, string | number | undefined][] = [
    ['Target', `${nameTarget(config.target)} of ${project}`],
    ['Deployment', deployment?.id],
    ['Files', manifest?.entries.filter(({ kind }) => kind !== 'directory').length],
    ['Functions', manifest && (edge > 0 ? `${String(functions)}, ${String(edge)} of them EDGE` : functions)],
    ['Grant', grant && `${grant.id}, by the exchange ${grant.exchangeName}`],
    ['Signer', signer && `${signer.name}, ${signer.keyId}`],
    ['Aliases', aliases.length === 0 ? undefined : aliases.join(', ')],
  ];
  return all.flatMap(([title, value]) => (value === undefined ? [] : [{ title, value }]));
}

/**
 * The paths that failed. A step that is run again also tells which of them are good now: what its first run found stays
 * on the commit until then.
 */
function listFindings({ checks }: SmokeFacts, stepRunNumber: string | undefined): readonly Finding[] {
  const all = checks.flatMap(({ subject, report: { results } }) => {
    return results.map((result): Finding => {
      const place = `${subject}\n${result.path}\n${String(result.wantedStatus)}\n${result.wantedText ?? ''}`;
      const told = tellResult(result);
      return {
        id: `smoke-${sha256Hex(place).slice(0, KEY_DIGITS)}`,
        ok: result.ok,
        summary: `Smoke test ${subject === 'production' ? 'in production ' : ''}${result.ok ? 'passed' : 'failed'}: ${told}`,
        details: told,
      };
    });
  });
  const again = stepRunNumber !== undefined && stepRunNumber !== '1';
  return again ? all : all.filter(({ ok }) => !ok);
}

/** By the names that people know; where they are not what Bitbucket sets, by the token's own. */
export function pageOfPipeline({ build }: Config, identity: VerifiedIdentity | undefined): string {
  const { workspace = '', repositorySlug = '', buildNumber = '' } = build;
  const byName = SLUG.test(workspace) && SLUG.test(repositorySlug);
  const { workspaceUuid = '', repositoryUuid = '' } = identity ?? {};
  const names = byName ? [workspace, repositorySlug] : [workspaceUuid, repositoryUuid];
  const page = `https://bitbucket.org/${names.map(encodeURIComponent).join('/')}/pipelines`;
  return /^[0-9]{1,9}$/.test(buildNumber) ? `${page}/results/${buildNumber}` : page;
}
