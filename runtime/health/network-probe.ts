/** The probe of a server, which uses the kind that each target names. */
import { assert } from '../base/assert.ts';
import { CHECK_KINDS, checkKindOf } from './check-kinds.ts';
import { Dialer, type DialerOptions } from './connect.ts';
import type { ProberOptions, SendEcho } from './kinds/kind.ts';
import type { Probe } from './probe.ts';

export interface NetworkProbeOptions extends DialerOptions {
  /** What the operator says of certain servers. Default: nothing. */
  readonly rules?: ProberOptions['rules'];
  /** Commands that checks may run. Default: none. */
  readonly commands?: ProberOptions['commands'];
  /** Default: there is no way to. */
  readonly sendEcho?: SendEcho;
}

/** Makes a probe for targets of all types. */
export function createNetworkProbe({
  rules = () => [],
  commands = () => new Map(),
  sendEcho = () => Promise.resolve(new Error('Cannot be sent from here')),
  ...options
}: NetworkProbeOptions = {}): Probe {
  const dialer = new Dialer(options);
  const probers = new Map(
    CHECK_KINDS.map((kind) => [kind, kind.createProber?.({ dialer, rules, commands, sendEcho })]),
  );
  return async (target, signal) => {
    const prober = probers.get(checkKindOf(target));
    assert(prober !== undefined, 'what is probed has its prober');
    return await prober.probe(target, signal);
  };
}
