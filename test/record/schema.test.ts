import { describe, expect, it } from '@jest/globals';
import { validateRecord } from '../../build/validators.js';
import schema from '../../schemas/record.schema.json' with { type: 'json' };
import type { Outcome, Predicate, RecordedDeployment, Statement, Subject } from '../../src/record/types.ts';
import { findSchemaFaults } from '../../src/record/schema-faults.ts';
import { makeRecord } from './support/records.ts';
import {
  ASSERTED,
  CREATOR,
  CREDENTIAL,
  PIPELINE,
  POLICY,
  REF,
  SOURCE,
  OIDC,
  type Fields,
  type Present,
  ACTS_ON,
  BITBUCKET,
  CHANGES,
  CLEANUP_ITEM,
  ENVIRONMENT,
  EXCHANGE,
  PREVIOUS,
  PROOF,
  PULLED,
  ROLLBACK,
  SMOKE,
  SMOKE_CHECK,
  SMOKE_PATH,
  VARIABLE,
  UPLOAD,
  PART,
  VERCEL,
} from './support/schema-fields.ts';

const STATEMENT: Fields<Statement> = {
  _type: 'required',
  subject: 'required',
  predicateType: 'required',
  predicate: 'required',
};
const SUBJECT: Fields<Subject> = { name: 'required', uri: 'optional', digest: 'required' };
const PREDICATE: Fields<Predicate> = {
  recordVersion: 'required',
  recordId: 'required',
  phase: 'required',
  intent: 'optional',
  action: 'required',
  outcome: 'optional',
  sandbox: 'required',
  oidc: 'required',
  bitbucket: 'required',
  policy: 'required',
  vercel: 'required',
  manifest: 'optional',
  producer: 'required',
  environmentMetadata: 'optional',
  previous: 'optional',
  smoke: 'optional',
  signer: 'required',
  startedAt: 'required',
  deployedAt: 'optional',
  signedAt: 'required',
};
const INTENT: Fields<Present<Predicate['intent']>> = { digest: 'required' };
const OUTCOME: Fields<Outcome> = { status: 'required', exitStatus: 'required', code: 'optional', message: 'optional' };
const DEPLOYMENT: Fields<RecordedDeployment> = {
  id: 'required',
  url: 'required',
  inspectorUrl: 'optional',
  target: 'required',
  readyState: 'required',
  aliasAssigned: 'required',
  aliases: 'required',
  creatorType: 'optional',
  createdAt: 'optional',
  readyAt: 'optional',
  readySubstate: 'optional',
  ending: 'optional',
  origin: 'optional',
};
const ORIGIN: Fields<Present<RecordedDeployment['origin']>> = {
  kind: 'required',
  recordId: 'optional',
  intentDigest: 'optional',
};
const MANIFEST: Fields<Present<Predicate['manifest']>> = {
  digest: 'required',
  files: 'required',
  bytes: 'required',
  functions: 'required',
};
const FUNCTION: Fields<Present<Predicate['manifest']>['functions'][number]> = {
  name: 'required',
  runtime: 'required',
  edge: 'required',
  size: 'optional',
};
const PRODUCER: Fields<Predicate['producer']> = { name: 'required', version: 'required' };
const SIGNER: Fields<Predicate['signer']> = {
  mode: 'required',
  keyId: 'required',
  keyUri: 'optional',
  jwkThumbprint: 'required',
  alg: 'required',
  static: 'optional',
};

interface Node {
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly description?: string; readonly $ref?: string }>>;
}

const { $defs: defs } = schema;
const { predicate } = defs;

describe('schemas/record.schema.json', () => {
  it.each<{ name: string; node: Node; fields: Readonly<Record<string, string>> }>([
    { name: 'statement', node: schema, fields: STATEMENT },
    { name: 'subject', node: defs.subject, fields: SUBJECT },
    { name: 'predicate', node: predicate, fields: PREDICATE },
    { name: 'intent', node: predicate.properties.intent, fields: INTENT },
    { name: 'outcome', node: defs.outcome, fields: OUTCOME },
    { name: 'oidc', node: defs.oidc, fields: OIDC },
    { name: 'proof', node: defs.proof, fields: PROOF },
    { name: 'bitbucket', node: defs.bitbucket, fields: BITBUCKET },
    { name: 'environmentMetadata', node: defs.environmentMetadata, fields: ENVIRONMENT },
    { name: 'variable', node: defs.environmentMetadata.properties.variables.items, fields: VARIABLE },
    { name: 'changes', node: defs.environmentMetadata.properties.changes, fields: CHANGES },
    { name: 'previous', node: defs.previous, fields: PREVIOUS },
    { name: 'pipeline', node: defs.pipeline, fields: PIPELINE },
    { name: 'ref', node: defs.pipeline.properties.ref, fields: REF },
    { name: 'creator', node: defs.pipeline.properties.creator, fields: CREATOR },
    { name: 'source', node: defs.policy.properties.source, fields: SOURCE },
    { name: 'asserted', node: defs.asserted, fields: ASSERTED },
    { name: 'policy', node: defs.policy, fields: POLICY },
    { name: 'vercel', node: defs.vercel, fields: VERCEL },
    { name: 'credential', node: defs.vercel.properties.credential, fields: CREDENTIAL },
    { name: 'actsOn', node: defs.actsOn, fields: ACTS_ON },
    { name: 'cleanupItem', node: defs.cleanupItem, fields: CLEANUP_ITEM },
    { name: 'pulled', node: defs.pulled, fields: PULLED },
    { name: 'smoke', node: defs.smoke, fields: SMOKE },
    { name: 'rollback', node: defs.smoke.properties.rollback, fields: ROLLBACK },
    { name: 'smokeCheck', node: defs.smokeCheck, fields: SMOKE_CHECK },
    { name: 'smokePath', node: defs.smokePath, fields: SMOKE_PATH },
    { name: 'exchange', node: defs.exchange, fields: EXCHANGE },
    { name: 'deployment', node: defs.deployment, fields: DEPLOYMENT },
    { name: 'origin', node: defs.origin, fields: ORIGIN },
    { name: 'upload', node: defs.upload, fields: UPLOAD },
    { name: 'part', node: defs.upload.properties.parts.items, fields: PART },
    { name: 'manifest', node: defs.manifest, fields: MANIFEST },
    { name: 'function', node: defs.manifest.properties.functions.items, fields: FUNCTION },
    { name: 'producer', node: predicate.properties.producer, fields: PRODUCER },
    { name: 'signer', node: predicate.properties.signer, fields: SIGNER },
  ])('has the fields of the type: $name', ({ node, fields }) => {
    const properties = node.properties ?? {};
    const required = Object.keys(fields).filter((field) => fields[field] === 'required');
    expect(Object.keys(properties).sort()).toEqual(Object.keys(fields).sort());
    expect([...(node.required ?? [])].sort()).toEqual(required.sort());
  });

  it('describes every field', () => {
    expect(findUndescribed(schema, '')).toEqual([]);
  });

  it('refuses a record without any one of its required fields', async () => {
    const { statement } = await makeRecord();
    expect(findSchemaFaults(validateRecord, statement, 'it')).toEqual([]);
    const required = Object.keys(PREDICATE).filter((field) => PREDICATE[field as keyof Predicate] === 'required');
    const faults = required.map((field) =>
      findSchemaFaults(
        validateRecord,
        { ...statement, predicate: { ...statement.predicate, [field]: undefined } },
        'it',
      ),
    );
    expect(faults).toEqual(required.map((field) => [`"/predicate" lacks ${field}.`]));
  });
});

/** Fields of the schema that say nothing to a reader; a `$ref` may leave it to its definition. */
function findUndescribed(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { properties = {} } = value as Node;
  const silent = Object.entries(properties).flatMap(([key, field]) => {
    const said = field.description ?? (field.$ref === undefined ? undefined : lookUp(field.$ref).description);
    return said === undefined ? [`${path}/${key}`] : [];
  });
  return [...silent, ...Object.entries(value).flatMap(([key, child]) => findUndescribed(child, `${path}/${key}`))];
}

function lookUp(reference: string): Node {
  return (defs as Readonly<Record<string, Node>>)[reference.slice('#/$defs/'.length)] ?? {};
}
