import { expect } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { awsHop } from '../../src/exchange/aws.ts';
import { azureKeyVaultHop } from '../../src/exchange/azure-key-vault.ts';
import { gcpHop } from '../../src/exchange/gcp.ts';
import type { HopConfigs, HopKind, HopName } from '../../src/exchange/index.ts';
import { createTokenExchangeHop } from '../../src/exchange/token-exchange.ts';
import { openRemoteKey } from '../../src/signing/index.ts';
import { federated, impersonated } from '../exchange/support/google-answers.ts';
import { API, INPUT } from '../exchange/support/hop-contract.ts';
import { localKey } from '../exchange/support/local-key.ts';
import { bench, NEVER, type Bench } from '../http/support/bench.ts';
import type { Answer } from '../http/support/fake-network.ts';
import { assumed } from '../services/support/aws-bench.ts';
import { hopOf, type Name } from './exchange-pages.ts';

/** An error as one kind of service writes it. */
export type Write = (code: string, said: string) => unknown;
export interface Ran {
  readonly error: PipeError;
  readonly sent: Bench['network']['sent'];
}
/** One run whose last answer is this; what comes before it is answered well. */
export type Run = (last: Answer) => Promise<Ran>;

const oauth: Write = (error, error_description) => ({ error, error_description });
const amazon: Write = (Code, Message) => ({ Error: { Code, Message } });
const azure: Write = (code, said) => {
  const [, reason, message = said] = /^([A-Z]\w+) (.*)/.exec(said) ?? [];
  return { error: { code, message, ...(code === 'Forbidden' ? { innererror: { code: reason } } : {}) } };
};
const google: Write = (status, said) => {
  const [, reason, message = said] = /^([A-Z]+_[A-Z]+) (.*)/.exec(said) ?? [];
  return { error: { status, message, details: [{ reason }] } };
};

function ends(before: readonly Answer[], obtain: (made: Bench) => Promise<unknown>): Run {
  return async (last) => {
    const made = bench([...before, ...Array.from({ length: 9 }, () => last)]);
    const error = (await obtain(made).catch((reason: unknown) => reason)) as PipeError;
    return { error, sent: made.network.sent };
  };
}

export function hop<Of extends HopName>(kind: HopKind<Of>, settings: unknown, before: readonly Answer[] = []): Run {
  return ends(before, (made) => kind.obtain(settings as HopConfigs[Of], INPUT, { ...made, apiUrl: API }, NEVER));
}

/** By the key of the page's third policy. */
const signer = (name: Name, before: readonly Answer[]): Run => {
  const settings = hopOf(name, 2)['okta'] as HopConfigs['okta'];
  return ends(before, (made) => openRemoteKey(settings.signer, INPUT.stepToken, made, 'deploy-1', NEVER));
};

/** `…` stands for what the page leaves out. */
export function like(text: string): unknown {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return expect.stringMatching(new RegExp(parts.join('.*'), 's'));
}

const ROLE: readonly Answer[] = [assumed()];
const exchangeHop = createTokenExchangeHop(localKey().open);
const BOUND = hop(exchangeHop, hopOf('token-exchange', 1)['token-exchange']);
const STS = hop(exchangeHop, hopOf('token-exchange', 0)['token-exchange']);
const SECRET = hop(awsHop, hopOf('aws', 0)['aws'], ROLE);
const IDENTITY = hop(awsHop, hopOf('aws', 1)['aws'], ROLE);
const KMS = signer('aws', ROLE);
const GOOGLE = hop(gcpHop, hopOf('gcp', 0)['gcp'], [federated, impersonated]);

export const keyVault = (vault: object): Run => hop(azureKeyVaultHop, { secret: 'vercel-token', ...vault });
const AZURE = keyVault({ vault: 'https://acme-deploy.vault.azure.net' });

export const RUNS = { STS, BOUND, SECRET, IDENTITY, KMS, GOOGLE, AZURE };

/** By page, in the order of its tables: who refuses, and how that service writes it. */
export const TABLES: Readonly<Record<Name, readonly (readonly [Run, Write])[]>> = {
  'token-exchange': [
    [STS, oauth],
    [BOUND, oauth],
  ],
  aws: [
    [hop(awsHop, hopOf('aws', 0)['aws']), amazon],
    [SECRET, amazon],
    [IDENTITY, amazon],
    [KMS, amazon],
  ],
  gcp: [
    [hop(gcpHop, hopOf('gcp', 0)['gcp']), oauth],
    [hop(gcpHop, hopOf('gcp', 0)['gcp'], [federated]), google],
    [GOOGLE, google],
    [signer('gcp', [federated, impersonated]), google],
  ],
  'azure-key-vault': [[AZURE, azure]],
};
