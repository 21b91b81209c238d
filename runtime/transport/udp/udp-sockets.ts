/**
 * Chooses the sockets for UDP: batched ones where the system and package koffi allow them, else those of
 * node:dgram.
 */
import { DnsteerError } from '../../base/errors.ts';
import type { AnswerSettings, UdpSockets } from '../../rpc/answer-settings.ts';
import type { Listener, ListenPlace, OnQuery } from '../listener.ts';
import { batchedUdp } from './batched-udp.ts';
import { loadSystemCalls, type NoSystemCalls } from './system-calls.ts';
import { listenUdp, type UdpCounters } from './udp.ts';

export type ListenUdp = (endpoint: ListenPlace, onQuery: OnQuery, counters: UdpCounters) => Promise<Listener>;

/** One kind of UDP socket, and how to listen with it. */
export interface UdpTransport {
  readonly sockets: UdpSockets;
  readonly listen: ListenUdp;
}

/**
 * Returns the kind that is set, or the best that works here.
 * @throws {DnsteerError} `START`, if a kind is set that does not work here.
 */
export async function chooseUdp(
  setting: AnswerSettings['udpSockets'],
  load: typeof loadSystemCalls = loadSystemCalls,
): Promise<UdpTransport> {
  if (setting === 'dgram') return { sockets: { kind: 'dgram' }, listen: listenUdp };
  const calls = await load();
  if (calls.ok) return { sockets: { kind: 'batched' }, listen: batchedUdp(calls.value) };
  const why = explanation(calls.problem);
  if (setting === 'batched') throw new DnsteerError('START', `There are no batched sockets: ${why}`);
  // On such a system the operator can do nothing about it, so there is no warning.
  if (calls.problem.kind === 'platform') return { sockets: { kind: 'dgram' }, listen: listenUdp };
  const warning = `UDP costs twice as much as it could, for want of batched sockets: ${why}`;
  return { sockets: { kind: 'dgram', warning }, listen: listenUdp };
}

function explanation(problem: NoSystemCalls): string {
  const otherwise = 'or set "udp.sockets" to "dgram"';
  switch (problem.kind) {
    case 'platform':
      return 'they need Linux on x64 or arm64. Set "udp.sockets" to "auto"';
    case 'absent':
      return `package koffi is not installed. Install dnsteer with its optional packages, ${otherwise}`;
    case 'broken':
      return `package koffi does not load (${problem.message}). Install dnsteer anew, ${otherwise}`;
    default:
      return problem satisfies never;
  }
}
