import type { StepFacts } from '../types.ts';

/** A deployment step of `acme/web`, on `main`, to `production`. */
const DEFAULT_STEP: StepFacts = {
  workspace: 'acme',
  workspaceUuid: '{922e118c-f34f-4226-a897-0e0afbec553d}',
  repositorySlug: 'web',
  repositoryUuid: '{1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70}',
  projectKey: 'WEB',
  projectUuid: '{5b9d2c44-8f0e-4f6b-b8a1-6f0c9be1d2a3}',
  pipelineUuid: '{7f3a9c1e-2d4b-4c8a-9e6f-1a2b3c4d5e6f}',
  stepUuid: '{759de0c6-3b1f-4d7a-8c2e-9f0a1b2c3d4e}',
  stepRunNumber: 1,
  buildNumber: 42,
  commit: '6f1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5',
  branch: 'main',
  environment: { name: 'production', uuid: '{bd715740-6a2c-4e9b-a1d3-0c9e8f7a6b5d}' },
  triggererUuid: '{c0ffee00-1234-4abc-8def-0123456789ab}',
  audiences: ['https://vercel.com/api/login/oauth/token'],
};

export function fillStep(step: Partial<StepFacts>): StepFacts {
  return { ...DEFAULT_STEP, ...step };
}
