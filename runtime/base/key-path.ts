/** Paths of values in a policy or a setting: `pools.us.check.port`, `hosts["*.app"]`, `A[0]`. */

/**
 * The keys on a path that {@link keyPath} made; indices as text. Escapes of invisible characters stay
 * escaped.
 */
export function keysOfPath(path: string): string[] {
  return [...path.matchAll(/"((?:[^"\\]|\\.)*)"|([^.[\]"]+)/g)].map(
    ([, quoted, bare = '']) => quoted?.replace(/\\(["\\])/g, '$1') ?? bare,
  );
}

/** The path of a key or an index of the value at `path`. */
export function keyPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
