/** Lines of JSON in files that a server keeps for the next start. */

/** The fields of an object; `undefined` if the line holds none, as its end was cut off or somebody wrote into the file. */
export function objectInLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function linesOf(objects: Iterable<object>): string {
  return Array.from(objects, (one) => `${JSON.stringify(one)}\n`).join('');
}
