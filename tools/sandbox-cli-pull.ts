/** `vercel pull` and `vercel build` of the real CLI, against what this pipe writes and how it says that it is read. */
import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeEnvironmentFile } from '../src/deploy/environment-file.ts';
import { readProjectFile } from '../src/deploy/project-file.ts';
import type { Sandbox } from '../src/sandbox/index.ts';
import { runCli } from './vercel-cli.ts';

const TIMEOUT_MS = 120_000;
const VALUES: Readonly<Record<string, string>> = {
  PLAIN: 'abc',
  PADDED: ' a b ',
  DOUBLE: 'say "hi"',
  SINGLE: "it's",
  BOTH: `a"b'c`,
  DOLLAR: '$HOME ${X}',
  LINES: 'line1\nline2',
  PEM: 'pem\n',
  RETURNS: 'a\r\nb',
  ESCAPE: 'a\\nb',
  HASH: 'a # b',
  BACKTICKS: '`x`',
  QUOTED: '"quoted"',
  BACKSLASH: 'ends\\',
  JSON: '{"key":"-----BEGIN\\nabc"}',
  MIXED: 'a\nC:\\new',
  LETTERS: 'ключ 鍵',
};
const PRINT = `import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('out');
writeFileSync('out/index.html', '<!doctype html>');
writeFileSync('env.json', JSON.stringify(process.env));
`;

export interface Place {
  readonly cli: string;
  readonly cwd: string;
  readonly home: string;
}

/** @throws {Error} where the CLI writes another `project.json`, or its build reads other values than this pipe says. */
export async function pullAndBuild(sandbox: Sandbox, place: Place): Promise<void> {
  const { team, classicToken: token } = sandbox.vercel;
  const folder = join(place.cwd, '.vercel');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'project.json'), JSON.stringify({ orgId: team.id, projectId: 'prj_web' }));
  const call = { ...place, token, timeoutMs: TIMEOUT_MS };
  await runCli({ ...call, args: ['pull', '--yes', '--environment=preview', '--api', sandbox.vercelUrl] });
  const names = { projectId: 'prj_web', teamId: team.id, name: 'web' };
  expectSame(
    'project.json',
    await readFile(join(folder, 'project.json'), 'utf8'),
    await ownProjectFile(sandbox, names),
  );

  const { text, inexact } = writeEnvironmentFile(VALUES, []);
  await writeFile(join(folder, '.env.preview.local'), text);
  const settings = { framework: null, installCommand: 'true', buildCommand: 'node print.mjs', outputDirectory: 'out' };
  await writeFile(
    join(folder, 'project.json'),
    JSON.stringify({ projectId: 'prj_web', orgId: team.id, projectName: 'web', settings }),
  );
  await writeFile(join(place.cwd, 'package.json'), '{"name":"site","private":true}');
  await writeFile(join(place.cwd, 'print.mjs'), PRINT);
  await runCli({ ...call, args: ['build', '--yes'] });
  const read = JSON.parse(await readFile(join(place.cwd, 'env.json'), 'utf8')) as Record<string, string>;
  const differing = Object.keys(VALUES).filter((name) => read[name] !== VALUES[name]);
  expectSame('values that a build reads otherwise', differing.sort().join(), [...inexact].sort().join());
  console.log(`Pulled, and built with ${String(Object.keys(VALUES).length)} values as this pipe writes them.`);
}

async function ownProjectFile(
  sandbox: Sandbox,
  names: { readonly projectId: string; readonly teamId: string; readonly name: string },
): Promise<string> {
  const headers = { authorization: `Bearer ${sandbox.vercel.classicToken}` };
  const readProject = async (): Promise<{ status: number; headers: object; text: string; body: unknown }> => {
    const url = `${sandbox.vercelUrl}/v9/projects/prj_web?teamId=${names.teamId}`;
    const answer = await sandbox.handle(new Request(url, { headers }));
    return { status: answer.status, headers: {}, text: '', body: await answer.json() };
  };
  return readProjectFile({ readProject: readProject as never }, names, new AbortController().signal);
}

function expectSame(what: string, got: string, wanted: string): void {
  if (got !== wanted) throw new Error(`${what}: got\n${got}\nwanted\n${wanted}`);
}
