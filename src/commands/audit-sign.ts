import { parseExceptions, signExceptions } from '../audit/index.ts';
import type { ExitStatus } from '../errors.ts';
import { openAuditSigner } from './audit-access.ts';
import { askTimestamp } from './audit-timestamp.ts';
import type { SignArguments } from './audit-options.ts';
import { readGiven, writeGiven } from './given-files.ts';
import type { Run } from './run.ts';

/**
 * `audit sign-exceptions`: signs what is excused, after all of it was checked: by the step's identity under a grant that
 * allows audit, or with SIGNING_KEY.
 */
export async function runSignExceptions({ file, out }: SignArguments, run: Run): Promise<ExitStatus> {
  const { platform } = run;
  const { files, clock, log } = platform;
  const parsed = parseExceptions(await readGiven(files, file));
  const { signer, identity, close } = await openAuditSigner(run);
  try {
    const timestamp = askTimestamp(run);
    const { bundleJson } = await signExceptions({ parsed, signer, identity, now: clock.now(), timestamp });
    await writeGiven(files, out, bundleJson);
    const count = parsed.items.length === 1 ? '1 exception' : `${String(parsed.items.length)} exceptions`;
    log.info(`Signed: ${count} in ${out}, by ${signer.name}, ${signer.keyId}`);
    return 0;
  } finally {
    await close();
  }
}
