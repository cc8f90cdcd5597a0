import { PipeError } from '../errors.ts';
import { readServerError, type HttpReply } from '../http/index.ts';
import type { Files, Log } from '../platform/types.ts';
import { isJson } from './json.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { Manifest } from './types.ts';
import { addUp, uploadMissing, type Uploaded } from './upload.ts';
import type { CreateBody, VercelApi } from './vercel-api.ts';

/** The first create tells what is missing, the second makes it; a third is for what Vercel lost between. */
const MAX_CREATES = 3;

const ASKED: Asked = {
  did: 'create the deployment',
  wanted: 'a new deployment',
  aftermath: "A deployment may have been made: look at the project's deployments on Vercel before anything else. ",
};

export interface CreateDeps {
  readonly api: VercelApi;
  readonly files: Files;
  readonly log: Log;
}

/**
 * Creates the deployment: asks, uploads exactly what Vercel says it lacks, asks again.
 * @throws {PipeError} in the words of what Vercel refused.
 */
export async function createDeployment(
  { api, files, log }: CreateDeps,
  body: CreateBody,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<{ readonly report: Report; readonly uploaded: Uploaded }> {
  let uploaded: Uploaded = { files: 0, bytes: 0 };
  for (let round = 1; ; round += 1) {
    const reply = await ask(api, body, signal);
    const missing = readMissing(reply);
    if (missing === undefined) return { report: readCreated(reply), uploaded };
    if (round === MAX_CREATES) throw stillMissing(missing.length);
    uploaded = addUp(uploaded, await uploadMissing({ api, files, log }, manifest, missing, signal));
  }
}

async function ask(api: VercelApi, body: CreateBody, signal: AbortSignal): Promise<HttpReply> {
  try {
    return await api.create(body, signal);
  } catch (error) {
    throw toUncertain(error, ASKED);
  }
}

/** SHA-1 digests that Vercel asks for; undefined where it does not. */
function readMissing(reply: HttpReply): readonly string[] | undefined {
  if (reply.status !== 400 || readServerError(reply).code !== 'missing_files') return undefined;
  const { error, missing: atTop } = reply.body as Record<string, unknown>;
  const missing = (isJson(error) ? error['missing'] : undefined) ?? atTop;
  if (!Array.isArray(missing) || missing.length === 0) throw toRefusal(reply, ASKED);
  return [...new Set(missing.map(String))];
}

function readCreated(reply: HttpReply): Report {
  const report = reply.status >= 200 && reply.status < 300 ? readReport(reply.body) : undefined;
  if (!report) throw toRefusal(reply, ASKED);
  return report;
}

function stillMissing(count: number): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: 'Vercel keeps asking for files that were uploaded.',
    got: `${String(count)} files missing at attempt ${String(MAX_CREATES)}`,
    wanted: 'every file there',
    fix: 'See vercel-status.com, then run the step again. Nothing was deployed.',
  });
}
