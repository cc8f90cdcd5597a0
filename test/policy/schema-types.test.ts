import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Action, Actor, Policy, Requirements, SignerName } from '../../src/policy/index.ts';
import { GOOD } from './support/policy.ts';
import { refusal } from './support/refusal.ts';

interface Field {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: { enum?: readonly string[] };
}
interface Schema {
  readonly properties: Readonly<Record<string, Field>>;
  readonly additionalProperties?: unknown;
}
const file = JSON.parse(
  await readFile(new URL('../../schemas/deploy-policy.schema.json', import.meta.url), 'utf8'),
) as Schema & {
  $defs: Readonly<Record<string, Schema>>;
};

/** The compiler holds these lists equal to the types; the tests below hold them equal to the schema. */
const actions: Record<Action, true> = { deploy: true, promote: true, rollback: true, audit: true };
const signers: Record<SignerName, true> = {
  keyless: true,
  key: true,
  vault: true,
  'aws-kms': true,
  'gcp-kms': true,
  'azure-key-vault': true,
};
const keys: Record<keyof Policy['signers'], true> = {
  vault: true,
  'aws-kms': true,
  'gcp-kms': true,
  'azure-key-vault': true,
};
const actors: Record<Exclude<Actor, 'unknown'>, true> = { human: true, agent: true, schedule: true };
const enforced: Record<keyof Requirements, true> = {
  signers: true,
  timestamp: true,
  store: true,
  noStatic: true,
  recordedOnly: true,
  actors: true,
};
const fields: Record<Exclude<keyof Policy, 'digest'>, true> = {
  issued: true,
  expires: true,
  issuers: true,
  audience: true,
  keys: true,
  exchanges: true,
  signers: true,
  grants: true,
};

describe('schema and types agree', () => {
  it('on actions, signers, actors and fields', () => {
    expect(file.$defs['allow']?.properties['actions']?.items?.enum).toEqual(Object.keys(actions));
    expect(file.$defs['require']?.properties['signers']?.items?.enum).toEqual(Object.keys(signers));
    expect(file.$defs['grant']?.properties['signer']?.enum).toEqual(Object.keys(signers));
    const ofPolicy = (file.properties['signers'] as Schema | undefined)?.properties ?? {};
    expect(Object.keys(ofPolicy)).toEqual(Object.keys(keys));
    expect(file.$defs['require']?.properties['actors']?.items?.enum).toEqual(Object.keys(actors));
    expect(Object.keys(file.properties)).toEqual(expect.arrayContaining(Object.keys(fields)));
  });

  it.each(Object.keys(file.$defs['require']?.properties ?? {}))('on the requirement %s', (name) => {
    const value = { signers: '[key]', actors: '[human]' }[name] ?? 'true';
    const text = GOOD.replace(/require: .*/, `require: { ${name}: ${value} }`);
    expect(refusal(text)?.code).toBeUndefined();
    expect(enforced).toHaveProperty(name);
  });

  it('describes every field, for editors', () => {
    expect(findUndescribed(file, [])).toEqual([]);
    expect(findUndescribed({ properties: { a: {}, b: { description: '' } } }, [])).toEqual(['a', 'b']);
  });

  it('closes every map of its own, for editors as well', () => {
    const closed = ['grant', 'allow', 'require', 'hop', 'azureKey'].map(
      (name) => file.$defs[name]?.additionalProperties,
    );
    const signerMap = (file.properties['signers'] as Schema | undefined)?.additionalProperties;
    expect([file.additionalProperties, signerMap, ...closed]).toEqual(Array(7).fill(false));
  });
});

/** The paths of all fields, wherever they stand in a schema, that have no description. */
function findUndescribed(schema: unknown, path: readonly string[]): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]: [string, unknown]) => {
    if (keyword !== 'properties') return findUndescribed(value, [...path, keyword]);
    return Object.entries(value as Readonly<Record<string, { description?: string }>>).flatMap(([name, field]) => {
      const place = [...path, name];
      return [...(field.description ? [] : [place.join('/')]), ...findUndescribed(field, place)];
    });
  });
}
