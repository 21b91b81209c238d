/** How old geo data are. */

const DAY_MS = 86_400_000;

/** Whole days since data were made, which is said as in ISO 8601. */
export function daysOld(built: string): number {
  return Math.max(0, Math.floor((Date.now() - Date.parse(built)) / DAY_MS));
}

export function withAge<T extends { readonly built?: string }>(one: T): T & { readonly ageDays?: number } {
  return one.built === undefined ? one : { ...one, ageDays: daysOld(one.built) };
}
