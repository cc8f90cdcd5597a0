/** What an organisation's image brings with it; nothing of it is there in the plain image. */
export interface Layer {
  /** Of every repository that uses the image. */
  readonly policy: Uint8Array | undefined;
  readonly issuerKeys: Uint8Array | undefined;
  readonly defaults: Defaults;
}

/** Values of variables, by name: of those that a step does not give, or, where `locked`, may not change. */
export type Defaults = Readonly<Record<string, Default>>;

export interface Default {
  readonly value: string | readonly string[];
  readonly locked: boolean;
}

/** Where a policy is looked for in the clone or at an address, as `POLICY` says. */
export type PolicyChoice =
  | {
      readonly kind: 'path';
      /** Absolute. */
      readonly path: string;
      /** As it was given. */
      readonly name: string;
      /** False where `POLICY` was not given: then there need not be a file. */
      readonly explicit: boolean;
    }
  | {
      readonly kind: 'https';
      /** Without fragment. */
      readonly url: string;
      /** Hex, of the file's bytes. */
      readonly sha256: string | undefined;
      /** A signed policy with a lower serial is refused. */
      readonly minSerial: number | undefined;
    };

export interface PolicyRequest {
  readonly layer: Layer;
  readonly policy: PolicyChoice;
  /** `POLICY_KEY`, as it was given. With it a policy counts only when it is signed by that key. */
  readonly key: string | undefined;
}

export interface PolicyText {
  /** The YAML. */
  readonly bytes: Uint8Array;
  readonly origin: PolicyOrigin;
}

/** Where the policy in force came from; part of the record. */
export interface PolicyOrigin {
  readonly kind: 'layer' | 'https' | 'clone';
  readonly where: string;
  /** Of a signed policy. */
  readonly serial?: number;
  /** SHA-256 of the SPKI of the key that signed it, hex. */
  readonly signedBy?: string;
}
