import type { Actor } from '../policy/types.ts';

/** What Bitbucket itself says of the pipeline. A step's own variables can be overridden; this cannot. */
export interface Pipeline {
  readonly uuid: string;
  readonly buildNumber: number | undefined;
  /** 40 hex digits. For a pull request the source's commit. */
  readonly commit: string | undefined;
  /** The branch or tag; for a pull request its source branch. */
  readonly ref: { readonly kind: 'branch' | 'tag' | 'pull-request' | 'other'; readonly name: string } | undefined;
  /** `push`, `manual`, `schedule`, … as Bitbucket names it. */
  readonly trigger: string | undefined;
  readonly creator: { readonly kind: 'user' | 'app' | 'other'; readonly uuid: string | undefined } | undefined;
  /** Who started the pipeline. Who pressed the button of a manual step in it, Bitbucket does not tell. */
  readonly actor: Actor;
}

/** The answer, or in words why there is none. */
export type PipelineAnswer = { readonly pipeline: Pipeline } | { readonly refusal: string };

/** Which pipeline: from the verified token, never from the environment. */
export interface PipelineName {
  /** The token's issuer: what stands elsewhere cannot speak for it. */
  readonly issuer: string;
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
  readonly pipelineUuid: string;
}
