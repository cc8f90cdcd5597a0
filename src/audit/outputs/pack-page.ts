import { toText } from './markdown-text.ts';
import { checkSignatures } from './pack-signatures.ts';
import { groupDigits, tellCount } from './plain.ts';

const SHOWN_MISSING = 50;

/** Names in the pack, all of them plain, and of how many runs it has records. Checkpoints: the oldest first. */
export interface PackedFiles {
  readonly trust: {
    readonly publicKey?: string;
    readonly keyList?: string;
    readonly issuerKeys?: string;
    readonly tsa?: string;
  };
  /** PEM files with the keys of checkpoints and statements that are not keyless. */
  readonly auditKeys: readonly string[];
  /** Each with its list and answers beside it, made on the one before it. */
  readonly checkpoints: readonly string[];
  /** What is signed besides the records. */
  readonly statements: readonly string[];
  /** Runs whose records are in it. */
  readonly records: number;
  /** A result that the commands for one record take. */
  readonly example: string | undefined;
  readonly allowSandbox: boolean;
  /** Why something is not there, a sentence each. */
  readonly missing: readonly string[];
}

/** `VERIFY.md`: what is in the pack, and how to check it without believing it. */
export function writeVerifyPage(packed: PackedFiles): string {
  const { checkpoints, statements, example } = packed;
  const signed = [...(example === undefined ? [] : [example]), ...checkpoints, ...statements];
  return [
    describePack(packed),
    CHECK_FILES,
    checkRecords(packed),
    ...(signed.length === 0 ? [] : [checkSignatures(signed, packed)]),
    ...(checkpoints.length === 0 ? [] : [checkCheckpoints(checkpoints)]),
    describeMissing(packed),
  ].join('\n');
}

function describePack({ records }: PackedFiles): string {
  return `# How to check this evidence

The audit's answer is in \`audit/\`: \`audit.html\` for reading, \`audit.csv\` for drawing samples, \`audit.json\` for programs.
It rests on the records of ${tellCount(records, 'run')} in \`records/\`, checked with the keys in \`keys/\`.

**The keys prove nothing by being in here.** Compare \`keys/\` with what you got from its owners by another way, or put
yours in its place. Then go on in this order, in the folder that the pack was unpacked to. Needed: coreutils, \`jq\`,
\`openssl\`, and \`vercel-oidc-deploy\` (\`node dist/main.js\`, or the image with this folder mounted).
`;
}

const CHECK_FILES = `## 1. Nothing was lost or changed since it was packed

\`\`\`sh
sha256sum -c --quiet SHA256SUMS && echo files OK
\`\`\`

The list is not signed: compare the SHA-256 of the whole zip with the one that the audit printed.
`;

function checkRecords({ trust, allowSandbox, records }: PackedFiles): string {
  const options = [
    ['--issuer-keys', trust.issuerKeys],
    ['--keys', trust.keyList],
    ['--key', trust.publicKey],
    ['--tsa', trust.tsa],
  ].flatMap(([name = '', file]) => (file === undefined ? [] : [`${name} ${file}`]));
  const words = ['verify', ...options, ...(allowSandbox ? ['--allow-sandbox'] : []), 'records'];
  if (records === 0) return '## 2. The records\n\nThere are none in this pack.\n';
  return `## 2. Every record is signed by whom it says

\`\`\`sh
vercel-oidc-deploy ${words.join(' ')}
\`\`\`

Status 0: all hold, with intent and manifest. Of records that the audit calls \`UNVERIFIABLE\` it must be 1 or 4.${
    allowSandbox ? ' `--allow-sandbox`: there are records of trial runs among them, which prove no deployment.' : ''
  }
`;
}

function checkCheckpoints(checkpoints: readonly string[]): string {
  return `## 4. No record was taken away

A checkpoint signs the digest of its list: every record that an audit has counted, one a line, sorted. It names the
checkpoint before it, and what Bitbucket has said until then. The oldest comes first.

\`\`\`sh
BEFORE=
for FILE in ${checkpoints.join(' ')}; do
  BASE=\${FILE%.sigstore.json}
  LIST=$BASE.list
  jq -r .dsseEnvelope.payload $FILE | base64 -d > statement
  echo "$(jq -r .predicate.list.digest.sha256 statement)  $LIST" | sha256sum -c -
  LC_ALL=C sort -c $LIST
  if [ -e $BASE.answers ]; then
    echo "$(jq -r .predicate.answers.digest.sha256 statement)  $BASE.answers" | sha256sum -c -
  fi
  if [ -n "$BEFORE" ]; then echo "$(jq -r .predicate.previous.digest.sha256 statement)  $BEFORE" | sha256sum -c -; fi
  BEFORE=$FILE
done
cut -d ' ' -f 1 $LIST > listed
find records -name '*.sigstore.json' -exec sha256sum {} + | cut -d ' ' -f 1 | LC_ALL=C sort -u > packed
LC_ALL=C comm -13 listed packed
grep -c ' gone$' $LIST || true
\`\`\`

Of the last list, which is this audit's: the digests that are printed are in the pack and not in the list, and must be those of records that the
audit calls \`UNVERIFIABLE\` or \`NOT_CHECKABLE\`; the number at the end is that of records that are gone and that nobody has
accepted to be.
`;
}

function describeMissing({ missing }: PackedFiles): string {
  if (missing.length === 0) return 'Nothing is missing in this pack.\n';
  const shown = missing.slice(0, SHOWN_MISSING).map((one) => `- ${toText(one)}\n`);
  const more = missing.length - shown.length;
  const rest = more > 0 ? `- And ${groupDigits(more)} more.\n` : '';
  return `## What is missing in this pack\n\n${shown.join('')}${rest}`;
}
