import { isMap, isNode, isScalar, isSeq, visit } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import { redact } from '../secret.ts';
import { toAscii } from '../text.ts';

/** Nodes from the root; the deepest value of a policy stands at about 12, for maps count twice. */
const MAX_DEPTH = 32;
const MAX_ANCHORS = 20;
/** A UUID that many grants name is what aliases are for; an alias for a list or a map could hold others, and grow. */
export const MAX_ALIASES = 200;
/** Whether a list names a value twice is found by comparing each with each: of many thousands that takes minutes. */
const MAX_ITEMS = 2000;
const WRITTEN_OUT = 'wanted the value written out';

type Refuse = (node: unknown, what: string) => void;

/** What is YAML but not the strict part of it, each `line:column what; wanted …`. */
export function findRefused(doc: Document.Parsed, at: (offset: number) => string): readonly string[] {
  const found: string[] = [];
  const refuse: Refuse = (node, what) => void found.push(`${at(startOf(node))} ${what}`);
  if (doc.directives.yaml.explicit === true) refuse(undefined, 'a %YAML directive; wanted none: YAML 1.2 is read');
  const anchors = new Set<string>();
  let aliases = 0;
  visit(doc, {
    Alias: (_, node) => {
      aliases += 1;
      if (!anchors.has(node.source)) refuse(node, `an alias (*) of nothing before it; ${WRITTEN_OUT}`);
      else if (aliases === MAX_ALIASES + 1)
        refuse(node, `more than ${String(MAX_ALIASES)} aliases (*); ${WRITTEN_OUT}`);
    },
    // Not `Map:` beside it: the library would then leave maps out here.
    Value: (key, node, path) => {
      if (node.anchor !== undefined) addAnchor(node, key === 'key', anchors, refuse);
      if (node.tag !== undefined) refuse(node, 'a tag (!); wanted plain values');
      if (isMap(node)) refuseKeys(node, refuse);
      if (isSeq(node) && node.items.length > MAX_ITEMS)
        refuse(node, `a list of ${String(node.items.length)} items; wanted at most ${String(MAX_ITEMS)}`);
      if (path.length <= MAX_DEPTH) return undefined;
      refuse(node, 'nested too deeply; wanted fewer levels');
      return visit.BREAK;
    },
  });
  return found;
}

function addAnchor(node: Node & { anchor?: string }, isKey: boolean, anchors: Set<string>, refuse: Refuse): void {
  const { anchor = '' } = node;
  if (isKey || !isScalar(node)) refuse(node, 'an anchor (&) on a list, a map or a key; wanted it on a single value');
  else if (anchors.has(anchor)) refuse(node, 'the same anchor (&) for the second time; wanted once');
  else if (anchors.size >= MAX_ANCHORS) refuse(node, `more than ${String(MAX_ANCHORS)} anchors (&); ${WRITTEN_OUT}`);
  // The refused ones too: what they are is told once, and not again with each of their aliases.
  anchors.add(anchor);
}

function refuseKeys({ items }: YAMLMap, refuse: Refuse): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== 'string') refuse(key, 'a key that is not text; wanted text, in quotes where needed');
    else if (name === '<<') refuse(key, 'a merge key (<<); wanted the keys written out');
    else if (seen.has(name))
      refuse(key, `the key ${toAscii(redact(name).slice(0, 80))} for the second time; wanted once`);
    seen.add(name);
  }
}

export function startOf(node: unknown): number {
  return isNode(node) && node.range ? node.range[0] : 0;
}
