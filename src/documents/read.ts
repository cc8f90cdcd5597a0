import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document as YamlDocument, ParsedNode, YAMLError } from 'yaml';
import type { PipeError } from '../errors.ts';
import { redact } from '../secret.ts';
import { toAscii } from '../text.ts';
import { MAX_FAULTS, type Fault } from './faults.ts';
import { MAX_ALIASES, findRefused, startOf } from './refused.ts';

const MAX_BYTES = 256 * 1024;
const MAX_NAME_CHARS = 80;
/**
 * Control characters, and those that show nothing or turn the direction of what follows (`\u202e`): a reviewer would
 * see another text than the parser does.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** A document as plain values, and where each of them stands. */
export interface Document {
  readonly value: unknown;
  /** `line:column path: what; wanted …` for each fault, from top to bottom. */
  readonly describe: (faults: readonly Fault[]) => readonly string[];
}

/** Makes the error for a document that is wrong in itself. `lines` are whole faults, as `describe` gives them. */
export type Invalid = (lines: readonly string[]) => PipeError;

/**
 * Reads the strict part of YAML 1.2: one document of maps, lists and scalars, in UTF-8, of at most 256 KiB. What lets a
 * reviewer see one thing and a parser another is refused: duplicate keys, merge keys, tags, directives, characters that
 * do not show. An alias stands for one scalar at most, so nothing grows. `name` is what faults of the whole call it.
 */
export function readDocument(bytes: Uint8Array, name: string, invalid: Invalid): Document {
  const refuse = (what: string): PipeError => invalid([`1:1 ${name}: ${what}`]);
  const text = decodeText(bytes, refuse);
  const lines = new LineCounter();
  // Duplicate keys are found below, in linear time; the library compares every key with every other.
  const strict = { version: '1.2', schema: 'core', uniqueKeys: false } as const;
  const doc = parseDocument(text, { ...strict, prettyErrors: false, logLevel: 'error', lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${String(line)}:${String(col)}`;
  };
  const unseen = UNSEEN.exec(text);
  if (unseen)
    throw invalid([`${at(unseen.index)} the character ${toAscii(unseen[0])}; wanted none that does not show`]);
  const problems = [...doc.errors, ...doc.warnings];
  // Where the library gave up depends on the stack that it had.
  if (problems.some(({ code }) => code === 'RESOURCE_EXHAUSTION'))
    throw refuse('nested too deeply; wanted fewer levels');
  const syntax = problems.map((error) => `${at(error.pos[0])} ${tellSyntax(error)}`);
  if (syntax.length > 0) throw invalid([...new Set(syntax)].slice(0, MAX_FAULTS));
  const refused = findRefused(doc, at);
  if (refused.length > 0) throw invalid(refused.slice(0, MAX_FAULTS));
  // The library counts the anchor as well.
  const value: unknown = doc.toJS({ maxAliasCount: MAX_ALIASES + 1 });
  return { value, describe: (faults) => describeFaults(faults, name, doc, at) };
}

function decodeText(bytes: Uint8Array, refuse: (what: string) => PipeError): string {
  if (bytes.byteLength > MAX_BYTES) {
    throw refuse(`${String(bytes.byteLength)} bytes; wanted at most ${String(MAX_BYTES)} (256 KiB)`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('not UTF-8; wanted text saved as UTF-8');
  }
}

/** The library's message, on one line and bounded: it may quote the file. */
function tellSyntax({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document; wanted one';
  return toAscii(redact(message.split('\n', 1).join('')).slice(0, 160));
}

type At = (offset: number) => string;

function describeFaults(faults: readonly Fault[], name: string, doc: YamlDocument.Parsed, at: At): readonly string[] {
  // One fault for each value: the first says what to change, and the others mostly follow from it.
  const byPath = new Map(faults.toReversed().map((fault) => [fault.path.join('/'), fault]));
  const first = [...byPath.values()].reverse().slice(0, MAX_FAULTS);
  const placed = first.map((fault) => ({ fault, offset: locate(doc.contents, fault.path) }));
  placed.sort((a, b) => a.offset - b.offset);
  return placed.map(({ fault: { path, what, wanted }, offset }) => {
    const keys = path.map((key) =>
      /^\d+$/.test(key) ? `[${key}]` : `.${toAscii(redact(key).slice(0, MAX_NAME_CHARS))}`,
    );
    return `${at(offset)} ${keys.join('').replace(/^\./, '') || name}: ${what}; wanted ${wanted}`;
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
