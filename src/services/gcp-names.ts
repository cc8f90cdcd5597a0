/**
 * Google's resource names, which become a part of an address: nothing that could lead elsewhere may stand in them. Each
 * function says what is wrong; nothing where all is well.
 */
const PROVIDER =
  /^\/\/iam\.googleapis\.com\/projects\/[0-9]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/;
const ACCOUNT = /^(?:[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9.-]{0,252}\.gserviceaccount\.com|[0-9]{10,30})$/;
/** A project's id may have a domain before it: `example.com:web`. */
const PROJECT = '[a-z0-9][a-z0-9.:-]{0,62}';
const SECRET = new RegExp(
  `^projects/${PROJECT}/(?:locations/([a-z0-9-]{1,64})/)?secrets/[A-Za-z0-9_-]{1,255}/versions/[A-Za-z0-9_-]{1,63}$`,
);
const KEY = new RegExp(
  `^projects/${PROJECT}/locations/[a-z0-9-]{1,64}/keyRings/[A-Za-z0-9_-]{1,63}/cryptoKeys/[A-Za-z0-9_-]{1,63}/cryptoKeyVersions/[0-9]{1,18}$`,
);

export function checkProvider(provider: string): readonly string[] {
  if (PROVIDER.test(provider)) return [];
  return [
    `provider is ${provider}; wanted //iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>, with the project's number`,
  ];
}

export function checkServiceAccount(account: string | undefined): readonly string[] {
  if (account === undefined || ACCOUNT.test(account)) return [];
  return [`serviceAccount is ${account}; wanted <name>@<project>.iam.gserviceaccount.com`];
}

export function checkSecretVersion(name: string): readonly string[] {
  if (SECRET.test(name)) return [];
  return [`secret is ${name}; wanted projects/<project>/secrets/<secret>/versions/<number, alias or latest>`];
}

export function checkKeyVersion(name: string): readonly string[] {
  if (KEY.test(name)) return [];
  return [
    `key is ${name}; wanted projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>/cryptoKeyVersions/<number>`,
  ];
}

/** The host that serves a secret: one for all, and one for each region that keeps its secrets to itself. */
export function hostOfSecret(name: string): string {
  const location = SECRET.exec(name)?.[1];
  return location === undefined ? 'secretmanager.googleapis.com' : `secretmanager.${location}.rep.googleapis.com`;
}

/** Who a step of this provider is at Google, for a grant of roles: every identity of its pool. */
export function principalsOf(provider: string): string {
  const pool = provider.slice('//'.length, provider.lastIndexOf('/providers/'));
  return `principalSet://${pool}/attribute.repository_uuid/<UUID of the repository>`;
}
