/** How texts of plans look, whatever their kinds. */

/** Characters of a plan that are shown. */
export const SHOWN = 160;

export function withTtl(text: string, ttl: number | undefined): string {
  return ttl === undefined ? text : `${text}, TTL ${ttl}`;
}
