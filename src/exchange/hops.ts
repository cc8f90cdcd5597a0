import { awsHop } from './aws.ts';
import { azureKeyVaultHop } from './azure-key-vault.ts';
import type { HopConfig, HopConfigs, HopName } from './config.ts';
import { entraHop } from './entra.ts';
import { gcpHop } from './gcp.ts';
import { hoopHop } from './hoop.ts';
import { oktaHop } from './okta.ts';
import { staticHop } from './static.ts';
import { tokenExchangeHop } from './token-exchange.ts';
import type { HopDeps, HopInput, HopKind, HopOutput, TokenKind } from './types.ts';
import { vaultHop } from './vault.ts';
import { vercelHop } from './vercel.ts';

/** A hop with its settings. */
export interface Hop {
  readonly name: HopName;
  readonly takes: readonly TokenKind[];
  readonly gives: TokenKind;
  /** What is wrong with the settings. */
  readonly faults: readonly string[];
  /** What is wrong with them for the first of a chain. */
  readonly firstFaults: readonly string[];
  obtain(input: HopInput, deps: HopDeps, signal: AbortSignal): Promise<HopOutput>;
}

/** The one place that knows every kind. */
export function openHop(config: HopConfig): Hop {
  const [name] = Object.keys(config) as [HopName];
  switch (name) {
    case 'vercel':
      return bind(vercelHop, config);
    case 'token-exchange':
      return bind(tokenExchangeHop, config);
    case 'entra':
      return bind(entraHop, config);
    case 'okta':
      return bind(oktaHop, config);
    case 'vault':
      return bind(vaultHop, config);
    case 'aws':
      return bind(awsHop, config);
    case 'gcp':
      return bind(gcpHop, config);
    case 'azure-key-vault':
      return bind(azureKeyVaultHop, config);
    case 'hoop':
      return bind(hoopHop, config);
    case 'static':
      return bind(staticHop, config);
  }
}

function bind<Name extends HopName>(kind: HopKind<Name>, config: HopConfig): Hop {
  const settings = (config as Readonly<Record<Name, HopConfigs[Name]>>)[kind.name];
  return {
    name: kind.name,
    takes: kind.takes,
    gives: kind.gives(settings),
    faults: kind.check?.(settings) ?? [],
    firstFaults: kind.checkFirst?.(settings) ?? [],
    obtain: (input, deps, signal) => kind.obtain(settings, input, deps, signal),
  };
}
