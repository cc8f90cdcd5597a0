import type { Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';

export interface Command {
  readonly title: string;
  readonly note: string;
  readonly text: string;
}

type Facts = Pick<PageFacts, 'teamId' | 'allowSandbox'>;

const KEYLESS = new Set(['held-token', 'timed']);

/**
 * How to prove a row again without this page. They are run in the folder of records that the audit was given; where keys
 * lie, only the reader knows, so those are variables without which the shell stops and says what they are.
 */
export function commandsOf(row: Row, facts: Facts): Command[] {
  return [...recordCommands(row, facts), ...serverCommands(row, facts)];
}

function recordCommands({ record }: Row, { allowSandbox }: Facts): Command[] {
  if (record === undefined) return [];
  const file = quote(record.file.startsWith('-') ? `./${record.file}` : record.file);
  const keyless = record.assurance === undefined || KEYLESS.has(record.assurance);
  const timed = record.timedBy === 'timestamp';
  const options = [
    keyless ? '--issuer-keys "${KEYS:?path of issuer-keys.json}"' : '--keys "${KEYS:?path of your list of keys}"',
    ...(timed ? ['--tsa "${TSA:?path of the root that you trust}"'] : []),
    ...(allowSandbox === true ? ['--allow-sandbox'] : []),
  ];
  const notes = [
    keyless
      ? "Set KEYS to your archive of Bitbucket's keys, or to the issuer-keys.json that the audit wrote beside this page, as KEYS=../audit/issuer-keys.json."
      : 'Set KEYS to your own list of keys, as KEYS=../deploy-keys.json.',
    ...(timed ? ['Set TSA to the root of the timestamp authority, as TSA=../tsa-root.pem.'] : []),
    ...(allowSandbox === true ? ['The audit took records of trials, too (--allow-sandbox).'] : []),
  ];
  return [
    {
      title: 'The file is the one that was audited',
      note: 'Prints OK.',
      text: `printf '%s  %s\\n' ${quote(record.digest)} ${file} | sha256sum -c`,
    },
    {
      title: 'It holds, by our own program',
      note: notes.join(' '),
      text: `vercel-oidc-deploy verify ${options.join(' ')} ${file}`,
    },
    {
      title: 'It holds, by public tools',
      note: keyless
        ? 'key.pem comes from check-proof.py in docs/record.md, which proves the key by the token of the step.'
        : 'key.pem comes from the key service or from whoever keeps the key: never from the record.',
      text: [
        `FILE=${file}`,
        'jq -r .dsseEnvelope.payload "$FILE" | base64 -d > payload',
        'jq -r \'.dsseEnvelope.signatures[0].sig\' "$FILE" | base64 -d > sig',
        'TYPE=$(jq -r .dsseEnvelope.payloadType "$FILE")',
        '{ printf \'DSSEv1 %d %s %d \' "${#TYPE}" "$TYPE" "$(wc -c < payload)"; cat payload; } > signed',
        'openssl dgst -sha256 -verify key.pem -signature sig signed',
        "jq '.predicate | {phase, action, outcome, vercel, signer, policy}' payload",
      ].join('\n'),
    },
  ];
}

function serverCommands({ deployment, build }: Row, { teamId }: Facts): Command[] {
  const commands: Command[] = [];
  if (deployment && /^dpl_\w+$/.test(deployment.id) && /^\w+$/.test(teamId)) {
    commands.push({
      title: 'What Vercel says',
      note: 'With a token that may read the team.',
      text: [
        `curl -sH "Authorization: Bearer $VERCEL_TOKEN" \\`,
        `  'https://api.vercel.com/v13/deployments/${deployment.id}?teamId=${teamId}' |`,
        "  jq '{id, url, target, readyState, createdAt, creator, meta}'",
      ].join('\n'),
    });
  }
  const { repository = '', pipelineUuid = '' } = build ?? {};
  if (/^[\w.-]+\/[\w.-]+$/.test(repository) && /^[0-9a-f-]{36}$/.test(pipelineUuid)) {
    commands.push({
      title: 'What Bitbucket says',
      note: 'With a token that has read:pipeline.',
      text: [
        `curl -sH "Authorization: Bearer $BITBUCKET_ACCESS_TOKEN" \\`,
        `  'https://api.bitbucket.org/2.0/repositories/${repository}/pipelines/%7B${pipelineUuid}%7D' |`,
        "  jq '{build_number, created_on, completed_on, creator, target}'",
      ].join('\n'),
    });
  }
  return commands;
}

/** One word of a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
