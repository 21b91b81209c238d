/** Where a value stands in data somebody wrote: `pools.us.check.port`, `hosts["*.app"]`, `A[0]`. */

/** The path of a key, or of an index, inside what stands at `path`. */
export function keyPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
