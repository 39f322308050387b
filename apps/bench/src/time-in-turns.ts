/** Two ways to list the same; each gives how many it found. */
export interface ListingWays {
  readonly ours: () => Promise<number>;
  readonly raw: () => Promise<number>;
}

/** Seconds of each list, in the order in which they were made. */
export interface ListingTimes {
  readonly ours: readonly number[];
  readonly raw: readonly number[];
}

/** How often, and what is to be found. */
export interface ListingPlan {
  readonly count: number;
  readonly rounds: number;
  /** Rounds before those that count: Node compiles what runs often. */
  readonly warmUp: number;
}

/** Times both by turns. Rejects when a list has not found all. */
export async function timeInTurns(ways: ListingWays, { count, rounds, warmUp }: ListingPlan): Promise<ListingTimes> {
  const times = { ours: [] as number[], raw: [] as number[] };
  for (let round = -warmUp; round < rounds; round += 1) {
    const turns = [["ours", ways.ours] as const, ["raw", ways.raw] as const];
    // Neither of them always meets the server just after the other.
    if (round % 2 === 0) turns.reverse();
    for (const [name, list] of turns) {
      const start = performance.now();
      const found = await list();
      const seconds = (performance.now() - start) / 1000;
      if (found !== count) throw new Error(`a list has found ${String(found)} instead of ${String(count)}`);
      if (round >= 0) times[name].push(seconds);
    }
  }
  return times;
}
