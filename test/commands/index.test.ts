import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { VERSION } from '../../src/version.ts';
import { BUNDLE_OPTIONS } from '../../tools/bundle.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

describe('a command', () => {
  it('that nobody knows is refused, with those that there are', async () => {
    const { status, log } = await runStep(sandbox, step, { environment: { COMMAND: 'destroy everything' } });
    expect(status).toBe(2);
    expect(log).toMatch(/USAGE[^]*got: +"destroy"[^]*wanted: deploy, doctor, [a-z, ]*policy, verify/);
    expect(log).toContain('fix:    Set COMMAND, or remove it: deploy is the default.');
    const line = await runStep(sandbox, step, { args: ['--destroy'] });
    expect(line.log).toContain('fix:    Write one of these as the first word: `help` lists what they do.');
    expect(sandbox.journal).toEqual([]);
  });

  it.each(['version', '--version'])('%s prints the version alone', async (word) => {
    const { status, printed, log } = await runStep(sandbox, step, { args: [word] });
    expect({ status, printed, log }).toEqual({ status: 0, printed: `${VERSION}\n`, log: '' });
    expect((await runStep(sandbox, step, { args: [word, 'please'] })).status).toBe(2);
  });

  it.each(['valueOf', '__proto__', 'hasOwnProperty'])('is no word that every object knows: %s', async (word) => {
    const { status, log } = await runStep(sandbox, step, { environment: { COMMAND: word } });
    expect(status).toBe(2);
    expect(log).toContain(`got:    "${word}"`);
  });

  it('that is there and empty is a fault of the variables', async () => {
    const { status, log } = await runStep(sandbox, step, { environment: { COMMAND: '' } });
    expect(status).toBe(2);
    expect(log).toContain('COMMAND: there, but empty');
  });

  it.each(['help', '--help', '-h'])('%s tells of every other', async (word) => {
    const { status, printed } = await runStep(sandbox, step, { args: [word] });
    expect(status).toBe(0);
    const { log } = await runStep(sandbox, step, { environment: { COMMAND: 'destroy' } });
    const [, wanted = ''] = /wanted: (.*)/.exec(log) ?? [];
    const known = wanted.split(', ').filter((name) => name !== 'help');
    expect(known.length).toBeGreaterThan(8);
    expect(known.filter((name) => !new RegExp(`^  .*\\b${name}\\b`, 'm').test(printed))).toEqual([]);
    expect(sandbox.journal).toEqual([]);
  });

  it.each([
    ['verify', /^\nverify \(--key FILE \|[^\n]*PATH…\n\nMore: docs\/record\.md#/],
    [
      'audit',
      /^\naudit --since TIME [^\n]*\naudit merge [^\n]*\naudit sign-exceptions [^\n]*\n\nMore: docs\/audit\.md /,
    ],
    ['audit merge', /^\naudit merge [^\n]*\n\nMore: docs\/audit\.md /],
    ['policy', /^\npolicy render [^]*\npolicy test [^\n]*\n\nMore: docs\/policy\.md /],
    ['policy render', /^\npolicy render \[POLICY\] [^\n]*\n\nMore: docs\/policy\.md /],
  ])('%s prints its own form where help is asked for', async (command, form) => {
    for (const line of [`${command} --help`, `${command} -h`, `help ${command}`]) {
      const { status, printed, log } = await runStep(sandbox, step, { args: line.split(' ') });
      expect({ status, log }).toEqual({ status: 0, log: '' });
      expect(printed).toMatch(form);
    }
  });

  it.each(['deploy', 'doctor', 'promote', 'rollback', 'smoke', 'cleanup', 'pull'])(
    '%s does nothing but tell what there is where help is asked for',
    async (command) => {
      const { printed: help } = await runStep(sandbox, step, { args: ['help'] });
      for (const flag of ['--help', '-h']) {
        const { status, printed, log } = await runStep(sandbox, step, {
          environment: { COMMAND: `${command} ${flag}` },
        });
        expect({ status, printed, log }).toEqual({ status: 0, printed: help, log: '' });
      }
      expect(sandbox.journal).toEqual([]);
    },
  );

  it.each(['deploy', 'doctor', 'promote', 'rollback', 'smoke', 'cleanup', 'pull'])(
    '%s refuses words after it before anything is sent',
    async (command) => {
      const line = await runStep(sandbox, step, { args: [command, '--yes', 'now please'] });
      expect({ status: line.status, files: step.files() }).toEqual({ status: 2, files: [] });
      expect(line.log).toContain(`USAGE: The command ${command} takes no words after it`);
      expect(line.log).toMatch(/got: +"--yes" "now please"\n[^]*README\.md#variables/);
      const words = await runStep(sandbox, step, { environment: { COMMAND: `${command} --yes` } });
      expect({ status: words.status, got: /got: +(.*)/.exec(words.log)?.[1] }).toEqual({ status: 2, got: '"--yes"' });
      expect(sandbox.journal).toEqual([]);
    },
  );

  it.each([
    ['--token=Xk29fjKQ82mdoPqLx0Zb3uVt', '"--token=…"'],
    ['--token Xk29fjKQ82mdoPqLx0Zb3uVt', '"--token" "…"'],
    ['-t Xk29fjKQ82mdoPqLx0Zb3uVt', '"-t" "…"'],
    ['-tXk29fjKQ82mdoPqLx0Zb3uVt', '"-t…"'],
    ['VERCEL_TOKEN=Xk29fjKQ82mdoPqLx0Zb3uVt', '"VERCEL_TOKEN=…"'],
  ])('a token that is given as %s is not shown', async (words, got) => {
    for (const command of ['deploy', 'verify', 'policy', 'audit', '']) {
      const args = `${command} ${words}`.trim().split(' ');
      const { status, log, printed } = await runStep(sandbox, step, { args });
      expect(status).toBe(2);
      expect(log + printed).not.toContain('Xk29');
      if (command === 'deploy') expect(log).toContain(`got:    ${got}\n`);
    }
  });

  it.each([
    ['deploy', '--prod', 'TARGET: production'],
    ['deploy', 'preview', 'TARGET: preview'],
    ['deploy', '--dry-run', 'COMMAND: doctor, which looks at everything and deploys nothing'],
    ['cleanup', '--dry-run', "DRY_RUN: 'true'"],
    ['promote', 'dpl_123', 'DEPLOYMENT, with that as its value'],
    ['smoke', '--timeout', 'the variable TIMEOUT'],
  ])('%s says what to set in place of %s', async (command, word, instead) => {
    const { log } = await runStep(sandbox, step, { args: [command, word], environment: { DRY_RUN: 'false' } });
    expect(log).toContain(`In place of ${JSON.stringify(word)}: ${instead}\n`);
    expect(sandbox.journal).toEqual([]);
  });

  it('names some of many words', async () => {
    const { log } = await runStep(sandbox, step, { args: ['deploy', 'a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    expect(log).toMatch(/got: +"a" "b" "c" "d" "e" and 2 more\n/);
  });

  it('may bring its words in the variable, as a pipe has no command line', async () => {
    const words = await runStep(sandbox, step, { environment: { COMMAND: 'policy render --form vercel-api' } });
    const line = await runStep(sandbox, step, { args: ['policy', 'render', '--form', 'vercel-api'] });
    expect({ status: words.status, log: words.log }).toEqual({ status: line.status, log: line.log });
    expect(words.printed).toBe(line.printed);
    expect(sandbox.journal).toEqual([]);
  });

  it('on the command line goes before the variable', async () => {
    writeFileSync(`${step.clone.directory}/key.pem`, step.clone.publicKeyPem);
    const { status, log } = await runStep(sandbox, step, {
      args: ['verify', '--key', `${step.clone.directory}/key.pem`, `${step.clone.directory}/none.sigstore.json`],
      environment: { COMMAND: 'deploy' },
    });
    expect(status).toBe(2);
    expect(log).toContain('A file is missing.');
    expect(sandbox.journal).toEqual([]);
  });
});

/** Every file that runs before anything is loaded by name. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile: 'unused.js', write: false });
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') visit(path);
  };
  visit(entry);
  return [...loaded];
}

describe('the start', () => {
  it('loads no command before it is asked for', async () => {
    const loaded = await loadedWith('src/app.ts');
    expect(loaded).toContain('src/app.ts');
    expect(loaded.filter((file) => /^src\/(?!app|errors|secret|version|text|digest|platform)/.test(file))).toEqual([]);
    const dispatch = await loadedWith('src/commands/index.ts');
    expect(
      dispatch.filter((file) => /^src\/(?:deploy|identity|exchange|policy|boundary|record|store)\//.test(file)),
    ).toEqual([]);
    expect(dispatch.filter((file) => file.startsWith('src/commands/')).sort()).toEqual([
      'src/commands/index.ts',
      'src/commands/run.ts',
      'src/commands/too-long.ts',
      'src/commands/trouble.ts',
    ]);
  });

  it('of a deploy loads nothing of the others', async () => {
    const loaded = await loadedWith('src/commands/deploy.ts');
    expect(loaded).toContain('src/identity/verify.ts');
    expect(loaded.filter((file) => /^src\/(?:boundary\/|commands\/(?:doctor|policy|verify))/.test(file))).toEqual([]);
  });
});
