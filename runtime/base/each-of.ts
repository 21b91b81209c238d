/** Asynchronous work on many things, on a few of them at a time. */

/** Does `work` with each item, in their order, on at most `width` at a time. Rejects as the first that fails. */
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
