/** `tcp`: probes whether a server accepts TCP connections. The probe sends no data. */
import { keyPath } from '../../base/key-path.ts';
import { connectTo } from '../connect.ts';
import { attemptProbe } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import { type CheckKind, MAX_PORT } from './kind.ts';

export interface TcpTarget extends Target {
  readonly type: 'tcp';
}

export const TCP: CheckKind<TcpTarget> = {
  type: 'tcp',
  fields: ['port'],
  read(check, path, reader) {
    const at = keyPath(path, 'port');
    if (check.port === undefined) return reader.refuse(at, 'Is required for a tcp check');
    const port = reader.whole(check.port, at, 1, MAX_PORT);
    return port === undefined
      ? undefined
      : { kind: 'each', at: (address) => ({ type: 'tcp', address, port }) };
  },
  identity: () => '',
  label: () => '',
  createProber: ({ names }) => ({
    probe: (target, signal) =>
      attemptProbe(target.timeoutMs, signal, (settle) =>
        connectTo(target, names)
          .once('connect', () => settle())
          // `on` and not `once`: a socket may report another error while it closes.
          .on('error', settle),
      ),
  }),
};
