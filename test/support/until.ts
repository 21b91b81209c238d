/** Waits for what has no event of its own. */

/** So long, and nobody believes that it will ever be. */
const LIMIT_MS = 20_000;
const PAUSE_MS = 5;

/** Asks again and again until the answer is as it should be; fails with the last answer if it never is. */
export async function until<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  limitMs = LIMIT_MS,
): Promise<T> {
  const limit = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (performance.now() > limit) throw new Error(`Still the answer is ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
