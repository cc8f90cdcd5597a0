import { describe, expect, it } from '@jest/globals';
import { toUnreadable } from '../../src/deploy/unreadable.ts';
import { PipeError } from '../../src/errors.ts';
import { denied } from './support/output-tree.ts';

describe('toUnreadable', () => {
  it.each([
    { name: 'the file that the system names', error: denied('/out/a'), source: '/out/b', got: 'EACCES for /out/a' },
    {
      name: 'the file that was read, where the system names none',
      error: Object.assign(new Error('EIO'), { code: 'EIO' }),
      source: '/out/b',
      got: 'EIO for /out/b',
    },
  ])('names $name', ({ error, source, got }) => {
    expect(toUnreadable(error, source)).toMatchObject({
      code: 'OUTPUT_INVALID',
      message: 'A file of the build output could not be read.',
      got,
    });
  });

  it.each([
    { name: 'what is explained already', error: new PipeError({ code: 'OUTPUT_INVALID', message: 'It changed.' }) },
    { name: 'what is no error of the system', error: new TypeError('a bug') },
    { name: 'what is no error of a file', error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) },
  ])('leaves $name as it is', ({ error }) => {
    expect(toUnreadable(error)).toBe(error);
  });
});
