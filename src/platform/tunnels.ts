import type { Agent, RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Fault } from './fault.ts';

/** For the proxy's word and the handshake with the server behind it. */
const TUNNEL_MS = 15_000;
const CLOSED = 'the network is closed';

/** The option of a request under which it finds its tunnel: Node hands a request's options on to what connects. */
export const TUNNEL = Symbol('tunnel');

/** What a request knows of the tunnel that is being made for it. */
export interface Making {
  /** Absent where none was made for it; does nothing once the tunnel stands. */
  end?: (error: Error) => void;
}

export interface TunnelOptions extends RequestOptions {
  readonly [TUNNEL]?: Making;
}

type Tell = (error: Error | null, stream?: Duplex) => void;
type Connect = (options: RequestOptions, tell: Tell) => Duplex | null | undefined;

/**
 * The tunnels that are being made through a proxy. Node gives a request its socket, and the agent too, when the tunnel
 * stands. Until then the `destroy` of neither reaches it, and after the proxy's yes no timeout does: a proxy that says
 * nothing held a stopped run for as long as a connection may be idle, and one that says yes and then nothing for ever.
 */
export class Tunnels {
  readonly #ms: number;
  readonly #making = new Set<Tell>();
  #closed = false;

  /** @param ms for a tunnel to stand. Default 15,000 */
  constructor(ms: number = TUNNEL_MS) {
    this.#ms = ms;
  }

  /** @param agent of which each connection is a tunnel */
  watch(agent: Agent): void {
    const connect: Connect = agent.createConnection.bind(agent);
    agent.createConnection = (options, tell) => this.#make(connect, options, tell as Tell);
  }

  /** Ends what is being made, and whatever is asked for later. */
  close(): void {
    this.#closed = true;
    for (const settle of [...this.#making]) settle(new Fault(CLOSED));
  }

  #make(connect: Connect, options: TunnelOptions, tell: Tell): ReturnType<Connect> {
    // Node's word and ours may both come: the first one counts.
    const settle: Tell = (error, stream) => {
      if (!this.#making.delete(settle)) return;
      clearTimeout(bound);
      // Node leaves one open that the proxy has refused, for as long as the proxy does.
      if (error) socket?.destroy();
      // As Node would have done with the timeout that it was not given.
      else (stream as Socket).setTimeout(options.timeout ?? 0);
      tell(error, stream);
    };
    // Not by Node's timeout, which is the request's for an idle connection, and begins anew with every byte.
    const socket = connect({ ...options, timeout: 0 }, settle);
    const bound = setTimeout(() => settle(new Fault(`no tunnel within ${String(this.#ms / 1000)} s`)), this.#ms);
    this.#making.add(settle);
    const making = options[TUNNEL];
    if (making) making.end = settle;
    if (this.#closed) settle(new Fault(CLOSED));
    return socket;
  }
}
