/** The probe that does what each target's type asks for. */
import { createHttpProbe } from './http-probe.ts';
import type { Probe } from './probe.ts';
import { probeTcp } from './tcp-probe.ts';

export interface NetworkProbeOptions {
  /** Certificates (PEM) to trust beside those that Node trusts, which include NODE_EXTRA_CA_CERTS. */
  readonly ca?: readonly string[];
}

/** A probe for targets of every type. */
export function createNetworkProbe(options: NetworkProbeOptions = {}): Probe {
  const probeHttp = createHttpProbe(options.ca);
  return (target, signal) => (target.type === 'tcp' ? probeTcp(target, signal) : probeHttp(target, signal));
}
