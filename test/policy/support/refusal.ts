import { PipeError } from '../../../src/errors.ts';
import { parse } from './policy.ts';

/** Code, message and the place and path of each fault; undefined where the policy is good. */
export function refusal(text: string): { code: string; message: string; faults: (string | undefined)[][] } | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    const { code, message, faults } = error;
    return { code, message, faults: faults.map((fault) => fault.split(': ')[0]?.split(' ') ?? []) };
  }
}
