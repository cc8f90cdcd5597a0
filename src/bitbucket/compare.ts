import { show } from '../text.ts';
import type { AssertedBuild } from '../variables/types.ts';
import type { Pipeline } from './types.ts';

/**
 * Where the step's variables say something else than Bitbucket does, in words for a warning: someone overrode them. The
 * record holds both.
 */
export function comparePipeline({ commit, buildNumber, ref }: Pipeline, build: AssertedBuild): readonly string[] {
  const branch = ref?.kind === 'branch' || ref?.kind === 'pull-request' ? ref.name : undefined;
  const rows = [
    ['COMMIT', build.commit, commit],
    ['BUILD_NUMBER', build.buildNumber, buildNumber === undefined ? undefined : String(buildNumber)],
    // A branch build has no BITBUCKET_TAG, and a tag build no BITBUCKET_BRANCH: one that is there must fit.
    ['BRANCH', build.branch, branch],
    ['TAG', build.tag, ref?.kind === 'tag' ? ref.name : undefined],
  ] as const;
  return rows.flatMap(([name, said, known]) => {
    if (said === undefined || known === undefined || said === known) return [];
    return [
      `BITBUCKET_${name} is ${show(said)}, and Bitbucket's API says ${show(known)}: someone overrode the variable.`,
    ];
  });
}
