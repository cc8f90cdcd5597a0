import { PipeError } from '../errors.ts';
import type { AskTimestamp } from '../record/index.ts';
import { requestTimestamp } from '../timestamp/index.ts';
import type { Run } from './run.ts';

/** An audit of an hour is not thrown away because a timestamp authority does not answer. */
export function askTimestamp({ config, platform, http, signal }: Run): AskTimestamp | undefined {
  const { timestampUrl: url } = config;
  if (url === undefined) return undefined;
  const { clock, log } = platform;
  return async (signature) => {
    try {
      return await requestTimestamp(signature, { http, clock, log, url }, signal);
    } catch (error) {
      if (!(error instanceof PipeError)) throw error;
      log.warn(`The audit's statement bears no time of a third party. ${error.message} ${error.got ?? ''}`.trim());
      return undefined;
    }
  };
}
