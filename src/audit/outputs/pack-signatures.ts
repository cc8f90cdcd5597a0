import type { PackedFiles } from './pack-page.ts';

/** SPKI of a P-256 key up to its two numbers: 27 bytes. */
const SPKI_HEAD = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE';
const NO_KEY = '        : > tried';

/** Of bundles whose key is in their proof, and of others: those of records and the audit's own have other keys. */
export function checkSignatures(files: readonly string[], { trust, auditKeys }: PackedFiles): string {
  return `## 3. The signatures, with public tools alone

One of the records, and what the audit has signed. The key of a keyless one stands in its proof: step 2 has tied that of a
record to Bitbucket's token, and the audit that goes on from a checkpoint does it with that one's. ${describeKeys(auditKeys)}

\`\`\`sh
WRONG=
for FILE in ${files.join(' ')}; do
  jq -r .dsseEnvelope.payload $FILE | base64 -d > payload
  jq -r '.dsseEnvelope.signatures[0].sig' $FILE | base64 -d > signature
  TYPE=$(jq -r .dsseEnvelope.payloadType $FILE)
  { printf 'DSSEv1 %d %s %d ' "\${#TYPE}" "$TYPE" "$(wc -c < payload)"; cat payload; } > signed
  PROOF=$(jq -r '[.predicate | .. | .pkToken? // empty | .signatures[1].protected][0] // empty' payload)
  if [ -n "$PROOF" ]; then
    BY='the key in its proof'
    printf %s "$PROOF" | tr '_-' '/+' | sed 's/$/===/' | base64 -d 2> /dev/null | jq -c .upk > tried
  else
    case $FILE in
      records/*)
        BY='a key of the records'
${listRecordKeys(trust)} ;;
      *)
        BY='a key of the audit'
${listAuditKeys(auditKeys)} ;;
    esac
  fi
  SAID=FAILED
  while read -r KEY; do
    rm -f key.pem
    case "$KEY" in
      '"'*) printf %s "$KEY" | jq -r . > key.pem ;;
      *) { echo ${SPKI_HEAD} | base64 -d
        for PART in x y; do echo "$(printf %s "$KEY" | jq -r .$PART | tr '_-' '/+')=" | base64 -d; done
      } | openssl pkey -pubin -inform DER -out key.pem ;;
    esac
    if openssl dgst -sha256 -verify key.pem -signature signature signed > said; then SAID="$(cat said), by $BY"; break; fi
  done < tried
  echo "$FILE: $SAID"
  if [ "$SAID" = FAILED ]; then WRONG=$FILE; fi
done
[ -z "$WRONG" ] && echo signatures OK
\`\`\`

\`jq . payload\` shows what the last one says. The page \`docs/record.md\` of vercel-oidc-deploy has the rest: how the proof and
the timestamp of a record are checked by hand, and what a record proves.
`;
}

function describeKeys(auditKeys: readonly string[]): string {
  if (auditKeys.length === 0) return 'Any other key is one of those\nthat were given for records.';
  const names = auditKeys.map((name) => `\`${name}\``).join(' or ');
  return `Any other key is that of
records, or for what the audit has signed ${names}: whoever has the private half can sign another answer.`;
}

/** Shell that writes the keys to try, one a line: a PEM as JSON string, a JWK as it is. */
function listRecordKeys({ keyList, publicKey }: PackedFiles['trust']): string {
  const id = `"$(jq -r '.dsseEnvelope.signatures[0].keyid' $FILE)"`;
  const lines = [
    ...(keyList === undefined ? [] : [`jq -c --arg id ${id} '.[] | select(.keyid == $id) | .pem // .jwk' ${keyList}`]),
    ...(publicKey === undefined
      ? []
      : [`jq -c '(.keys // [.])[] | select(.crv == "P-256")' ${publicKey} 2> /dev/null || jq -Rs . ${publicKey}`]),
  ];
  return lines.length === 0 ? NO_KEY : `        { ${lines.join('\n          ')}; } > tried`;
}

function listAuditKeys(auditKeys: readonly string[]): string {
  return auditKeys.length === 0 ? NO_KEY : `        for KEY in ${auditKeys.join(' ')}; do jq -Rs . $KEY; done > tried`;
}
