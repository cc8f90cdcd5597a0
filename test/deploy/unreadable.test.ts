import { describe, expect, it } from '@jest/globals';
import { changed, toChanged, toUnreadable } from '../../src/deploy/unreadable.ts';
import { PipeError } from '../../src/errors.ts';
import { denied } from './support/output-tree.ts';

const EIO = Object.assign(new Error('EIO'), { code: 'EIO' });
const NOT_PLAIN = Object.assign(new Error('a link'), { code: 'NOT_PLAIN', path: '/out/a' });

describe('an error of the file system', () => {
  it.each([
    { name: 'the file that the system names', error: denied('/out/a'), got: 'EACCES for /out/a' },
    {
      name: 'what is reached through a link',
      error: NOT_PLAIN,
      got: 'a link on the way to /out/a, or no plain file there',
    },
  ])('is a wrong input while nothing is sent: $name', ({ error, got }) => {
    const message = 'A file of the build output could not be read.';
    expect(toUnreadable(error)).toMatchObject({ code: 'OUTPUT_INVALID', exitStatus: 2, message, got });
    expect(toChanged(error, '/out/b')).toMatchObject({ code: 'OUTPUT_CHANGED', exitStatus: 3, message, got });
  });

  it('names the file that was read, where the system names none', () => {
    expect(toChanged(EIO, '/out/b')).toMatchObject({ code: 'OUTPUT_CHANGED', got: 'EIO for /out/b' });
  });

  it.each([
    { name: 'what is explained already', error: new PipeError({ code: 'OUTPUT_INVALID', message: 'It changed.' }) },
    { name: 'what is no error of the system', error: new TypeError('a bug') },
    { name: 'what is no error of a file', error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) },
  ])('leaves $name as it is', ({ error }) => {
    expect(toUnreadable(error)).toBe(error);
    expect(toChanged(error)).toBe(error);
  });
});

it('a file that changed is no wrong input: tokens have been sent by then', () => {
  expect(changed('other bytes')).toMatchObject({ code: 'OUTPUT_CHANGED', exitStatus: 3, got: 'other bytes' });
});
