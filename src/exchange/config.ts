/** The settings of each kind of hop, as `schemas/deploy-policy.schema.json` has them. */
export interface HopConfigs {
  readonly vercel: { readonly team?: string; readonly policy?: string; readonly client?: string };
  readonly 'token-exchange': {
    readonly url: string;
    /** Of RFC 7009; without it the token lives until it expires. */
    readonly revokeUrl?: string;
    readonly clientId?: string;
    readonly audience?: string;
    readonly resource?: string;
    readonly scope?: string;
    readonly subjectTokenType?: string;
    readonly requestedTokenType?: string;
    /** By `EXCHANGE_CLIENT_SECRET`; with neither this nor `signer` the client is a public one. */
    readonly clientAuth?: 'basic';
    readonly signer?: RemoteKey;
    readonly keyId?: string;
    readonly dpop?: boolean;
    /** The step's own token goes along as the actor: who acts for whom the hop before named. */
    readonly actor?: boolean;
  };
  readonly entra: {
    readonly tenant: string;
    readonly client: string;
    readonly scope: string;
    readonly authority?: string;
  };
  readonly okta: {
    readonly url: string;
    readonly client: string;
    readonly scope: string;
    readonly signer: RemoteKey;
    /** `kid` of the public key at Okta. */
    readonly keyId?: string;
    readonly dpop?: boolean;
  };
  readonly vault: VaultLogin & {
    readonly secret?: string;
    readonly version?: number;
    readonly field?: string;
    readonly identityToken?: string;
  };
  readonly aws: AwsRole & { readonly secret?: string; readonly field?: string; readonly identityToken?: string };
  readonly gcp: GcpProvider & { readonly secret?: string; readonly identityToken?: string };
  readonly 'azure-key-vault': { readonly vault: string; readonly secret: string; readonly version?: string };
  readonly hoop: {
    readonly address: string;
    readonly connection: string;
    readonly durationSeconds?: number;
    /** Where the proxy is reached; the gateway's host and the port of its answer where nothing is said. */
    readonly proxy?: string;
  };
  readonly static: Readonly<Record<string, never>>;
}

export interface VaultLogin {
  readonly address: string;
  readonly namespace?: string;
  /** Of the jwt auth method; `jwt` where nothing is said. */
  readonly mount?: string;
  readonly role: string;
}

export interface AwsRole {
  readonly region: string;
  readonly role: string;
}

export interface GcpProvider {
  readonly provider: string;
  readonly serviceAccount?: string;
}

/** A key that never leaves its service, and how the step's own token reaches it. One of these. */
export interface RemoteKey {
  /** A key of the transit engine: `key` by name, `engine` where it is mounted (`transit` where nothing is said). */
  readonly vault?: VaultLogin & { readonly key: string; readonly engine?: string };
  /** `key`: id, ARN or alias. */
  readonly 'aws-kms'?: AwsRole & { readonly key: string };
  /** `key`: the resource name of a key version. */
  readonly 'gcp-kms'?: GcpProvider & { readonly key: string };
}

/** The keys that a policy has for records, by the signer's name: any of them, each once. */
export interface RecordKeys {
  readonly vault?: NonNullable<RemoteKey['vault']>;
  readonly 'aws-kms'?: NonNullable<RemoteKey['aws-kms']>;
  readonly 'gcp-kms'?: NonNullable<RemoteKey['gcp-kms']>;
  readonly 'azure-key-vault'?: AzureKey;
}

/** A key of Azure Key Vault. Entra takes no step's token as it is, so a chain of the policy leads to the vault. */
export interface AzureKey {
  /** `https://NAME.vault.azure.net`, without a trailing slash. */
  readonly vault: string;
  readonly key: string;
  /** The newest where nothing is said. */
  readonly version?: string;
  /** Name of a chain under `exchanges` that ends with an access token for the vault. */
  readonly exchange: string;
}

export type HopName = keyof HopConfigs;

/** One link of a chain: one key, its kind, with its settings. */
export type HopConfig = { readonly [Name in HopName]: { readonly [Key in Name]: HopConfigs[Name] } }[HopName];
