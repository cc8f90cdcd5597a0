import { isLoopback } from '../address.ts';
import { PipeError } from '../errors.ts';
import { describeReply, type HttpReply, type HttpRequest } from '../http/index.ts';
import { objectToAddress } from './address.ts';
import { MAX_ANSWER_BYTES } from './home.ts';
import { writeFilesForm } from './files-form.ts';
import type { Opened, StoreDeps } from './open.ts';

const LIMITS = { timeoutMs: 60_000, maxWaitMs: 60_000 };
const SERVICE = 'Bitbucket Downloads';
/** Workspace and repository as slugs; neither `.` nor `..`. */
const FULL_NAME = /^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/;
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_SHOWN_CHARS = 80;

/** A request with the token, unless it says otherwise. */
type Ask = (request: Omit<HttpRequest, 'service'>) => Promise<HttpReply>;

/**
 * The downloads of the step's own repository.
 *
 * Bitbucket replaces a file of the same name, and has no condition against it. So the name is looked for first; between
 * that and the upload another could take it, and whoever may write to the repository may replace or delete a record
 * later. Where that matters a bucket is the better home.
 *
 * Bitbucket answers a read with a redirect to storage at another host, signed for minutes. It is followed once, over
 * https, without the token or any other header of ours.
 */
export function openDownloads({ http, bitbucketToken, bitbucketApiUrl, build }: StoreDeps): Opened {
  const { workspace = '', repositorySlug = '' } = build;
  const repository = build.repositoryFullName ?? `${workspace}/${repositorySlug}`;
  const faults = [
    ...(bitbucketToken ? [] : ['BITBUCKET_ACCESS_TOKEN is not set, and downloads are written with it']),
    ...(FULL_NAME.test(repository) ? [] : ['BITBUCKET_REPO_FULL_NAME does not say <workspace>/<repository>']),
  ];
  if (!bitbucketToken || faults.length > 0) return { faults };
  const folder = `${bitbucketApiUrl}/2.0/repositories/${repository}/downloads`;
  const ask: Ask = (request) =>
    http.request({ service: SERVICE, bearer: bitbucketToken, maxBytes: MAX_ANSWER_BYTES, ...LIMITS, ...request });
  return {
    name: `the downloads of ${repository}`,
    place: (name) => `https://bitbucket.org/${repository}/downloads/${name}`,
    async send(name, bytes, signal) {
      if (await look(ask, `${folder}/${name}`, signal)) return 'taken';
      // Sent again it replaces its own bytes.
      const reply = await ask({ method: 'POST', url: folder, content: writeFilesForm(name, bytes), signal });
      if (reply.status === 201 || reply.status === 200) return 'stored';
      throw refused(reply, 'status 201', 'write:repository:bitbucket');
    },
    async fetch(name, maxBytes, signal) {
      const redirect = await look(ask, `${folder}/${name}`, signal);
      if (!redirect) {
        await expectRepository(ask, folder, signal);
        return undefined;
      }
      const url = readLocation(redirect, bitbucketApiUrl);
      const plain = { bearer: undefined, headers: { accept: '*/*' }, binary: true };
      const reply = await ask({ ...plain, method: 'GET', url, maxBytes: maxBytes + MAX_ANSWER_BYTES, signal });
      if (reply.status === 200) return reply.bytes ?? new Uint8Array();
      throw refusedByStorage(reply, url);
    },
  };
}

/** The redirect, or undefined where Bitbucket has no such file, or no such repository for this token. */
async function look(ask: Ask, url: string, signal: AbortSignal): Promise<HttpReply | undefined> {
  const reply = await ask({ method: 'GET', url, redirect: 'answer', signal });
  if (REDIRECTS.includes(reply.status)) return reply;
  if (reply.status === 404) return undefined;
  throw refused(reply, 'status 302 or 404', 'read:repository:bitbucket');
}

/** A stranger is told the same as who asks for a file that is not there. */
async function expectRepository(ask: Ask, folder: string, signal: AbortSignal): Promise<void> {
  const reply = await ask({ method: 'GET', url: `${folder}?pagelen=1`, signal });
  if (reply.status !== 200) throw refused(reply, 'status 200', 'read:repository:bitbucket');
}

/** @throws {PipeError} for a place that is not https; where Bitbucket itself is on a loopback address, such a one, too. */
function readLocation({ headers }: HttpReply, apiUrl: string): string {
  const { location = '' } = headers;
  const url = URL.canParse(location, apiUrl) ? new URL(location, apiUrl) : undefined;
  const bare = url && `${url.origin}${url.pathname}`;
  const secure = url?.protocol === 'https:' || (url && isLoopback(url) && isLoopback(new URL(apiUrl)));
  if (url && secure && objectToAddress(bare ?? '') === undefined && url.username === '') return url.href;
  throw new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'Bitbucket names no safe place for the file.',
    got: bare === undefined ? 'a redirect without an address' : `a redirect to ${bare.slice(0, MAX_SHOWN_CHARS)}`,
    wanted: 'a redirect to an address with https',
    fix: 'Check any proxy on the way to Bitbucket.',
  });
}

function refused(reply: HttpReply, wanted: string, scope: string): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'Bitbucket refused.',
    got: describeReply(reply),
    wanted,
    fix: advise(reply.status, scope),
  });
}

function advise(status: number, scope: string): string {
  if (status === 401) return 'Renew BITBUCKET_ACCESS_TOKEN: Bitbucket does not know it, or it has expired.';
  const rights = `an access token of this very repository with the scope ${scope} (Repositories: ${scope.split(':')[0] ?? ''})`;
  if (status === 403 || status === 404) return `Give BITBUCKET_ACCESS_TOKEN ${rights}.`;
  if (status === 413) return 'Free space in the downloads of the repository, or choose another store.';
  if (status === 429) return 'Bitbucket limits requests by the hour: run the step again later.';
  return status >= 500 ? 'See status.atlassian.com, then run the step again.' : 'Look up this answer of Bitbucket.';
}

function refusedByStorage(reply: HttpReply, url: string): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: "Bitbucket's storage refused.",
    // Without its query, which is what gives access; and without the storage's words, which may repeat it.
    got: `status ${String(reply.status)} of ${new URL(url).host}`,
    wanted: 'status 200',
    fix: 'Check that this step may reach that host, and run it again.',
  });
}
