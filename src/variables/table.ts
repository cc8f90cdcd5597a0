import schema from '../../schemas/variables.schema.json' with { type: 'json' };

/** One variable as the schema describes it. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  readonly list: boolean;
  readonly secret: boolean;
  /** There and empty is a fault: most often a typo in `$NAME`. */
  readonly decides: boolean;
  readonly required: boolean;
  readonly wanted: string | undefined;
  readonly example: string | undefined;
  readonly default: string | undefined;
}

interface Property {
  readonly description: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly examples?: readonly (string | readonly string[])[];
  readonly 'x-secret'?: boolean;
  readonly 'x-decides'?: boolean;
  readonly 'x-wanted'?: string;
}

/** The one table: schema, README and `pipe.yml` say the same, held by a test. */
export const VARIABLES: ReadonlyMap<string, Variable> = new Map(
  Object.entries(schema.properties as Readonly<Record<string, Property>>).map(([name, property]) => [
    name,
    toVariable(name, property),
  ]),
);

function toVariable(name: string, property: Property): Variable {
  const example = property.examples?.[0];
  return {
    name,
    description: property.description,
    list: property.type === 'array',
    secret: property['x-secret'] === true,
    decides: property['x-decides'] === true,
    required: schema.required.includes(name),
    wanted: property['x-wanted'] ?? property.enum?.join(' or '),
    example: Array.isArray(example)
      ? `[${example.map((item) => `'${String(item)}'`).join(', ')}]`
      : example?.toString(),
    default: property.default,
  };
}
