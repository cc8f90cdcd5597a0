import { AGAIN, quoteText } from './findings.ts';
import type { FoundFunction, Scan } from './functions.ts';
import { isJson, type Json } from './json.ts';
import { joinInRoot, resolveInRoot } from './paths.ts';

/** A Node handler may be named without its ending. */
const NODE_ENDINGS = ['', '.js', '.mjs', '.cjs'];
const EDGE_ENTRY = /\.[cm]?js$/;
/** What Vercel takes today; one that it learns later must not be refused here. */
const RUNTIMES =
  /^(?:nodejs(?:20|22|24)\.x|provided\.al2023|python3\.1[234]|ruby3\.3|bun1\.(?:4\.)?x|executable|container)$/;
const RETIRED_NODE = /^nodejs1?\d\.x$/;

/** The runtime's name, as far as there is one. */
export function checkRuntime({ findings }: Scan, path: string, config: Json, edge: boolean): string {
  const given = config['runtime'];
  if (edge) return 'edge';
  if (typeof given !== 'string' || given === '') {
    findings.faults.push(`${path}: no runtime. ${AGAIN}`);
    return '';
  }
  const runtime = quoteText(given);
  if (RETIRED_NODE.test(given)) {
    const fix = 'Set "engines": { "node": "24.x" } in package.json, and build again.';
    findings.faults.push(`${path}: runtime ${runtime}, which Vercel does not run any more. ${fix}`);
  } else if (!RUNTIMES.test(given)) {
    findings.warnings.push(`${path}: runtime ${runtime}, which this pipe does not know; Vercel may refuse it.`);
  }
  return given;
}

/** Vercel takes a prerender's content from a Node function alone. */
export function checkPrerender({ entries, findings }: Scan, folder: string, edge: boolean): void {
  if (!edge || !entries.has(folder.replace(/\.func$/, '.prerender-config.json'))) return;
  findings.faults.push(`${folder}: a prerender over an Edge Function, which Vercel refuses. ${AGAIN}`);
}

/** The file that starts the function: `entrypoint` at the edge, `handler` for Node's launcher. Other runtimes name no file. */
export async function checkEntry(scan: Scan, found: FoundFunction, config: Json): Promise<void> {
  const { folder, edge, runtime } = found;
  if (!edge && !(runtime.startsWith('nodejs') && config['launcherType'] === 'Nodejs')) return;
  const { faults, warnings } = scan.findings;
  const key = edge ? 'entrypoint' : 'handler';
  const entry = config[key];
  const path = `${folder}/.vc-config.json`;
  if (typeof entry !== 'string' || entry === '') faults.push(`${path}: no ${key}. ${AGAIN}`);
  else if (!(await isInFunction(scan, folder, config, edge ? [entry] : NODE_ENDINGS.map((end) => `${entry}${end}`)))) {
    faults.push(`${path}: ${key} ${quoteText(entry)} is not in the function. ${AGAIN}`);
  } else if (edge && !EDGE_ENTRY.test(entry)) {
    warnings.push(`${path}: entrypoint ${quoteText(entry)} is no JavaScript file, which an Edge Function starts from.`);
  }
}

async function isInFunction(
  { files, root }: Scan,
  folder: string,
  config: Json,
  names: readonly string[],
): Promise<boolean> {
  const mapped = isJson(config['filePathMap']) ? config['filePathMap'] : {};
  for (const name of names) {
    if (Object.hasOwn(mapped, name)) return true;
    const inside = joinInRoot(folder, name);
    if (inside !== undefined && (await resolveInRoot(files, root, inside)).kind === 'file') return true;
  }
  return false;
}
