import { fork, type ChildProcess } from 'node:child_process';
import type { Answer, Ask, Looked, Opened, OpenRequest } from './server.ts';

/** The sandbox's process, one sandbox at a time. */
export interface SandboxProcess {
  open(request: Omit<OpenRequest, 'kind'>): Promise<Opened>;
  look(): Promise<Looked>;
  close(): Promise<void>;
  end(): void;
}

export function startSandboxProcess(): SandboxProcess {
  const child = fork(new URL('server.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    open: (request) => askFor(child, { kind: 'open', ...request }, 'opened'),
    look: () => askFor(child, { kind: 'look' }, 'looked'),
    close: async () => {
      await askFor(child, { kind: 'close' }, 'closed');
    },
    end: () => child.disconnect(),
  };
}

function askFor<K extends Answer['kind']>(
  child: ChildProcess,
  ask: Ask,
  kind: K,
): Promise<Extract<Answer, { readonly kind: K }>> {
  return new Promise((resolve, reject) => {
    const died = (): void => reject(new Error("the sandbox's process has ended"));
    child.once('exit', died);
    child.once('message', (answer: Answer) => {
      child.off('exit', died);
      if (answer.kind === kind) resolve(answer as Extract<Answer, { readonly kind: K }>);
      else reject(new Error(`the sandbox's process answered ${answer.kind} to ${ask.kind}`));
    });
    child.send(ask);
  });
}
