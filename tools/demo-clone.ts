/** A clone as a deploy step finds it: the build step's artifacts, a policy, and a signing key. */
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import type { SandboxIssuer } from '../src/sandbox/index.ts';
import { ROOT } from './root.ts';

export interface DemoClone {
  readonly directory: string;
  /** Base64 of a PKCS#8 PEM, as a secured variable would hold it. */
  readonly signingKey: string;
  readonly publicKeyPem: string;
}

/** Makes the folder anew. */
export async function makeClone(directory: string, issuer: SandboxIssuer): Promise<DemoClone> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await cp(`${ROOT}test/fixtures/hello-edge`, directory, { recursive: true });
  await writeFile(`${directory}/deploy-policy.yml`, policyText(issuer));
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'pem', type: 'spki' },
  });
  return { directory, signingKey: Buffer.from(privateKey).toString('base64'), publicKeyPem: publicKey };
}

/** One grant: this repository's production environment may deploy the project to production. */
export function policyText({ url, step }: SandboxIssuer): string {
  return `version: 1
issuers: ['${url}']
audience: https://vercel.com/api/login/oauth/token
exchanges:
  direct:
    - vercel: {}
grants:
  - id: web-production
    allow: { actions: [deploy], projects: [prj_web], targets: [production] }
    when:
      workspaceUuid: '${step.workspaceUuid}'
      repositoryUuid: '${step.repositoryUuid}'
      deploymentEnvironmentUuid: '${step.environment?.uuid ?? ''}'
      branchName: main
    exchange: direct
`;
}
