import { randomBytes } from 'node:crypto';
import { bitbucketRefusal, json, Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { Access } from './access.ts';
import { readFilesForm } from './files-form.ts';

export interface Download {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface DownloadDeps {
  readonly baseUrl: string;
  /** Where the files themselves are: an origin of its own. */
  readonly uploadsUrl: string;
  readonly access: Access;
  readonly now: () => number;
}

const READ = 'read:repository:bitbucket';
const WRITE = 'write:repository:bitbucket';
const LINK_MS = 120_000;

/** The downloads of the step's repository; a file of the same name is replaced. */
export function createDownloads({ baseUrl, uploadsUrl, access, now }: DownloadDeps): {
  readonly downloads: readonly Download[];
  readonly routes: readonly Route[];
} {
  const downloads: Download[] = [];
  const storage = createStorage({ uploadsUrl, now }, downloads);

  function list(call: Call): Reply {
    access.check(call, READ);
    const values = downloads.map(({ name, bytes }) => ({ type: 'download', name, size: bytes.byteLength }));
    return json(200, { values, pagelen: 10, page: 1, size: values.length });
  }

  async function upload(call: Call): Promise<Reply> {
    const body = Buffer.concat(await Array.fromAsync(call.body()));
    access.check(call, WRITE);
    const form = readFilesForm(call.request.headers.get('content-type') ?? '', body);
    if (typeof form === 'string') throw bitbucketRefusal(400, form);
    const index = downloads.findIndex(({ name }) => name === form.name);
    if (index >= 0) downloads.splice(index, 1);
    downloads.push(form);
    return { status: 201, headers: {}, body: '' };
  }

  function link(call: Call): Reply {
    access.check(call, READ);
    const { name = '' } = call.params;
    if (!downloads.some((one) => one.name === name)) throw bitbucketRefusal(404, `${name} not found`);
    return { status: 302, headers: { location: storage.link(name) }, body: '' };
  }

  const path = '/2.0/repositories/:workspace/:repository/downloads';
  const origins = [new URL(baseUrl).origin];
  return {
    downloads,
    routes: [
      { method: 'GET', path, origins, query: ['pagelen', 'page'], handle: list },
      { method: 'POST', path, origins, query: [], handle: upload },
      { method: 'GET', path: `${path}/:name`, origins, query: [], handle: link },
      storage.route,
    ],
  };
}

/** Where the files are: who has a link needs nothing else, and may show nothing else. */
function createStorage(
  { uploadsUrl, now }: Pick<DownloadDeps, 'uploadsUrl' | 'now'>,
  downloads: readonly Download[],
): { readonly link: (name: string) => string; readonly route: Route } {
  const links = new Map<string, { readonly name: string; readonly endsAt: number }>();

  function link(name: string): string {
    const signature = randomBytes(20).toString('base64');
    const endsAt = now() + LINK_MS;
    links.set(signature, { name, endsAt });
    const query = new URLSearchParams({ Signature: signature, Expires: String(endsAt) }).toString();
    return `${uploadsUrl}/bbuseruploads/${name}?${query}`;
  }

  function read({ request, params, query }: Call): Reply {
    if (request.headers.get('authorization') !== null) {
      throw storageRefusal(400, 'InvalidArgument', 'Only one auth mechanism allowed');
    }
    const open = links.get(query.get('Signature') ?? '');
    if (!open || open.name !== params['name'] || open.endsAt <= now()) {
      throw storageRefusal(403, 'AccessDenied', 'Request has expired');
    }
    const found = downloads.find(({ name }) => name === open.name);
    if (!found) throw storageRefusal(404, 'NoSuchKey', 'The specified key does not exist.');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: found.bytes };
  }

  const origins = [new URL(uploadsUrl).origin];
  const route: Route = {
    method: 'GET',
    path: '/bbuseruploads/:name',
    origins,
    query: ['Signature', 'Expires'],
    handle: read,
  };
  return { link, route };
}

function storageRefusal(status: number, code: string, message: string): Refusal {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Refusal({ status, headers: { 'content-type': 'application/xml' }, body }, message);
}
