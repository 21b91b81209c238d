/** Waiting with a limit. */

/** The value, or `undefined` when it takes longer. */
export async function within<T>(milliseconds: number, value: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  const first = await Promise.race([value, late]);
  clearTimeout(timer);
  return first;
}
