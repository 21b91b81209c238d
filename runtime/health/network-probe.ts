/** The probe that does what each target's type asks for. */
import { createHttpProbe } from './kinds/http-probe.ts';
import { probeTcp } from './kinds/tcp-probe.ts';
import type { Probe } from './probe.ts';

export interface NetworkProbeOptions {
  /** Certificates (PEM) to trust beside those that Node trusts, which include NODE_EXTRA_CA_CERTS. */
  readonly ca?: readonly string[];
}

/** A probe for targets of every type. */
export function createNetworkProbe(options: NetworkProbeOptions = {}): Probe {
  const probeHttp = createHttpProbe(options.ca);
  return (target, signal) => (target.type === 'tcp' ? probeTcp(target, signal) : probeHttp(target, signal));
}
