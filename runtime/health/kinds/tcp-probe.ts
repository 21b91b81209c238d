/** Whether something accepts TCP connections. Nothing is sent. */
import { connect } from 'node:net';
import type { ProbeResult } from '../probe.ts';
import { attemptProbe } from '../probe-attempt.ts';
import type { TcpTarget } from '../target.ts';

/** Succeeds once the connection is established, and closes it. */
export function probeTcp(target: TcpTarget, signal: AbortSignal): Promise<ProbeResult> {
  return attemptProbe(target.timeoutMs, signal, (settle) =>
    connect({ host: target.address, port: target.port })
      .once('connect', () => settle())
      // Not once: a socket may report another error while it is closed.
      .on('error', settle),
  );
}
