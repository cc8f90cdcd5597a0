import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDeployment, type VercelClientOptions } from '@vercel/client';

/** One item of `files[]` in the body of a create. */
export interface SentFile {
  readonly file: string;
  readonly sha?: string;
  readonly size?: number;
  readonly mode: number;
}

/** What the create of a prebuilt deployment by Vercel's own client holds for a tree, and what it warned of. */
export async function sendWithVercelClient(
  root: string,
  options: Pick<VercelClientOptions, 'rootDirectory' | 'bulkRedirectsPath'> = {},
): Promise<{ readonly files: readonly SentFile[]; readonly warnings: readonly string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(`${request.method ?? ''} ${request.url ?? ''}\n${Buffer.concat(chunks).toString()}`);
      // A refusal ends the client's work: what it would send is known by now.
      response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
      response.end('{"error":{"code":"forbidden","message":"enough"}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return { warnings: await run(root, `http://127.0.0.1:${String(port)}`, options), files: filesOf(bodies) };
  } finally {
    server.close();
  }
}

async function run(
  root: string,
  apiUrl: string,
  options: Pick<VercelClientOptions, 'rootDirectory' | 'bulkRedirectsPath'>,
): Promise<string[]> {
  const warnings: string[] = [];
  const client = { token: 'tok', path: root, apiUrl, prebuilt: true, vercelOutputDir: `${root}/.vercel/output` };
  for await (const { type, payload } of createDeployment({ ...client, ...options }, { name: 'site' })) {
    if (type === 'warning') warnings.push(String(payload));
    if (type !== 'error') continue;
    const { code } = payload as { readonly code?: unknown };
    if (code !== 'forbidden') throw payload;
  }
  return warnings;
}

function filesOf(bodies: readonly string[]): SentFile[] {
  const [first, ...others] = bodies;
  if (first === undefined || others.length > 0) throw new Error(`${String(bodies.length)} requests instead of one`);
  const [line = '', body = ''] = first.split('\n', 2);
  if (!line.startsWith('POST /v13/deployments?')) throw new Error(`not a create: ${line}`);
  const { files } = JSON.parse(body) as { readonly files: SentFile[] };
  return files;
}
