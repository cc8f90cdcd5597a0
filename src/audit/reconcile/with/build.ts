import { sameUuid } from '../../../text.ts';
import type { RecordLine, SeenPipeline, SeenRecord } from '../../types.ts';
import { isKeyless } from '../case.ts';
import { bad, lacking, short, weigh, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** Shorter than that, two commits of one repository may share it. */
const MIN_COMMIT_LENGTH = 12;

/** What the step said of its build against what Bitbucket says of the pipeline that the token names. */
export function sameBuild(record: SeenRecord, world: World): Said {
  const { facts } = record;
  const { pipelineUuid } = facts;
  const answer = world.pipeline(pipelineUuid);
  if ('unknown' in answer) return lacking('build', `Pipeline ${word(pipelineUuid)} is not known: ${answer.unknown}`);
  if ('absent' in answer) {
    const absent = `The record names pipeline ${word(pipelineUuid)}, and Bitbucket knows no such one`;
    // Bitbucket itself has signed the token that names it: it was there.
    if (isKeyless(record)) return lacking('build', `${absent} any more, though its token names it.`);
    return bad('build', 'FORGED_LINK', [`${absent}.`]);
  }
  const { buildNumber, commit, trigger } = answer.found;
  const parts = [
    buildNumber === undefined ? `pipeline ${pipelineUuid}` : `build ${String(buildNumber)}`,
    ...(commit === undefined ? [] : [`commit ${short(commit)}`]),
    ...(trigger === undefined ? [] : [`by ${word(trigger)}`]),
  ];
  const found = `Bitbucket's ${parts.join(', ')}, of the record's repository.`;
  return weigh('build', { differing: differences(facts, answer.found), absent: absences(facts, answer.found), found });
}

function differences(facts: RecordLine, pipeline: SeenPipeline): readonly string[] {
  const { commit, buildNumber, repositoryUuid } = pipeline;
  const build = buildNumber === undefined ? 'pipeline' : `build ${String(buildNumber)}`;
  const differing: string[] = [];
  if (!sameUuid(facts.repositoryUuid, repositoryUuid)) {
    differing.push(
      `The record says repository ${word(facts.repositoryUuid)}, Bitbucket's ${build} is of ${word(repositoryUuid)}.`,
    );
  }
  if (facts.commit !== undefined && commit !== undefined && !sameCommit(facts.commit, commit)) {
    differing.push(`The record says commit ${short(facts.commit)}, Bitbucket's ${build} says ${short(commit)}.`);
  }
  if (facts.buildNumber !== undefined && buildNumber !== undefined && facts.buildNumber !== String(buildNumber)) {
    differing.push(`The record says build ${word(facts.buildNumber)}, Bitbucket says ${String(buildNumber)}.`);
  }
  return differing;
}

/** What the record claims and Bitbucket does not tell. What the record leaves open, Bitbucket's word fills. */
function absences(facts: RecordLine, { commit, buildNumber }: SeenPipeline): readonly string[] {
  const absent: string[] = [];
  if (facts.commit !== undefined && commit === undefined)
    absent.push('Bitbucket does not say of which commit the pipeline is.');
  if (facts.buildNumber !== undefined && buildNumber === undefined)
    absent.push("Bitbucket does not say the build's number.");
  return absent;
}

function sameCommit(a: string, b: string): boolean {
  const [short = '', long = ''] = [a.toLowerCase(), b.toLowerCase()].sort((x, y) => x.length - y.length);
  return short === long || (short.length >= MIN_COMMIT_LENGTH && long.startsWith(short));
}
