import { toText } from './markdown-text.ts';
import { groupDigits, tellCount } from './plain.ts';

const SHOWN_MISSING = 50;
/** SPKI of a P-256 key up to its two numbers: 27 bytes. */
const SPKI_HEAD = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE';

/** Names in the pack, all of them plain, and of how many runs it has records. Checkpoints: the oldest first. */
export interface PackedFiles {
  readonly trust: {
    readonly publicKey?: string;
    readonly keyList?: string;
    readonly issuerKeys?: string;
    readonly tsa?: string;
  };
  /** Each with its list beside it. */
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

/** Of bundles whose key is in their proof, in the list of keys, or given: each finds its own. */
function checkSignatures(files: readonly string[], { trust }: PackedFiles): string {
  return `## 3. The signatures, with public tools alone

One of the records, and what else is signed. The key of a keyless one stands in its proof, which step 2 has tied to
Bitbucket's token; every other is that of the list of keys, or the one that was given.

\`\`\`sh
for FILE in ${files.join(' ')}; do
  jq -r .dsseEnvelope.payload $FILE | base64 -d > payload
  jq -r '.dsseEnvelope.signatures[0].sig' $FILE | base64 -d > signature
  TYPE=$(jq -r .dsseEnvelope.payloadType $FILE)
  { printf 'DSSEv1 %d %s %d ' "\${#TYPE}" "$TYPE" "$(wc -c < payload)"; cat payload; } > signed
  PROOF=$(jq -r '[.predicate | .. | .pkToken? // empty | .signatures[1].protected][0] // empty' payload)
  PROOF=$(printf %s "$PROOF" | tr '_-' '/+' | sed 's/$/===/' | base64 -d 2> /dev/null || true)
  if [ -n "$PROOF" ]; then KEY=$(printf %s "$PROOF" | jq -c .upk); else
${findKey(trust)}
  fi
  case "$KEY" in
    -----BEGIN*) printf '%s\\n' "$KEY" > key.pem ;;
    *) { echo ${SPKI_HEAD} | base64 -d
      for PART in x y; do echo "$(printf %s "$KEY" | jq -r .$PART | tr '_-' '/+')=" | base64 -d; done
    } | openssl pkey -pubin -inform DER -out key.pem ;;
  esac
  echo "$FILE: $(openssl dgst -sha256 -verify key.pem -signature signature signed)"
done
\`\`\`

\`jq . payload\` shows what the last one says. The page \`docs/record.md\` of vercel-oidc-deploy has the rest: how the proof and
the timestamp of a record are checked by hand, and what a record proves.
`;
}

/** Shell for the key of a statement that is not keyless, as PEM or JWK. */
function findKey({ keyList, publicKey }: PackedFiles['trust']): string {
  if (keyList !== undefined) {
    return `    ID=$(jq -r '.dsseEnvelope.signatures[0].keyid' $FILE)
    KEY=$(jq -r --arg id "$ID" '[.[] | select(.keyid == $id)][0] | .pem // .jwk // empty' ${keyList})`;
  }
  const given = publicKey ?? '/dev/null';
  return `    KEY=$(jq -c '(.keys // [.])[0]' ${given} 2> /dev/null || cat ${given})`;
}

function checkCheckpoints(checkpoints: readonly string[]): string {
  return `## 4. No record was taken away

A checkpoint signs the digest of its list: every record that an audit has counted, one a line, sorted. It names the
checkpoint before it, and what Bitbucket has said until then. The oldest comes first.

\`\`\`sh
for FILE in ${checkpoints.join(' ')}; do
  LIST=\${FILE%.sigstore.json}.list
  jq -r .dsseEnvelope.payload $FILE | base64 -d > statement
  echo "$(jq -r .predicate.list.digest.sha256 statement)  $LIST" | sha256sum -c -
  LC_ALL=C sort -c $LIST
  for NAMED in previous answers; do
    jq -r --arg named $NAMED '.predicate[$named] // empty | "\\(.digest.sha256)  checkpoints/\\(.name)"' statement > named
    if [ -s named ] && [ -e "$(cut -d ' ' -f 3 named)" ]; then sha256sum -c named; fi
  done
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
