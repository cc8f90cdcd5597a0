import { readFilePathMap, type References } from './file-path-map.ts';
import { AGAIN, type Findings } from './findings.ts';
import { checkEntry, checkPrerender, checkRuntime } from './function-checks.ts';
import { isJson, readJson, type Json } from './json.ts';
import { OUTPUT, parentOf, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';
import type { PlannedEntry } from './tree.ts';

const FUNCTIONS = `${OUTPUT}/functions/`;
const CONFIG = '.vc-config.json';
/** Each may hold thousands of names: few enough that memory does not grow with their number. */
const READ_AT_ONCE = 16;

/** A function as it stands in the output. */
export interface FoundFunction {
  /** Path below `functions/`, without `.func`. */
  readonly name: string;
  readonly runtime: string;
  readonly edge: boolean;
  /** The `.func` folder with its content, relative to the root; of a function that is a link, the one linked to. */
  readonly folder: string;
  /** What it takes along from outside of its folder, relative to the root; a path twice where it is there twice. */
  readonly mapped: readonly string[];
}

/** What the output's `.vc-config.json` files say. */
export interface FunctionScan {
  readonly functions: readonly FoundFunction[];
  readonly references: References;
}

export interface Scan {
  readonly files: Reader;
  readonly root: string;
  readonly entries: ReadonlyMap<string, PlannedEntry>;
  readonly findings: Findings;
}

/** Reads every `.vc-config.json` that is sent, as the CLI does, and checks the functions that stand in the output. */
export async function scanFunctions(
  files: Reader,
  root: string,
  entries: readonly PlannedEntry[],
  findings: Findings,
): Promise<FunctionScan> {
  const scan: Scan = { files, root, entries: new Map(entries.map((entry) => [entry.path, entry])), findings };
  const configs = entries.filter(({ path, kind }) => path.endsWith(`/${CONFIG}`) && kind !== 'directory');
  const references: References = new Map();
  const functions: FoundFunction[] = [];
  for (let start = 0; start < configs.length; start += READ_AT_ONCE) {
    const batch = configs.slice(start, start + READ_AT_ONCE).map(({ path }) => path);
    const read = await Promise.all(batch.map((path) => readJson(files, root, path)));
    for (const [index, path] of batch.entries()) {
      functions.push(...(await judgeConfig(scan, path, read[index], references)));
    }
  }
  functions.push(...(await scanLinks(scan, functions)));
  checkConfigured(scan, configs);
  return { functions: functions.sort((a, b) => (a.name < b.name ? -1 : 1)), references };
}

async function judgeConfig(
  scan: Scan,
  path: string,
  config: Json | string | undefined,
  references: References,
): Promise<FoundFunction[]> {
  if (!isJson(config)) {
    scan.findings.faults.push(`${path}: ${config ?? 'a link to nothing'}. ${AGAIN}`);
    return [];
  }
  const mapped = readFilePathMap(config, path, references, scan.findings);
  const folder = parentOf(path);
  // A config elsewhere, in a dependency's own folder say, describes no function of this output.
  if (outermostFunction(path) !== folder) return [];

  const edge = config['runtime'] === 'edge' || config['type'] === 'EdgeFunction';
  const found = { name: functionName(folder), runtime: checkRuntime(scan, path, config, edge), edge, folder, mapped };
  checkPrerender(scan, folder, edge);
  await checkEntry(scan, found, config);
  return [found];
}

/** A `.func` that is a link is a function of its own name, with the content of the one that it points at. */
async function scanLinks(scan: Scan, known: readonly FoundFunction[]): Promise<FoundFunction[]> {
  const byFolder = new Map(known.map((found) => [found.folder, found]));
  const linked: FoundFunction[] = [];
  for (const { path, kind } of scan.entries.values()) {
    if (kind === 'directory' || outermostFunction(`${path}/`) !== path) continue;
    const resolved = await resolveInRoot(scan.files, scan.root, path);
    const target = resolved.kind === 'directory' ? byFolder.get(resolved.path) : undefined;
    if (target) {
      checkPrerender(scan, path, target.edge);
      linked.push({ ...target, name: functionName(path) });
    }
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
export function outermostFunction(path: string): string | undefined {
  if (!path.startsWith(FUNCTIONS)) return undefined;
  const end = path.indexOf('.func/', FUNCTIONS.length);
  return end === -1 ? undefined : path.slice(0, end + '.func'.length);
}

function functionName(folder: string): string {
  return folder.slice(FUNCTIONS.length).replace(/\.func$/, '');
}
