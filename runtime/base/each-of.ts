/** Asynchronous work on many items, a few of them at a time. */

/**
 * Does `work` with each item, in their order, at most `width` at a time. Rejects when the first of them
 * fails.
 */
export async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
