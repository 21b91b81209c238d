/** Warnings for the operator about what control finds out. */
import type { AnswerFacts } from '../admin/source.ts';

/** Why answer processes do not use batched sockets for UDP, each reason once. */
export function udpWarnings(members: readonly AnswerFacts[]): Set<string> {
  return new Set(members.flatMap(({ udp }) => udp?.warning ?? []));
}
