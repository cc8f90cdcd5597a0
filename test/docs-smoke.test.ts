import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { SMOKE_AUDIENCE } from '../src/smoke/index.ts';
import { parseVariables } from '../src/variables/index.ts';
import { listBlocks } from './support/page-text.ts';

const readme = await readFile(new URL('../docs/commands.md', import.meta.url), 'utf8');
const [section = ''] = /^## Smoke tests\n.*?(?=^## )/ms.exec(readme) ?? [];
const [inStep = '', apart = ''] = listBlocks(section);

interface Call {
  readonly pipe: string;
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
}

/** As Bitbucket passes them: lists by their items, the shell's variables filled in. */
function environmentOf({ variables }: Call): Record<string, string> {
  const fill = (text: string): string => text.replace('$BITBUCKET_BUILD_NUMBER', '42');
  const entries = Object.entries(variables).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[name, fill(value)]]
      : [[`${name}_COUNT`, String(value.length)], ...value.map((item, index) => [`${name}_${String(index)}`, item])],
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

describe('the pages on smoke tests', () => {
  it('show a step that the pipe takes as it is', () => {
    const [call] = parse(inStep) as [Call];
    const { after } = parseVariables(environmentOf(call), '/clone');
    expect(after).toMatchObject({
      rollbackOnFailure: true,
      smokePaths: [{ path: '/', status: 200, text: 'Welcome' }, {}, { status: 308 }],
    });
  });

  it("show steps whose tokens open one thing each, and the deploy's records in the hands of the test", () => {
    const [deploy, smoke] = (parse(apart) as { readonly step: Step }[]).map(({ step }) => step);
    expect(deploy?.oidc.audiences).toEqual(['https://vercel.com/api/login/oauth/token']);
    expect(smoke?.oidc.audiences).toEqual([SMOKE_AUDIENCE]);
    expect(deploy?.artifacts).toMatchObject({ upload: [{ type: 'shared', paths: ['deploy-records/**'] }] });
    for (const step of [deploy, smoke]) {
      const [call] = step?.script ?? [];
      if (!call) throw new Error('a step without the pipe');
      expect(() => parseVariables(environmentOf(call), '/clone')).not.toThrow();
    }
    expect(smoke?.script[0]?.variables).toMatchObject({
      COMMAND: 'smoke',
      DEPLOYMENT: 'build:$BITBUCKET_BUILD_NUMBER',
    });
  });
});

interface Step {
  readonly oidc: { readonly audiences: readonly string[] };
  readonly script: readonly Call[];
  readonly artifacts?: unknown;
}
