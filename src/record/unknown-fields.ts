import schema from '../../schemas/record.schema.json' with { type: 'json' };
import { quote } from './refuse.ts';

interface SchemaNode {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  /** Where it is given, every name is known. */
  readonly additionalProperties?: SchemaNode;
  readonly items?: SchemaNode;
}

const DEFINITIONS = schema.$defs as Readonly<Record<string, SchemaNode>>;

/** Where a statement that fits the schema has fields that the schema does not name, as JSON pointers. */
export function findUnknownFields(statement: unknown): readonly string[] {
  return walk(statement, schema as SchemaNode, '');
}

function walk(value: unknown, node: SchemaNode, path: string): readonly string[] {
  const { properties = {}, additionalProperties, items } = resolve(node);
  if (Array.isArray(value)) {
    return items ? value.flatMap((item, index) => walk(item, items, `${path}/${String(index)}`)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    const place = `${path}/${key}`;
    return known ? walk(child, known, place) : [quote(place)];
  });
}

function resolve(node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  return DEFINITIONS[node.$ref.slice('#/$defs/'.length)] ?? {};
}
