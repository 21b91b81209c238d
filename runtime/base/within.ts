/** Waiting with a limit. What is waited for goes on beyond it, and should it fail then, nobody hears of that. */

/** The value, or `undefined` when it takes longer. Rejects as the value does. */
export async function within<T>(milliseconds: number, value: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, milliseconds, undefined);
  try {
    return await Promise.race([value, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it is over by then. Rejects as the work does. */
export async function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const isOver = await within(
    milliseconds,
    work.then(() => true),
  );
  return isOver === true;
}
