import { show } from '../../text.ts';

/** What a deployment's `meta` names. Anyone who may deploy can write or copy it: it links, and proves nothing. */
export interface MetaLinks {
  readonly recordId: string | undefined;
  /** SHA-256 of an intent's payload, hex. */
  readonly intent: string | undefined;
  /** Without braces, in lower case. */
  readonly pipeline: string | undefined;
  readonly step: string | undefined;
  /** What stands where a pipeline or a step should be named and is no id, for people. */
  readonly broken: string | undefined;
  readonly action: string | undefined;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const RECORD = new RegExp(`^\\d{8}T\\d{6}Z-(${UUID})$`);
const BRACED = new RegExp(`^(?:\\{(${UUID})\\}|(${UUID}))$`, 'i');

/** Reads own members that are text; what is not in the form that the pipe writes names nothing. */
export function readMeta(meta: Readonly<Record<string, unknown>>): MetaLinks {
  const intent = own(meta, 'oidcDeployIntent');
  const [pipeline, step] = [readUuid(meta, 'oidcDeployPipeline'), readUuid(meta, 'oidcDeployStep')];
  return {
    recordId: RECORD.exec(own(meta, 'oidcDeployRecord') ?? '')?.[1],
    intent: intent !== undefined && /^[0-9a-f]{64}$/.test(intent) ? intent : undefined,
    pipeline: pipeline.uuid,
    step: step.uuid,
    broken: pipeline.broken ?? step.broken,
    action: own(meta, 'action'),
  };
}

function readUuid(meta: Readonly<Record<string, unknown>>, key: string): { uuid?: string; broken?: string } {
  const value: unknown = Object.hasOwn(meta, key) ? meta[key] : undefined;
  if (value === undefined || value === '') return {};
  const [, braced, bare] = BRACED.exec(typeof value === 'string' ? value : '') ?? [];
  const uuid = braced ?? bare;
  return uuid === undefined ? { broken: `${key} ${show(value)}` } : { uuid: uuid.toLowerCase() };
}

function own(meta: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value: unknown = Object.hasOwn(meta, key) ? meta[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
