/** `icmp`: the address replies to an echo request, as `ping` sends it. */
import { attemptProbe } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import { aimsAt, type CheckKind, type ProberOptions } from './kind.ts';

export interface IcmpTarget extends Target {
  readonly type: 'icmp';
}

export const ICMP: CheckKind<IcmpTarget> = {
  type: 'icmp',
  fields: ['address'],
  read: (check, path, reader) =>
    aimsAt<IcmpTarget>(check, path, reader, (address) => ({ type: 'icmp', address, port: 0 })),
  identity: () => '',
  label: () => '',
  createProber(options) {
    return {
      probe: (target, signal) =>
        attemptProbe(target.timeoutMs, signal, (settle) => {
          const over = new AbortController();
          echo(target, options, over.signal).then(settle, settle);
          return { destroy: () => over.abort() };
        }),
    };
  },
};

async function echo(
  target: IcmpTarget,
  { dialer, sendEcho }: ProberOptions,
  signal: AbortSignal,
): Promise<Error | string | undefined> {
  const found = await dialer.addressOf(target, signal);
  if ('problem' in found) return found.problem;
  return await sendEcho(found.address, signal);
}
