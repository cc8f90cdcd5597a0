import { asRecord } from '../fields.ts';
import { cleanText } from '../http/index.ts';
import { sameUuid, show } from '../text.ts';
import { judgeActor } from './actor.ts';
import type { Pipeline, PipelineAnswer, PipelineName } from './types.ts';

const COMMIT = /^[0-9a-f]{40}$/;
const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
/** Git's own names are shorter. */
const MAX_NAME = 255;

type Fields = Readonly<Record<string, unknown>>;

/** Bitbucket's `pipeline` object in our terms. One that names another pipeline than was asked for counts for nothing. */
export function toPipeline(body: unknown, name: PipelineName): PipelineAnswer {
  const { uuid, build_number: buildNumber, target, trigger, creator, repository } = asRecord(body);
  if (typeof uuid !== 'string' || !sameUuid(uuid, name.pipelineUuid)) {
    return { refusal: `Bitbucket's API told of pipeline ${show(uuid)} instead of ${show(name.pipelineUuid)}.` };
  }
  const { uuid: owner } = asRecord(repository);
  if (owner !== undefined && !(typeof owner === 'string' && sameUuid(owner, name.repositoryUuid))) {
    return { refusal: `Bitbucket's API told of repository ${show(owner)} instead of ${show(name.repositoryUuid)}.` };
  }
  const startedBy = toCreator(creator);
  const how = toTrigger(trigger);
  const { hash } = asRecord(asRecord(target)['commit']);
  return {
    pipeline: {
      uuid,
      buildNumber: Number.isSafeInteger(buildNumber) && Number(buildNumber) > 0 ? Number(buildNumber) : undefined,
      commit: typeof hash === 'string' && COMMIT.test(hash) ? hash : undefined,
      ref: toRef(asRecord(target)),
      trigger: how,
      creator: startedBy,
      actor: judgeActor(how, startedBy?.kind),
    },
  };
}

/** `{type: 'pipeline_ref_target', ref_type, ref_name}`, or `{type: 'pipeline_pullrequest_target', source}`. */
function toRef({ type, ref_type: refType, ref_name: refName, source }: Fields): Pipeline['ref'] {
  if (type === 'pipeline_pullrequest_target') {
    return typeof source === 'string' ? { kind: 'pull-request', name: cleanText(source, MAX_NAME) } : undefined;
  }
  if (typeof refName !== 'string') return undefined;
  const name = cleanText(refName, MAX_NAME);
  switch (typeof refType === 'string' ? refType.toLowerCase() : '') {
    case 'branch':
    case 'named_branch':
      return { kind: 'branch', name };
    case 'tag':
    case 'annotated_tag':
      return { kind: 'tag', name };
    default:
      return { kind: 'other', name };
  }
}

/** `{type: 'pipeline_trigger_push', name: 'PUSH'}`. */
function toTrigger(trigger: unknown): string | undefined {
  const { type, name } = asRecord(trigger);
  const text = typeof type === 'string' && type !== '' ? type.replace(/^pipeline_trigger_/, '') : name;
  return typeof text === 'string' && text !== '' ? cleanText(text.toLowerCase(), 40) : undefined;
}

/** `{type: 'user' | 'app_user' | 'team', uuid}`. */
function toCreator(creator: unknown): Pipeline['creator'] {
  const { type, uuid } = asRecord(creator);
  if (typeof type !== 'string') return undefined;
  const kind = type === 'user' ? 'user' : type === 'app_user' || type === 'app' ? 'app' : 'other';
  return { kind, uuid: typeof uuid === 'string' && UUID.test(uuid) ? uuid : undefined };
}
