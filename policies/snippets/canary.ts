/**
 * A share of all clients, always the same ones: who is in is decided by the network a client is in,
 * so that nobody wanders back and forth between releases, and growing the share adds clients and
 * removes none.
 */
import type { Query } from 'dnsteer';

/** Whether the client is among `percent` of all. Give each release another `release`, and others come first. */
export function isCanary(query: Query, percent: number, release: string): boolean {
  return hash(`${release}/${query.client.subnet}`) % 10_000 < percent * 100;
}

/** FNV-1a with a final mix: neighbouring networks must not share their fate. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
