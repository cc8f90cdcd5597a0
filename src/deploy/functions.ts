import type { Files } from '../platform/types.ts';
import type { Findings } from './findings.ts';
import { isJson, readJson, type Json } from './json.ts';
import { joinInRoot, parentOf, resolveInRoot } from './paths.ts';
import { OUTPUT, type PlannedEntry } from './tree.ts';
import type { DeployedFunction } from './types.ts';

const FUNCTIONS = `${OUTPUT}/functions/`;
const CONFIG = '.vc-config.json';
/** A Node handler may be named without its ending. */
const NODE_ENDINGS = ['', '.js', '.mjs', '.cjs'];
const AGAIN = 'Build again with `vercel build`.';

/** What the output's `.vc-config.json` files say. */
export interface FunctionScan {
  readonly functions: readonly DeployedFunction[];
  /** Values of every `filePathMap`: paths relative to the root, which the functions need besides the output. */
  readonly references: readonly string[];
}

interface Scan {
  readonly files: Files;
  readonly root: string;
  readonly entries: ReadonlyMap<string, PlannedEntry>;
  readonly findings: Findings;
}

/** Reads every `.vc-config.json` that is sent, as the CLI does, and checks the functions that stand in the output. */
export async function scanFunctions(
  files: Files,
  root: string,
  entries: readonly PlannedEntry[],
  findings: Findings,
): Promise<FunctionScan> {
  const scan: Scan = { files, root, entries: new Map(entries.map((entry) => [entry.path, entry])), findings };
  const configs = entries.filter(({ path, kind }) => path.endsWith(`/${CONFIG}`) && kind !== 'directory');
  const read = await Promise.all(configs.map(({ path }) => readConfig(scan, path)));
  const functions = read.flatMap(({ found }) => found ?? []);
  functions.push(...(await scanLinks(scan, functions)));
  checkConfigured(scan, configs);
  return {
    functions: functions.sort((a, b) => (a.name < b.name ? -1 : 1)),
    references: read.flatMap(({ references }) => references),
  };
}

async function readConfig(
  scan: Scan,
  path: string,
): Promise<{ readonly found?: DeployedFunction | undefined; readonly references: readonly string[] }> {
  const config = await readJson(scan.files, scan.root, path);
  if (!isJson(config)) {
    scan.findings.faults.push(`${path}: ${config ?? 'a link to nothing'}. ${AGAIN}`);
    return { references: [] };
  }
  const mapped = isJson(config['filePathMap']) ? Object.values(config['filePathMap']) : [];
  return {
    // A config elsewhere, in a dependency's own folder say, describes no function of this output.
    found: outermostFunction(path) === parentOf(path) ? await describeFunction(scan, path, config) : undefined,
    references: mapped.filter((value): value is string => typeof value === 'string'),
  };
}

async function describeFunction(scan: Scan, path: string, config: Json): Promise<DeployedFunction> {
  const folder = parentOf(path);
  const runtime = typeof config['runtime'] === 'string' ? config['runtime'] : '';
  if (runtime === '') scan.findings.faults.push(`${path}: no runtime. ${AGAIN}`);
  const edge = runtime === 'edge';
  if (edge && scan.entries.has(folder.replace(/\.func$/, '.prerender-config.json'))) {
    scan.findings.faults.push(`${folder}: a prerender over an Edge Function, which Vercel refuses. ${AGAIN}`);
  }
  const fault = await findEntryFault(scan, folder, config, runtime);
  if (fault !== undefined) scan.findings.faults.push(`${path}: ${fault} ${AGAIN}`);
  return { name: functionName(folder), runtime, edge };
}

/** The file that starts the function: `entrypoint` at the edge, `handler` for Node's launcher. Other runtimes name no file. */
async function findEntryFault(
  { files, root }: Scan,
  folder: string,
  config: Json,
  runtime: string,
): Promise<string | undefined> {
  const node = runtime.startsWith('nodejs') && config['launcherType'] === 'Nodejs';
  if (runtime !== 'edge' && !node) return undefined;
  const key = node ? 'handler' : 'entrypoint';
  const entry = config[key];
  if (typeof entry !== 'string' || entry === '') return `no ${key}.`;
  const mapped = isJson(config['filePathMap']) ? config['filePathMap'] : {};
  for (const ending of node ? NODE_ENDINGS : ['']) {
    if (Object.hasOwn(mapped, `${entry}${ending}`)) return undefined;
    const inside = joinInRoot(folder, `${entry}${ending}`);
    if (inside !== undefined && (await resolveInRoot(files, root, inside)).kind === 'file') return undefined;
  }
  return `${key} ${JSON.stringify(entry)} is not in the function.`;
}

/** A `.func` that is a link is a function of its own name, with the content of the one that it points at. */
async function scanLinks(scan: Scan, known: readonly DeployedFunction[]): Promise<DeployedFunction[]> {
  const byName = new Map(known.map((found) => [found.name, found]));
  const linked: DeployedFunction[] = [];
  for (const { path, kind } of scan.entries.values()) {
    if (kind === 'directory' || outermostFunction(`${path}/`) !== path) continue;
    const resolved = await resolveInRoot(scan.files, scan.root, path);
    const target = resolved.kind === 'directory' ? byName.get(functionName(resolved.path)) : undefined;
    if (target) linked.push({ ...target, name: functionName(path) });
    // A link that leads outside is told where links are checked.
    else if (resolved.kind !== 'outside')
      scan.findings.faults.push(`${path}: neither a function nor a link to one. ${AGAIN}`);
  }
  return linked;
}

function checkConfigured({ entries, findings }: Scan, configs: readonly PlannedEntry[]): void {
  const configured = new Set(configs.map(({ path }) => parentOf(path)));
  const folders = [...entries.values()].flatMap(
    ({ path, kind }) => outermostFunction(kind === 'directory' ? `${path}/` : path) ?? [],
  );
  for (const folder of new Set(folders)) {
    if (!configured.has(folder)) findings.faults.push(`${folder}: a function without ${CONFIG}. ${AGAIN}`);
  }
}

/** The function's folder that a path lies in; functions do not nest, so the first `.func` counts. */
function outermostFunction(path: string): string | undefined {
  if (!path.startsWith(FUNCTIONS)) return undefined;
  const end = path.indexOf('.func/', FUNCTIONS.length);
  return end === -1 ? undefined : path.slice(0, end + '.func'.length);
}

function functionName(folder: string): string {
  return folder.slice(FUNCTIONS.length).replace(/\.func$/, '');
}
