import { toPipeline } from '../../bitbucket/index.ts';
import { loosely } from '../../fields.ts';
import type { SeenPipeline, SeenStep } from '../types.ts';
import { asFields, firstText, parseInstant, toUuid } from './fields.ts';
import type { AuditedRepository } from './types.ts';

/** The repository's own `bitbucket-pipelines.yml`: its name for it is not documented. */
const OWN_CONFIGURATION = ['default', 'repository', 'bitbucket-pipelines.yml'];
const MAX_SOURCES = 5;

/** A pipeline of a list or of its own; `refusal` where it is none, or of another repository. */
export function toSeenPipeline(
  body: unknown,
  repository: AuditedRepository,
): { readonly pipeline: SeenPipeline } | { readonly refusal: string } {
  const { uuid: shown, creator, target, created_on, completed_on, configuration_sources } = asFields(body);
  const [uuid, repositoryUuid] = [toUuid(shown), toUuid(repository.repositoryUuid)];
  if (uuid === undefined || repositoryUuid === undefined) return { refusal: "Bitbucket's API told of no pipeline." };
  const answer = toPipeline(body, { ...repository, pipelineUuid: uuid });
  if ('refusal' in answer) return answer;
  const { buildNumber, commit, ref, trigger } = answer.pipeline;
  const { id: pullRequest } = asFields(asFields(target)['pullrequest']);
  return {
    pipeline: loosely<SeenPipeline>({
      ...{ uuid, repositoryUuid, buildNumber, commit, refKind: ref?.kind, ref: ref?.name, trigger },
      creatorId: toUuid(asFields(creator)['uuid']),
      creatorName: firstText(200, asFields(creator)['display_name'], asFields(creator)['nickname']),
      createdAt: parseInstant(created_on),
      completedAt: parseInstant(completed_on),
      pullRequest: Number.isSafeInteger(pullRequest) ? Number(pullRequest) : undefined,
      configuration: toConfiguration(configuration_sources),
    }),
  };
}

export function toSteps(body: unknown): readonly SeenStep[] | undefined {
  const { values } = asFields(body);
  if (!Array.isArray(values)) return undefined;
  const steps = values.flatMap((value) => {
    const { uuid: shown, started_on, completed_on } = asFields(value);
    const uuid = toUuid(shown);
    const times = { startedAt: parseInstant(started_on), completedAt: parseInstant(completed_on) };
    return uuid === undefined ? [] : [loosely<SeenStep>({ uuid, ...times })];
  });
  // One that cannot be read may be the one that is looked for.
  return steps.length === values.length ? steps : undefined;
}

function toConfiguration(sources: unknown): readonly string[] | undefined {
  if (!Array.isArray(sources)) return undefined;
  const foreign = sources.flatMap((each) => {
    const { source, uri } = asFields(each);
    const name = firstText(60, source);
    return name === undefined || OWN_CONFIGURATION.includes(name.toLowerCase())
      ? []
      : [[name, firstText(300, uri)].filter((text) => text !== undefined).join(' ')];
  });
  return foreign.length === 0 ? undefined : foreign.slice(0, MAX_SOURCES);
}
