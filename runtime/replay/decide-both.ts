/** Lines that two sides decide, to hold one answer against the other. */
import type { Took } from './each-line.ts';
import type { DecidedLine, LineDecider, ReadLine } from './line-decider.ts';

export type Both<T> = readonly [before: T, after: T];

/** Has both decide, and tells `done` once both have; `look` sees each as soon as it has, while its facts are there. */
export function decideBoth(
  [before, after]: Both<LineDecider>,
  [one, other]: Both<ReadLine>,
  done: (before: DecidedLine, after: DecidedLine) => void,
  look: (decided: DecidedLine, by: LineDecider) => void = () => {},
): Took | Promise<Took> {
  let first: DecidedLine | undefined;
  let second: DecidedLine | undefined;
  const tell = (): void => {
    if (first !== undefined && second !== undefined) done(first, second);
  };
  const took = before.decide(one, (decided) => {
    first = decided;
    look(decided, before);
    tell();
  });
  const tookToo = after.decide(other, (decided) => {
    second = decided;
    look(decided, after);
    tell();
  });
  if (took === undefined && tookToo === undefined) return undefined;
  return whenBoth(took, tookToo);
}

async function whenBoth(one: Took | Promise<Took>, other: Took | Promise<Took>): Promise<Took> {
  const [first, second] = [await one, await other];
  return first === 'stop' || second === 'stop' ? 'stop' : undefined;
}
