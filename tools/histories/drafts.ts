import type {
  RecordLine,
  RecordVerdict,
  SeenDeployment,
  SeenEvent,
  SeenPipeline,
  SeenStep,
} from '../../src/audit/types.ts';

/** The same, while a scene may still change it. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? Draft<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Draft<T[Key]> }
    : T;

export type DraftDeployment = Draft<SeenDeployment>;
export type DraftEvent = Draft<SeenEvent>;
export type DraftPipeline = Draft<SeenPipeline>;
export type DraftStep = Draft<SeenStep>;
export type DraftLine = Draft<RecordLine>;

export interface DraftRecord {
  file: string;
  digest: string;
  payloadDigest: string;
  verdict: Draft<RecordVerdict>;
  facts: DraftLine;
}
