import { abortable } from "@lxdkit/transport";

/** What the work of a flight gets. */
export interface FlightContext<N> {
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** Tells everybody who waits. */
  tell(news: N): void;
}

/** Somebody who waits for a flight. */
export interface Passenger<N> {
  readonly signal?: AbortSignal | undefined;
  readonly onNews?: ((news: N) => void) | undefined;
}

/** Work that is done once for all who want it at the same time. */
export interface Flights<T, N> {
  /** Joins the work of that key, or begins it. The last one who leaves ends it, and waits until it has ended. */
  join(key: string, work: (context: FlightContext<N>) => Promise<T>, passenger: Passenger<N>): Promise<T>;
}

interface Flight<T, N> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  readonly passengers: Set<Passenger<N>>;
}

/** Makes {@link Flights}. */
export function createFlights<T, N>(): Flights<T, N> {
  const flights = new Map<string, Flight<T, N>>();

  const begin = (key: string, work: (context: FlightContext<N>) => Promise<T>): Flight<T, N> => {
    const controller = new AbortController();
    const passengers = new Set<Passenger<N>>();
    const tell = (news: N): void => {
      for (const { onNews } of passengers) onNews?.(news);
    };
    const flight: Flight<T, N> = {
      controller,
      passengers,
      // Begun in a moment, when whoever wants it listens.
      result: Promise.resolve()
        .then(() => work({ signal: controller.signal, tell }))
        .finally(() => {
          if (flights.get(key) === flight) flights.delete(key);
        }),
    };
    flights.set(key, flight);
    return flight;
  };

  return {
    async join(key, work, { signal, onNews }) {
      signal?.throwIfAborted();
      const flight = flights.get(key) ?? begin(key, work);
      const passenger = { onNews };
      flight.passengers.add(passenger);
      try {
        return await abortable(flight.result, signal);
      } catch (error) {
        flight.passengers.delete(passenger);
        if (signal?.aborted !== true || flight.passengers.size > 0) throw error;
        // Whoever comes now wants a flight that goes on.
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort(signal.reason);
        await flight.result.catch(() => undefined);
        throw error;
      } finally {
        flight.passengers.delete(passenger);
      }
    },
  };
}
