import { elapsedSince } from '../elapsed.ts';
import type { PipeError } from '../errors.ts';
import type { LogFields } from '../platform/types.ts';
import { nameTarget } from '../variables/index.ts';
import { countFiles, describeFiles } from './file-counts.ts';
import { describeRollback, describeSmoke } from './end-smoke.ts';
import { describeFunctions } from './functions.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** More names than this hide the rest. */
const SHOWN = 5;
const LABEL_WIDTH = 10;

/** The last lines of a run: what is where, by which right, and where the proof of it is. */
export interface EndBlock {
  readonly title: string;
  readonly lines: readonly string[];
  /** The same for machines. */
  readonly fields: LogFields;
}

type Row = readonly [label: string, text: string | undefined];

/** Undefined for a run that made nothing, changed nothing and left no record. */
export function describeEnd(run: Run, story: Story, failure: PipeError | undefined): EndBlock | undefined {
  const { deployment, record, actsOn } = story;
  if (!deployment && !record && !actsOn) return undefined;
  const rows = [...workRows(run, story, failure), ...proofRows(story)];
  const lines = rows.flatMap(([label, text]) => {
    return text === undefined ? [] : [`  ${`${label}:`.padEnd(LABEL_WIDTH)} ${text}`];
  });
  return { title: describeTitle(run, story, failure), lines, fields: listFields(run, story, failure) };
}

function workRows({ config }: Run, story: Story, failure: PipeError | undefined): readonly Row[] {
  const { deployment, deployed, actsOn, cleanup, pulled, manifest, credential, smoke } = story;
  const { upload } = deployed ?? {};
  const target = nameTarget(config.target);
  const project = credential ? `${credential.project.name} (${config.projectId})` : config.projectId;
  const done = failure ? undefined : manifest;
  return [
    ...(failure ? [] : addressRows(story)),
    ['Inspect', deployment?.inspectorUrl],
    ['Target', `${target} of ${project}${deployment && !actsOn ? `, ${deployment.id}` : ''}`],
    ['Acted on', actsOn && `${actsOn.deploymentId}, ${tellRecordId(actsOn.recordId)}`],
    ['Cleaned', cleanup && countAlike(cleanup.map(({ act, outcome }) => `${act} ${outcome ?? 'planned'}`))],
    ...(smoke ? describeSmoke(smoke) : []).map((text): Row => ['Smoke', text]),
    ['Rollback', smoke?.rollback && describeRollback(smoke.rollback)],
    ['Wrote', failure ? undefined : pulled?.files.join(', ')],
    ['Files', done && describeFiles(done, upload)],
    ['Functions', done && describeFunctions(done.functions)?.replace(/ functions?: /, ': ')],
  ];
}

function proofRows({ grant, signer, record }: Story): readonly Row[] {
  return [
    ['Grant', grant && `${grant.id}, by the exchange ${grant.exchangeName}`],
    ['Signer', signer && `${signer.name}, ${signer.keyId}`],
    ['Record', record?.path],
    ['Digest', record && `sha256 ${record.digest} (of the record's signed payload)`],
  ];
}

function addressRows({ deployment, deployed, actsOn }: Story): readonly Row[] {
  if (!deployment) return [];
  const live = deployed?.ending === 'live' || (actsOn !== undefined && deployment.readySubstate === 'PROMOTED');
  const aliases = deployment.aliases.slice(0, SHOWN);
  const rest = deployment.aliases.length - aliases.length;
  return [
    [live ? 'Live' : 'Address', deployment.url === '' ? undefined : deployment.url],
    ...aliases.map((alias): Row => ['Alias', `https://${alias}`]),
    ['Alias', rest > 0 ? `and ${String(rest)} more` : undefined],
  ];
}

function tellRecordId(recordId: string | undefined): string {
  return recordId === undefined ? 'which names no record of this pipe' : `recorded as ${recordId}`;
}

/** `2 remove done, 1 cancel failed`. */
function countAlike(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, { length }]) => `${String(length)} ${word}`).join(', ') || 'nothing was left over';
}

function describeTitle(run: Run, story: Story, failure: PipeError | undefined): string {
  const seconds = (elapsedSince(run.platform.clock, run.startedAt) / 1000).toFixed(1);
  return `${failure ? `Ended by ${failure.code}` : nameEnd(story)} after ${seconds} s:`;
}

/** What was done, as the beginning of a sentence. */
export function nameEnd({ action, deployed }: Story): string {
  switch (action) {
    case 'promote':
      return 'Promoted';
    case 'rollback':
      return 'Rolled back';
    case 'cleanup':
      return 'Cleaned up';
    case 'pull':
      return 'Pulled';
    case 'deploy': {
      const endings = { live: 'Deployed and live', staged: 'Deployed and staged, with no domain,' };
      const others = { rolling: 'Deployed and being rolled out', created: 'Created, not waited for,' };
      return deployed?.ending ? { ...endings, ...others }[deployed.ending] : 'Done';
    }
  }
}

function listFields(run: Run, story: Story, failure: PipeError | undefined): LogFields {
  const { deployment, deployed, actsOn, grant, signer, record, manifest, smoke } = story;
  return {
    status: failure?.exitStatus ?? 0,
    action: story.action,
    ending: deployed?.ending,
    origin: deployed?.origin.kind,
    target: nameTarget(run.config.target),
    projectId: run.config.projectId,
    ...(deployment ? { deploymentId: deployment.id, url: deployment.url, aliases: deployment.aliases } : {}),
    inspectorUrl: deployment?.inspectorUrl,
    actsOn: actsOn?.deploymentId,
    ...(manifest ? { ...countFiles(manifest, deployed?.upload), bytesSent: deployed?.upload.bytes } : {}),
    functions: manifest?.functions.map(({ name }) => name),
    edgeFunctions: manifest?.functions.filter(({ edge }) => edge).map(({ name }) => name),
    smoke: smoke?.checks.every(({ report }) => report.ok),
    rollback: smoke?.rollback?.outcome,
    grant: grant?.id,
    signer: signer?.name,
    keyId: signer?.keyId,
    recordId: run.recordId,
    record: record?.path,
    recordSha256: record?.digest,
  };
}
