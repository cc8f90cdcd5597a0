import { posix } from 'node:path';
import type { SentFile } from './file-entries.ts';
import { checkFunction, parseObject, type Tree } from './function-config.ts';
import type { State } from './state.ts';

const OUTPUT = '.vercel/output/';
const FUNCTIONS = `${OUTPUT}functions/`;

/** What is wrong with the Build Output, as the server's own reader would say; undefined where all is well. */
export function findOutputFault(state: State, files: readonly SentFile[]): string | undefined {
  const byPath = new Map(files.map((file) => [file.file, file]));
  const tree: Tree = {
    files: byPath,
    text(path) {
      const entry = byPath.get(path);
      if (!entry || entry.kind === 'directory') return undefined;
      const bytes = entry.inline ?? state.files.get(entry.sha ?? '')?.bytes;
      return bytes && Buffer.from(bytes).toString('utf8');
    },
  };
  return checkConfig(tree) ?? checkFunctions(tree);
}

function checkConfig(tree: Tree): string | undefined {
  const text = tree.text(`${OUTPUT}config.json`);
  if (text === undefined) return 'Config file was not found at ".vercel/output/config.json"';
  const config = parseObject(text);
  if (!config) return 'Config file ".vercel/output/config.json" is not a JSON object';
  if (config['version'] !== 3)
    return `Expected \`version: 3\` in "config.json", got ${JSON.stringify(config['version'])}`;
  const { deploymentId } = config;
  if (deploymentId !== undefined && !(typeof deploymentId === 'string' && /^[\w-]{1,32}$/.test(deploymentId))) {
    return `Invalid \`deploymentId\` in "config.json": ${JSON.stringify(deploymentId)}`;
  }
  return undefined;
}

/** Every folder or symlink named `*.func` is one function. */
function checkFunctions(tree: Tree): string | undefined {
  const names = new Set<string>();
  for (const { file, kind } of tree.files.values()) {
    if (!file.startsWith(FUNCTIONS)) continue;
    const end = file.indexOf('.func/');
    if (end > 0) names.add(file.slice(0, end + '.func'.length));
    else if (file.endsWith('.func') && kind === 'file') return `Function "${file}" is a file`;
    else if (file.endsWith('.func')) names.add(file);
  }
  for (const name of names) {
    const folder = resolveFunction(tree, name);
    if (folder === undefined) return `Function "${name}" is a symlink whose target is not a function`;
    const fault = checkFunction(tree, folder, name);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A `.func` may be a symlink to another; its content is the link's text. */
function resolveFunction(tree: Tree, name: string): string | undefined {
  let path = name;
  for (let hops = 0; hops < 8; hops += 1) {
    if (tree.files.get(path)?.kind !== 'symlink')
      return hops === 0 || tree.files.has(`${path}/.vc-config.json`) ? path : undefined;
    path = posix.join(posix.dirname(path), tree.text(path) ?? '');
    if (!path.startsWith(FUNCTIONS) || !path.endsWith('.func')) return undefined;
  }
  return undefined;
}
