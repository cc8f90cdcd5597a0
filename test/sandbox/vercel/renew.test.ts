import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { api, exchange, postForm, upload } from '../support/client.ts';

const CLI = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';

describe('a credential that expires before the step ends', () => {
  it('is renewed by the same step token, for as long as that one lives', async () => {
    let time = 1_800_000_000_000;
    const sandbox = await createSandbox({ now: () => time, exchange: { expiresInSeconds: 60 } });
    const subject_token = await sandbox.issuer.mintToken();
    const obtain = async (): Promise<string> =>
      (await exchange(sandbox, { subject_token })).body.access_token as string;
    const send = async (token: string): Promise<[number, unknown]> => {
      const { status, body } = await upload(sandbox, 'hello', { authorization: `Bearer ${token}` });
      return [status, body.error?.message];
    };
    const first = await obtain();
    expect(await send(first)).toEqual([200, undefined]);
    time += 60_000;
    expect(await send(first)).toEqual([403, 'Not authorized: the token has expired']);
    const second = await obtain();
    const third = await obtain();
    expect(new Set([first, second, third]).size).toBe(3);
    expect([await send(second), await send(third)]).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
    await postForm(sandbox, '/login/oauth/token/revoke', { client_id: CLI, token: second });
    expect(await send(second)).toEqual([403, 'Not authorized: the token was revoked']);
    expect((await api(sandbox, 'GET', '/v9/projects/prj_web', { token: third })).status).toBe(200);
    time += 3600_000;
    const late = await exchange(sandbox, { subject_token });
    expect(late.status).toBe(400);
    expect(late.body).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('"exp" claim timestamp check failed'),
    });
  });
});
