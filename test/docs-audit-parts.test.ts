import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../tools/root.ts';
import { listBlocks } from './support/page-text.ts';

const page = readFileSync(`${ROOT}docs/audit-at-scale.md`, 'utf8');

interface Part {
  readonly 'on-fail'?: unknown;
  readonly deployment: string;
  readonly script: readonly (string | { readonly variables: Readonly<Record<string, string>> })[];
  readonly artifacts: { readonly upload: readonly { readonly paths: readonly string[] }[] };
}

describe('the audits side by side', () => {
  const [text = ''] = listBlocks(page);
  const { monthly } = (
    parse(text) as { pipelines: { custom: { monthly: { step?: Part; parallel?: { step: Part }[] }[] } } }
  ).pipelines.custom;
  const parts = (monthly[1]?.parallel ?? []).map(({ step }) => step);
  const variablesOf = ({ script }: Part): Readonly<Record<string, string>> =>
    script.flatMap((line) => (typeof line === 'string' ? [] : [line.variables]))[0] ?? {};

  it('do not keep Join from running where they find something, and Bitbucket is asked by each', () => {
    expect(parts).toHaveLength(2);
    for (const part of parts) {
      expect(part['on-fail']).toEqual({ strategy: 'ignore' });
      expect(variablesOf(part)['BITBUCKET_ACCESS_TOKEN']).toBe('$AUDIT_BITBUCKET_TOKEN');
    }
    expect(monthly[2]?.step?.['on-fail']).toBeUndefined();
    // An environment is taken once in a pipeline.
    expect(new Set(parts.map(({ deployment }) => deployment)).size).toBe(2);
  });

  it('read the records that the first step fetches for them', () => {
    const fetched = monthly[0]?.step?.artifacts.upload.flatMap(({ paths }) => paths);
    const read = parts.map((part) => variablesOf(part)['COMMAND']?.split(/\s+/).at(-1));
    expect(fetched).toEqual(read.map((folder) => `${String(folder)}/**`));
    const syncs = (monthly[0]?.step?.script ?? []).filter(
      (line): line is string => typeof line === 'string' && line.startsWith('aws s3 sync'),
    );
    for (const [index, part] of parts.entries()) {
      const [, projects = ''] = /--projects (\S+)/.exec(variablesOf(part)['COMMAND'] ?? '') ?? [];
      const included = [...(syncs[index] ?? '').matchAll(/--include '\*-(\w+)-\*'/g)].map(([, id]) => id);
      expect(included).toEqual(projects.split(','));
    }
  });
});

it('tells the same of a first audit as the changelog', () => {
  const [, figure = ''] = /proves every record, takes (\w+ to \w+ minutes)/.exec(page) ?? [];
  const changelog = readFileSync(`${ROOT}CHANGELOG.md`, 'utf8').replaceAll(/\s+/g, ' ');
  expect(changelog).toContain(`a first audit of 100,000 deployments takes ${figure}.`);
});
