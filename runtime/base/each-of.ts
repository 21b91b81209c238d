/** Asynchronous work on many items, a few of them at a time. */

/**
 * Does `work` with each item, in their order, at most `width` at a time. `width` may depend on the item: those of
 * another width do not wait for each other. Rejects when the first of them fails.
 */
export async function eachOf<T>(
  items: readonly T[],
  width: number | ((item: T) => number),
  work: (item: T) => Promise<void>,
): Promise<void> {
  const kinds = typeof width === 'number' ? [[width, items] as const] : [...Map.groupBy(items, width)];
  await Promise.all(
    kinds.flatMap(([most, some]) => {
      const queue = some.values();
      const worker = async (): Promise<void> => {
        for (const item of queue) await work(item);
      };
      return Array.from({ length: most }, worker);
    }),
  );
}
