/** `npm run demo -- --chain entra`: a deployment whose credential comes by other identity providers. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { serveSandbox } from '../src/sandbox/index.ts';
import { buildBundle, ROOT } from './bundle.ts';
import { CHAINS, chainText, type ChainName } from './demo-chains.ts';
import { makeClone } from './demo-clone.ts';
import { runPipe } from './pipe-process.ts';

const say = (text: string): void => console.log(text);
const show = (text: string): void => void process.stdout.write(text.replace(/^(?=.)/gm, '    '));

/** @returns whether all went as it should. */
export async function demoChain(name: ChainName): Promise<boolean> {
  say(`\n1. Building the pipe, and starting a sandbox with a team's identity providers: ${CHAINS[name]}`);
  await buildBundle();
  const served = await serveSandbox({ providers: true });
  const { issuer, vercel, providers } = served.sandbox;
  if (!providers) throw new Error('the sandbox has no identity providers');
  const clone = await makeClone(`${ROOT}build/demo-${name}`, issuer);
  const policy = `${clone.directory}/deploy-policy.yml`;
  const text = (await readFile(policy, 'utf8')).replace('- vercel: {}', chainText(name, providers));
  await writeFile(policy, text);
  const environment = {
    ...issuer.bitbucketEnvironment(await issuer.mintToken()),
    BITBUCKET_CLONE_DIR: clone.directory,
    VERCEL_TEAM_ID: vercel.team.id,
    VERCEL_PROJECT_ID: 'prj_web',
    TARGET: 'production',
    VERCEL_API_URL: served.url,
  };

  say(`2. The chain, as ${relative(process.cwd(), policy)} has it\n`);
  show(/^exchanges:[^]*?(?=^grants:)/m.exec(text)?.[0] ?? '');

  say('\n3. COMMAND: doctor proves it, and deploys nothing\n');
  const run = { workingDir: clone.directory, echo: show };
  const examined = await runPipe({ ...run, environment: { ...environment, COMMAND: 'doctor' } });

  say('\n4. The deployment\n');
  const deployed = await runPipe({ ...run, environment: { ...environment, SIGNING_KEY: clone.signingKey } });

  say('\n5. What the record keeps of each exchange, and nothing that could be used again\n');
  show(`${JSON.stringify(await readExchanges(`${clone.directory}/deploy-records`), undefined, 2)}\n`);
  await served.close();

  const alive = vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined).length;
  const logins = providers.vault.tokens.filter(({ revoked }) => !revoked).length;
  say(`\nLeft alive: ${String(alive)} tokens of Vercel, ${String(logins)} logins at Vault.`);
  return examined.status === 0 && deployed.status === 0 && alive === 0 && logins === 0;
}

async function readExchanges(folder: string): Promise<unknown> {
  const name = (await readdir(folder)).find((file) => file.endsWith('.result.sigstore.json')) ?? '';
  const bundle = JSON.parse(await readFile(`${folder}/${name}`, 'utf8')) as { dsseEnvelope: { payload: string } };
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8');
  return (JSON.parse(payload) as { predicate: { vercel: { exchanges: unknown } } }).predicate.vercel.exchanges;
}
