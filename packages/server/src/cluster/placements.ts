/**
 * Choices of members whose instances the server does not list yet: without them, all who choose at the same time would
 * choose the same member.
 */
export interface Placements {
  /** The present moment, for {@link count}; to be asked for before the instances are listed. */
  moment(): number;
  /** How many instances that a list of that moment may lack are on their way to a member. */
  count(member: string, moment: number): number;
  /** Notes that a member was chosen. */
  add(member: string): void;
  /** The instance of one choice of this member is there, or will never be. */
  end(member: string): void;
}

interface Choice {
  readonly member: string;
  /** Milliseconds. */
  readonly madeAt: number;
  readonly endedAt: number | undefined;
}

/** Who has not begun with an instance after so long has changed their mind. */
const keptMs = 60_000;

/** Makes {@link Placements}; `now` gives milliseconds. */
export function createPlacements(now: () => number): Placements {
  let moment = 0;
  let choices: readonly Choice[] = [];
  return {
    moment: () => moment,
    count(member, since) {
      choices = choices.filter(({ madeAt }) => now() - madeAt < keptMs);
      // What has ended since may be missing in the list all the same.
      return choices.filter((one) => one.member === member && (one.endedAt ?? Infinity) > since).length;
    },
    add(member) {
      choices = [...choices, { member, madeAt: now(), endedAt: undefined }];
    },
    end(member) {
      const at = choices.findIndex((one) => one.member === member && one.endedAt === undefined);
      const choice = choices[at];
      if (choice === undefined) return;
      moment += 1;
      choices = choices.with(at, { ...choice, endedAt: moment });
    },
  };
}
