/** unbound, as it is and with what makes it stricter or has it conclude more. */

import type { RunningProgram } from '../program.ts';
import {
  dsText,
  hintsText,
  type RootZone,
  startResolver,
  startResolverProgram,
  type ValidatorKind,
} from './validator.ts';

const VARIANTS = {
  unbound: ['aggressive-nsec: no'],
  'unbound aggressive-nsec': ['aggressive-nsec: yes'],
  'unbound qname-minimisation-strict': ['aggressive-nsec: no', 'qname-minimisation-strict: yes'],
  'unbound use-caps-for-id': ['aggressive-nsec: no', 'use-caps-for-id: yes'],
  'unbound harden-algo-downgrade': ['aggressive-nsec: no', 'harden-algo-downgrade: yes'],
} as const;

export const UNBOUNDS: readonly ValidatorKind[] = Object.entries(VARIANTS).map(([name, lines]) => ({
  name,
  program: 'unbound',
  start: (root) => startResolver({ name, ...options(root, 'validator iterator', lines) }),
}));

/** unbound as a resolver that checks nothing. */
export function startPlainResolver(root: RootZone): Promise<RunningProgram> {
  return startResolverProgram(options(root, 'iterator', []));
}

/** unbound that tells a server which network its client is in (RFC 7871), keeps answers by it, and concludes from NSEC. */
export function startSubnetResolver(root: RootZone, server: string): Promise<RunningProgram> {
  const lines = [
    `send-client-subnet: ${server}`,
    'client-subnet-always-forward: yes',
    'aggressive-nsec: yes',
  ];
  return startResolverProgram(options(root, 'subnetcache validator iterator', lines));
}

function options(root: RootZone, modules: string, lines: readonly string[]) {
  return {
    program: 'unbound',
    args: (folder: string) => ['-d', '-c', `${folder}/unbound.conf`],
    files: (folder: string, port: number) => ({
      'root.hints': hintsText(root),
      'unbound.conf': `
server:
  interface: 127.0.0.1@${port}
  num-threads: 1
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  val-log-level: 2
  do-ip6: no
  do-not-query-localhost: no
  root-hints: "${folder}/root.hints"
  module-config: "${modules}"
  trust-anchor: ". IN DS ${dsText(root.ds)}"
  trust-anchor-signaling: no
  target-fetch-policy: "0 0 0 0 0"
  msg-cache-size: 4m
  rrset-cache-size: 4m
${lines.map((line) => `  ${line}\n`).join('')}
remote-control:
  control-enable: no
`,
    }),
  };
}
