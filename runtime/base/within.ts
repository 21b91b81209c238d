/** Waits with a time limit. The work itself goes on beyond the limit; its later failure is ignored. */

/** The value, or `undefined` if it takes longer. Rejects if the value rejects in time. */
export async function within<T>(milliseconds: number, value: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, milliseconds, undefined);
  try {
    return await Promise.race([value, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the work ends in time. Rejects if the work rejects in time. */
export async function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const isOver = await within(
    milliseconds,
    work.then(() => true),
  );
  return isOver === true;
}
