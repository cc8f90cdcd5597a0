import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { create, inlineFiles, sha1 } from '../support/client.ts';

const SHA = sha1('x');
const FILE = { file: 'a', sha: SHA, size: 1, mode: 0o100644 };

describe('files[]', () => {
  it.each<{ name: string; entries: unknown[]; code?: string; text: string }>([
    { name: 'an entry that is no object', entries: ['a'], text: '`files[0]` should be object' },
    { name: 'no path', entries: [{ ...FILE, file: '' }], text: 'is not a relative path' },
    { name: 'an absolute path', entries: [{ ...FILE, file: '/a' }], text: 'is not a relative path: /a' },
    { name: 'a path that leads out', entries: [{ ...FILE, file: '../a' }], text: 'is not a relative path: ../a' },
    { name: 'a path with an empty part', entries: [{ ...FILE, file: 'a//b' }], text: 'is not a relative path: a//b' },
    { name: 'an unknown key', entries: [{ ...FILE, sha256: 'x' }], text: 'additional property `sha256`' },
    { name: 'a short digest', entries: [{ ...FILE, sha: 'abc' }], text: '`files[0]`.sha should be SHA-1' },
    { name: 'a digest in upper case', entries: [{ ...FILE, sha: SHA.toUpperCase() }], text: 'SHA-1 in lower-case hex' },
    { name: 'no size', entries: [{ ...FILE, size: undefined }], text: '`files[0]`.size should be integer' },
    { name: 'a negative size', entries: [{ ...FILE, size: -1 }], text: '`files[0]`.size should be integer' },
    { name: 'a broken mode', entries: [{ ...FILE, mode: 1.5 }], text: '`files[0]`.mode should be integer' },
    { name: 'a device', entries: [{ ...FILE, mode: 0o060644 }], text: 'is of no file, directory or symlink' },
    {
      name: 'a directory with content',
      entries: [{ ...FILE, mode: 0o040755 }],
      text: '`files[0]` should NOT have additional property `sha`',
    },
    {
      name: 'data and a digest together',
      entries: [{ ...FILE, data: 'x' }],
      text: '`files[0]` should NOT have additional property `sha`',
    },
    {
      name: 'another encoding',
      entries: [{ file: 'a', data: 'x', encoding: 'hex' }],
      text: 'encoding should be base64 or utf-8',
    },
    { name: 'a path twice', entries: [FILE, FILE], code: 'conflicting_file_path', text: 'have the path a' },
    {
      name: 'a file as a directory',
      entries: [FILE, { ...FILE, file: 'a/b/c' }],
      code: 'conflicting_path_segment',
      text: 'a is a file, and a/b/c needs it as a directory',
    },
    {
      name: 'too many',
      entries: Array.from({ length: 15_001 }, (_, index) => ({ ...FILE, file: String(index) })),
      code: 'too_many_files',
      text: '`files` should NOT have more than 15000 items',
    },
  ])('refuses $name', async ({ entries, code = 'bad_request', text }) => {
    const reply = await create(await createSandbox(), { files: entries });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it('knows every form', async () => {
    const sandbox = await createSandbox();
    const files = [
      ...inlineFiles(),
      { file: 'base64', data: Buffer.from('x').toString('base64'), encoding: 'base64' },
      { file: 'link', data: 'base64', mode: 0o120777 },
      { file: 'empty', mode: 0o040755 },
      { file: 'empty/not', data: '', mode: 0o644 },
    ];
    expect((await create(sandbox, { files })).status).toBe(200);
    expect(sandbox.vercel.deployments.at(-1)?.files.slice(1)).toEqual([
      { file: 'base64', kind: 'file', mode: 0o100644, sha: SHA, size: 1 },
      { file: 'link', kind: 'symlink', mode: 0o120777, sha: sha1('base64'), size: 6 },
      { file: 'empty', kind: 'directory', mode: 0o040755, sha: undefined, size: 0 },
      { file: 'empty/not', kind: 'file', mode: 0o644, sha: sha1(''), size: 0 },
    ]);
  });
});
