import { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, ParsedNode, YAMLError, YAMLMap } from 'yaml';
import { MAX_FAULTS, invalidPolicy, toAscii, type Fault } from './faults.ts';

const MAX_BYTES = 256 * 1024;
/** Nodes from the root; the deepest value of a policy stands at about 12, for maps count twice. */
const MAX_DEPTH = 32;

/** A policy file as plain values, and where each of them stands. */
export interface PolicyFile {
  readonly value: unknown;
  /** `line:column path: what; wanted …` for each fault, from top to bottom. */
  describe(faults: readonly Fault[]): readonly string[];
}

/**
 * Reads the strict part of YAML 1.2 that a policy may use: one document of maps, lists and scalars. What lets a reviewer
 * see one thing and a parser another is refused: duplicate keys, merge keys, anchors, aliases, tags, directives.
 */
export function readPolicyFile(bytes: Uint8Array): PolicyFile {
  const text = decodeText(bytes);
  const lines = new LineCounter();
  // Duplicate keys are found below, in linear time; the library compares every key with every other.
  const strict = { version: '1.2', schema: 'core', uniqueKeys: false } as const;
  const doc = parseDocument(text, { ...strict, prettyErrors: false, logLevel: 'error', lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${String(line)}:${String(col)}`;
  };
  const syntax = [...doc.errors, ...doc.warnings].map((error) => `${at(error.pos[0])} ${tellSyntax(error)}`);
  if (syntax.length > 0) throw invalidPolicy(syntax);
  const refused = findRefused(doc, at);
  if (refused.length > 0) throw invalidPolicy(refused);
  return { value: doc.toJS({ maxAliasCount: 0 }), describe: (faults) => describeFaults(faults, doc, at) };
}

function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength > MAX_BYTES) {
    throw invalidPolicy([
      `1:1 the file: ${String(bytes.byteLength)} bytes; wanted at most ${String(MAX_BYTES)} (256 KiB)`,
    ]);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidPolicy(['1:1 the file: not UTF-8; wanted text saved as UTF-8']);
  }
}

/** The library's message, on one line and bounded: it may quote the file. */
function tellSyntax({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document; wanted one';
  if (code === 'RESOURCE_EXHAUSTION') return 'nested too deeply; wanted a policy';
  return toAscii(message.split('\n', 1).join('').slice(0, 160));
}

function findRefused(doc: Document.Parsed, at: (offset: number) => string): readonly string[] {
  const found: string[] = [];
  const refuse = (node: unknown, what: string): void => void found.push(`${at(startOf(node))} ${what}`);
  if (doc.directives.yaml.explicit === true) refuse(undefined, 'a %YAML directive; wanted none: a policy is YAML 1.2');
  visit(doc, {
    Alias: (_, node) => refuse(node, 'an alias (*); wanted the value written out'),
    // Not `Map:` beside it: the library would then leave maps out here.
    Value: (_, node, path) => {
      if (node.anchor !== undefined) refuse(node, 'an anchor (&); wanted the value written out where it is used');
      if (node.tag !== undefined) refuse(node, 'a tag (!); wanted plain values');
      if (isMap(node)) refuseKeys(node, refuse);
      if (path.length <= MAX_DEPTH) return undefined;
      refuse(node, 'nested too deeply; wanted a policy');
      return visit.BREAK;
    },
  });
  return found;
}

function refuseKeys({ items }: YAMLMap, refuse: (node: unknown, what: string) => void): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== 'string') refuse(key, 'a key that is not text; wanted text, in quotes where needed');
    else if (name === '<<') refuse(key, 'a merge key (<<); wanted the keys written out');
    else if (seen.has(name)) refuse(key, `the key ${toAscii(name.slice(0, 80))} for the second time; wanted once`);
    seen.add(name);
  }
}

function startOf(node: unknown): number {
  return isNode(node) && node.range ? node.range[0] : 0;
}

function describeFaults(faults: readonly Fault[], doc: Document.Parsed, at: (offset: number) => string): string[] {
  // One fault for each value: the first says what to change, and the others mostly follow from it.
  const byPath = new Map(faults.toReversed().map((fault) => [fault.path.join('/'), fault]));
  const first = [...byPath.values()].reverse().slice(0, MAX_FAULTS);
  const placed = first.map((fault) => ({ fault, offset: locate(doc.contents, fault.path) }));
  placed.sort((a, b) => a.offset - b.offset);
  return placed.map(({ fault: { path, what, wanted }, offset }) => {
    const name = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${toAscii(key)}`)).join('');
    return `${at(offset)} ${name.replace(/^\./, '') || 'the file'}: ${what}; wanted ${wanted}`;
  });
}

/** Where the value, or the nearest one around it, starts; in a map, its key. */
function locate(root: ParsedNode | null, path: readonly string[]): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    const item = isSeq(node) ? node.items[Number(step)] : undefined;
    if (!pair && !item) break;
    offset = startOf(pair ? pair.key : item);
    node = pair ? pair.value : item;
  }
  return offset;
}
