/** The lines of a table of latencies as fields: the heading first. */

/** One after the other, as there may be a million, and a fault in the first; `undefined` for a line that says nothing. */
export function* latencyLines(table: string): Generator<readonly string[] | undefined> {
  const text = table.replace(/^\uFEFF/, '');
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const line = text.slice(at, end);
    at = end + 1;
    const saysNothing = line.trim() === '' || line.startsWith('#');
    yield saysNothing ? undefined : line.split(',').map((field) => unquoted(field.trim()));
  }
}

function unquoted(field: string): string {
  return field.length > 1 && field.startsWith('"') && field.endsWith('"') ? field.slice(1, -1).trim() : field;
}
