/** The probe of a server, which uses the kind that each target names. */
import { assert } from '../base/assert.ts';
import { CHECK_KINDS, checkKindOf } from './check-kinds.ts';
import type { ProberOptions } from './kinds/kind.ts';
import { HostNames } from './names/host-names.ts';
import type { Probe } from './probe.ts';

/** Makes a probe for targets of all types. */
export function createNetworkProbe({ names = new HostNames(), ...rest }: Partial<ProberOptions> = {}): Probe {
  const options = { names, ...rest };
  const probers = new Map(CHECK_KINDS.map((kind) => [kind, kind.createProber(options)]));
  return async (target, signal) => {
    const prober = probers.get(checkKindOf(target));
    assert(prober !== undefined, 'each kind has its prober');
    return await prober.probe(target, signal);
  };
}
