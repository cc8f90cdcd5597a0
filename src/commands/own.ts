import { PipeError } from '../errors.ts';
import { readTrust, recordFileName, verifyRecord, type Statement } from '../record/index.ts';
import { nameTarget } from '../variables/index.ts';
import { openLastingHome } from './homes.ts';
import { baseNameOf, isSignedMeta, META_INTENT, META_RECORD, type Meta } from './meta.ts';
import { MAX_RECORD_BYTES } from './named-record.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/**
 * Whether a deployment was made by an earlier run of this step. `meta` can be forged by anyone who may deploy, so a
 * signature decides: by the key of this run, or, as an ephemeral key is gone with its run, by the signed intent in the
 * lasting home, which an earlier token of this very pipeline vouches for.
 * @returns why not; undefined where it is.
 */
export async function objectToMeta(run: Run, story: Story, meta: Meta): Promise<string | undefined> {
  const { signer } = story;
  if (!signer) throw new Error('deploying without a signer');
  if (isSignedMeta(meta, signer)) return undefined;
  if (!signer.binding) return 'its proof is not signed with the key of this step.';
  story.home ??= openLastingHome(run, story);
  const base = baseNameOf(run, meta[META_RECORD]);
  if (!story.home || base === undefined) {
    return 'a keyless run is known again by its intent in RECORD_STORE alone, and that is not there.';
  }
  try {
    const bytes = await story.home.read(recordFileName(base, 'intent'), MAX_RECORD_BYTES, run.signal);
    if (!bytes) return `its intent is not in ${story.home.name}.`;
    return objectToIntent(run, story, meta, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof PipeError) return `its intent could not be checked: ${error.message}`;
    throw error;
  }
}

function objectToIntent(run: Run, story: Story, meta: Meta, text: string): string | undefined {
  const { signer, identity, manifest } = story;
  const { issuer, issuerKey } = signer?.binding ?? {};
  if (issuer === undefined || !issuerKey || !identity) throw new Error('a keyless signer without its issuer');
  const issuerKeys = JSON.stringify({ [issuer]: { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', ...issuerKey }] } });
  const options = { allowSandbox: run.config.sandbox, now: run.platform.clock.now() };
  const { statement, payloadDigest } = verifyRecord(text, readTrust({ issuerKeys }), options);
  const pairs = [
    ['digest', payloadDigest, meta[META_INTENT]],
    ['phase', statement.predicate.phase, 'intent'],
    ...compareWork(run, statement, { manifest: manifest?.digest, pipeline: identity.pipelineUuid }),
  ] as const;
  const other = pairs.find(([, got, wanted]) => got !== wanted);
  return other && `its intent has another ${other[0]}: ${String(other[1])}, not ${String(other[2])}.`;
}

function compareWork(
  { config }: Run,
  { predicate }: Statement,
  mine: { readonly manifest: string | undefined; readonly pipeline: string },
): readonly (readonly [string, string | undefined, string | undefined])[] {
  const { claims } = predicate.oidc;
  return [
    ['project', predicate.vercel.projectId, config.projectId],
    ['target', predicate.vercel.target, nameTarget(config.target)],
    ['manifest', predicate.manifest?.digest.sha256, mine.manifest],
    ['pipeline', claims['pipelineUuid'] ?? claims['pipelineRunUuid'], mine.pipeline],
  ];
}
