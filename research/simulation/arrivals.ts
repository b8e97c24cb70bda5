export interface Arrival {
  /** Ms since midnight. */
  readonly atMs: number;
  readonly userId: string;
  readonly guildId: string;
}

/** Shares of a day's requests by hour: few at night, most between 19 and 22 o'clock. */
const BY_HOUR = [
  2, 1.2, 0.8, 0.6, 0.6, 0.8, 1.2, 1.8, 2.4, 3, 3.4, 3.8, 4.2, 4.2, 4.2, 4.6, 5.2, 6, 7, 9.5, 12, 10.5, 7, 4,
];
const USERS_PER_SERVER = 20;
/** So often somebody asks for three at once, which is as many as may wait. */
const BURST_SHARE = 0.15;
const BURST = 3;
/** Some servers ask for much more than most: the weight of the n-th is n to the power of this. */
const SERVER_EXPONENT = -0.8;

/** A day of `count` requests and 24 hours, in order of time; users of busy servers ask more often. */
export function arrivalsOfADay(
  servers: number,
  count: number,
  hourMs: number,
  random: () => number,
): readonly Arrival[] {
  const pickServer = picker(Array.from({ length: servers }, (_, index) => (index + 1) ** SERVER_EXPONENT));
  const pickHour = picker(BY_HOUR);
  const arrivals: Arrival[] = [];
  while (arrivals.length < count) {
    const atMs = Math.floor((pickHour(random()) + random()) * hourMs);
    const guildId = `g${pickServer(random())}`;
    const userId = `${guildId} u${Math.floor(USERS_PER_SERVER * random() ** 2)}`;
    const size = random() < BURST_SHARE ? BURST : 1;
    for (let index = 0; index < size; index += 1)
      arrivals.push({ atMs: atMs + 1000 * index, userId, guildId });
  }
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

/** Draws an index by weight; the function takes a number from 0 to below 1. */
function picker(weights: readonly number[]): (lot: number) => number {
  let total = 0;
  const ends = weights.map((weight) => (total += weight));
  return (lot) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > lot * total) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
