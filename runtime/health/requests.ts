/**
 * What the operator says of the probes of certain servers, and a policy cannot: whom to trust, and what to send. It goes
 * by where the probe connects to, so that what is secret is sent to nobody whom a policy names instead.
 */
import { isIP } from 'node:net';
import { Networks } from '../base/net/networks.ts';
import type { Target } from './target.ts';

/** Requests to the servers at some addresses. */
export interface RequestRule {
  /** Networks, addresses and host names, as targets have them. */
  readonly servers: readonly string[];
  /** Absent: all ports. */
  readonly port?: number | undefined;
  /** Certificates (PEM) to trust in addition. */
  readonly ca?: string | undefined;
  /** Whether the certificate has to be right. */
  readonly verify: boolean;
  /** In place of that of each probe. */
  readonly method?: string | undefined;
  /** Headers beside, or in place of, those of each probe. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The first rule for a target. */
export function ruleFor(
  rules: readonly RequestRule[],
  { address, port }: Pick<Target, 'address' | 'port'>,
): RequestRule | undefined {
  return rules.find((rule) => (rule.port ?? port) === port && isAmong(address, rule.servers));
}

function isAmong(address: string, servers: readonly string[]): boolean {
  if (isIP(address) !== 0) return new Networks(servers).has(address);
  const name = plain(address);
  return servers.some((server) => plain(server) === name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
