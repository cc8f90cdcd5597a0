/** Where a run's time goes, from V8's CPU profile. */
import { readdir, readFile } from 'node:fs/promises';

const SHOWN = 25;

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The functions and the source files that took most time themselves; `bundle` is the measured file. */
export async function summarizeProfile(folder: string, bundle: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'));
  const sources = sourceLines(await readFile(bundle, 'utf8'));
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  for (const name of names) {
    const profile = JSON.parse(await readFile(`${folder}/${name}`, 'utf8')) as CpuProfile;
    const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
    for (const [index, id] of profile.samples.entries()) {
      const frame = nodes.get(id);
      if (!frame) continue;
      const { functionName, url, lineNumber } = frame;
      const file = url.endsWith(bundle.slice(bundle.lastIndexOf('/'))) ? sourceAt(sources, lineNumber) : url || 'V8';
      const ms = (profile.timeDeltas[index] ?? 0) / 1000;
      add(functions, `${functionName || '(anonymous)'}  ${file}`, ms);
      add(files, file, ms);
    }
  }
  return [...top('by function', functions), ...top('by file', files)].join('\n');
}

function add(sums: Map<string, number>, key: string, ms: number): void {
  sums.set(key, (sums.get(key) ?? 0) + ms);
}

function top(title: string, sums: ReadonlyMap<string, number>): readonly string[] {
  const sorted = [...sums].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  return [`  self time ${title}, ms`, ...sorted.map(([key, ms]) => `    ${ms.toFixed(1).padStart(8)}  ${key}`)];
}

type SourceLine = readonly [line: number, file: string];

/** esbuild writes a comment with the file's name before each file. */
function sourceLines(bundle: string): readonly SourceLine[] {
  return bundle.split('\n').flatMap((text, line): SourceLine[] => {
    const file = /^\s*\/\/ ((?:src|node_modules|build)\/\S+)$/.exec(text)?.[1];
    return file === undefined ? [] : [[line, file]];
  });
}

function sourceAt(sources: readonly SourceLine[], line: number): string {
  return sources.findLast(([start]) => start <= line)?.[1] ?? 'bundle';
}
