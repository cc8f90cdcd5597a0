/** The pipe's version: in every record, in the user agent, and judged against a policy's `minPipe`. */
export const VERSION = '1.0.0';
