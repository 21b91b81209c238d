/** The numbers that control gives to targets, where a test plays control. */

const NUMBERS = new Map<string, number>();

/** The number of a target, by its id. */
export function targetNumber(id: string): number {
  const number = NUMBERS.get(id) ?? NUMBERS.size;
  NUMBERS.set(id, number);
  return number;
}

/** The id of a target that is reached over TCP, and probed as by default. */
export function tcpTarget(place: string): string {
  return `tcp://${place} every=10000 timeout=5000 rise=2 fall=3`;
}
