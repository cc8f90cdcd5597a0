import {
  nextSerial,
  parsePolicyTests,
  RENDER_FORMS,
  renderPolicy,
  renewFile,
  runPolicyTests,
  signPolicy,
  type RenderForm,
} from '../boundary/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import { judgeAccess, parsePolicy, type Policy } from '../policy/index.ts';
import { Secret } from '../secret.ts';
import { createKeySigner } from '../signing/index.ts';
import { VERSION } from '../version.ts';
import { readGiven, writeGiven } from './given-files.ts';
import type { PolicyArguments } from './policy-options.ts';
import type { PolicyInvocation } from './policy.ts';

/** What each form takes besides the policy. */
const FORM_OPTIONS: Readonly<Record<RenderForm, readonly string[]>> = {
  'vercel-api': [],
  terraform: [],
  vault: ['--grant', '--mount'],
  aws: ['--grant', '--account'],
  gcp: ['--grant'],
  entra: ['--grant', '--hop-issuer', '--hop-subject'],
};
/** More than a policy or a signed one may have, so that the reader of it can say by how much. */
const MAX_BYTES = 1024 * 1024;
/** Said after the policy itself was read, and so found good. */
const NO_TESTS =
  'The policy itself is well formed. What it must decide is written into that file: docs/policy.md#tests-of-a-policy.';

export async function runRender(args: PolicyArguments, invocation: PolicyInvocation): Promise<ExitStatus> {
  const { options } = args;
  const form = readForm(options['--form'] ?? 'vercel-api');
  refuseUnused(form, Object.keys(options));
  const policy = await readPolicy(args, invocation);
  const text = renderPolicy(policy, form, {
    grant: options['--grant'],
    account: options['--account'],
    mount: options['--mount'],
    hopIssuer: options['--hop-issuer'],
    hopSubject: options['--hop-subject'],
  });
  await give(text, options['--out'], invocation);
  return 0;
}

/** The signed form, with the key in `SIGNING_KEY`. Only a good policy is signed. */
export async function runSign(args: PolicyArguments, invocation: PolicyInvocation): Promise<ExitStatus> {
  const { options } = args;
  const { environment, platform } = invocation;
  const bytes = await readFile(args.files[0], invocation);
  parsePolicy(bytes, VERSION);
  const after = options['--after'] === undefined ? undefined : decode(await readFile(options['--after'], invocation));
  const key = environment['SIGNING_KEY'];
  if (!key) throw noKey();
  const signer = createKeySigner(new Secret(key));
  const given = options['--serial'] === undefined ? undefined : Number(options['--serial']);
  const serial = await nextSerial({ given, after, now: platform.clock.now() }, signer);
  await give(`${await signPolicy(bytes, signer, serial)}\n`, options['--out'], invocation);
  platform.log.info(`Signed with serial ${String(serial)} by ${signer.keyId}.`);
  return 0;
}

function noKey(): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'A policy is signed with a key of its own, and none was given.',
    got: 'no SIGNING_KEY',
    wanted: 'a private EC P-256 key, as PEM or JWK, in the environment of this command',
    fix: 'Make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out policy-key.pem. Keep it away from pipelines: whoever has it writes the policy.',
  });
}

/** New dates. The file itself changes only with `--write`: the difference is to be reviewed. */
export async function runRenew(args: PolicyArguments, invocation: PolicyInvocation): Promise<ExitStatus> {
  const { files, options, flags } = args;
  const { clock, log } = invocation.platform;
  const bytes = await readFile(files[0], invocation);
  const days = options['--days'] === undefined ? undefined : Number(options['--days']);
  const renewal = renewFile(bytes, (text) => parsePolicy(text, VERSION), clock.now(), days);
  const write = flags.includes('--write');
  await give(decode(renewal.bytes), write ? files[0] : options['--out'], invocation);
  for (const change of renewal.changes) log.info(change);
  if (!write && options['--out'] === undefined) log.info('Nothing was written: --write changes the file itself.');
  return 0;
}

/** Status 1 where a test fails. */
export async function runTest(args: PolicyArguments, invocation: PolicyInvocation): Promise<ExitStatus> {
  const [path, second] = args.files;
  const testsPath = second ?? path.replace(/(?:\.ya?ml)?$/, '.tests.yml');
  const policy = await readPolicy(args, invocation);
  const tests = parsePolicyTests(await readGiven(invocation.platform.files, testsPath, MAX_BYTES, NO_TESTS));
  const report = runPolicyTests(tests, policy, (claims, request) => judgeAccess(policy, claims, request));
  const sum = `${String(report.passed)} passed, ${String(report.failed)} failed`;
  invocation.print(`${[...report.lines, sum].join('\n')}\n`);
  for (const warning of report.warnings) invocation.platform.log.warn(warning);
  return report.failed > 0 ? 1 : 0;
}

export async function readPolicy({ files }: PolicyArguments, invocation: PolicyInvocation): Promise<Policy> {
  return parsePolicy(await readFile(files[0], invocation), VERSION);
}

/** @throws {PipeError} `USAGE` where nothing is, or what cannot be read. */
export function readFile(path: string, { platform }: PolicyInvocation): Promise<Uint8Array> {
  return readGiven(platform.files, path, MAX_BYTES);
}

async function give(text: string, out: string | undefined, { platform, print }: PolicyInvocation): Promise<void> {
  if (out === undefined) {
    print(text);
    return;
  }
  await writeGiven(platform.files, out, text);
  platform.log.info(`Written: ${out}`);
}

/** Every byte counts: no byte order mark is dropped. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function readForm(text: string): RenderForm {
  const form = RENDER_FORMS.find((name) => name === text);
  if (form !== undefined) return form;
  throw new PipeError({
    code: 'USAGE',
    message: 'A policy is not rendered in this form.',
    got: `--form ${JSON.stringify(text.slice(0, 60))}`,
    wanted: RENDER_FORMS.join(', '),
  });
}

/** An option that changes nothing would leave its author believing that it did. */
function refuseUnused(form: RenderForm, names: readonly string[]): void {
  const unused = names.filter((name) => ![...FORM_OPTIONS[form], '--form', '--out'].includes(name));
  if (unused.length === 0) return;
  throw new PipeError({
    code: 'USAGE',
    message: `The form ${form} does not take ${unused.join(', ')}.`,
    wanted: FORM_OPTIONS[form].join(', ') || 'no option besides --form and --out',
  });
}
