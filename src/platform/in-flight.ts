import type { ClientRequest } from 'node:http';

interface Place {
  readonly giveUp: () => void;
  at: number;
}

/**
 * Gives up the requests of a signal that aborts. One listener for each signal, not for each request: Node keeps every
 * listener of a signal in tables that outlive it, which for 10,004 uploads is 40 to 100 MiB. An array whose last item
 * takes the place of the one that goes leaves nothing behind.
 */
export class InFlight {
  readonly #bySignal = new WeakMap<AbortSignal, Place[]>();

  /** The request is forgotten when it is over. */
  watch(request: Pick<ClientRequest, 'once'>, signal: AbortSignal, giveUp: () => void): void {
    const places = this.#placesOf(signal);
    const place: Place = { giveUp, at: places.length };
    places.push(place);
    request.once('close', () => {
      const last = places.pop();
      if (last === undefined || last === place) return;
      places[place.at] = last;
      last.at = place.at;
    });
  }

  #placesOf(signal: AbortSignal): Place[] {
    const known = this.#bySignal.get(signal);
    if (known) return known;
    const places: Place[] = [];
    this.#bySignal.set(signal, places);
    const stop = (): void => {
      for (const { giveUp } of [...places]) giveUp();
    };
    signal.addEventListener('abort', stop, { once: true });
    return places;
  }
}
