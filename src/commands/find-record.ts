import { PipeError } from '../errors.ts';
import { recordFileName } from '../record/index.ts';
import type { Acting } from './act.ts';
import type { FoundDeployment } from './find-deployment.ts';
import { openLastingHome } from './homes.ts';
import { baseNameOf, META_RECORD } from './meta.ts';
import { MAX_RECORD_BYTES, readInClone } from './named-record.ts';
import type { RecordTexts } from './record-trust.ts';

const INTENT = recordFileName('', 'intent');
const RESULT = recordFileName('', 'result');

export interface FoundTexts {
  /** Undefined where there is no result. */
  readonly texts: RecordTexts | undefined;
  /** For people: where it was looked for. */
  readonly where: string;
}

/**
 * The result that made a deployment, with its intent where that is beside it: the one that DEPLOYMENT names, else the one
 * that the deployment's `meta` names, in RECORD_STORE, then in RECORD_DIR of the clone. What is found first counts.
 * @throws {PipeError} `RECORD_NOT_CHECKED` where the store does not say.
 */
export async function findRecordTexts(acting: Acting, { report, record }: FoundDeployment): Promise<FoundTexts> {
  const { run } = acting;
  if (record?.action === 'deploy' && record.path.endsWith(RESULT)) {
    const intent = await readInClone(run, `${record.path.slice(0, -RESULT.length)}${INTENT}`);
    return { texts: { result: record.text, intent }, where: record.path };
  }
  const base = baseNameOf(run, report.meta[META_RECORD]);
  if (base === undefined) return { texts: undefined, where: 'the deployment names no record (meta)' };
  const folder = record?.action === 'deploy' ? record.path.slice(0, record.path.lastIndexOf('/')) : undefined;
  const places = [folder, run.config.recordDir].filter((place) => place !== undefined);
  const readers = [
    ...(run.config.store ? [(name: string) => readStored(acting, name)] : []),
    ...places.map((place) => (name: string) => readInClone(run, `${place}/${name}`)),
  ];
  for (const read of readers) {
    const result = await read(`${base}${RESULT}`);
    if (result !== undefined) return { texts: { result, intent: await read(`${base}${INTENT}`) }, where: base };
  }
  const stores = [...(run.config.store ? ['RECORD_STORE'] : []), ...new Set(places)];
  return { texts: undefined, where: `no ${base}${RESULT} in ${stores.join(', or in ')}` };
}

async function readStored({ run, story }: Acting, name: string): Promise<string | undefined> {
  story.home ??= openLastingHome(run, story);
  try {
    const bytes = await story.home?.read(name, MAX_RECORD_BYTES, run.signal);
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof PipeError)) throw error;
    const { message, got, wanted, fix } = error;
    throw new PipeError({
      code: 'RECORD_NOT_CHECKED',
      message: `The grant takes only what was recorded (require: recordedOnly), and the store does not say. ${message}`,
      ...(got === undefined ? {} : { got }),
      ...(wanted === undefined ? {} : { wanted }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
