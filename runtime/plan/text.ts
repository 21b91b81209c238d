/** How texts of all kinds of plans look. */

/** Characters of a plan's text that are shown. */
export const SHOWN = 160;

export function withTtl(text: string, ttl: number | undefined): string {
  return ttl === undefined ? text : `${text}, TTL ${ttl}`;
}
