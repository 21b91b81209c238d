/**
 * What a folder of policies may use: `teams` of the settings, and the files `_team.yaml` in folders. What is not mentioned
 * is allowed.
 */
import { z } from 'zod';
import { typeFromText } from '../../wire/iana/rrtype.ts';
import { ROOT } from '../../wire/name.ts';
import { flag, list, number, section, text } from '../kinds.ts';
import { network } from '../network-kinds.ts';
import { namePattern } from './name-patterns.ts';

/** The kinds of health checks (health/check-kinds.ts), which settings do not import. */
export const CHECK_TYPES = ['tcp', 'http', 'https', 'tls', 'dns', 'push', 'exec', 'grpc', 'icmp'] as const;

const PATTERN = 'must be a name or a pattern, such as "pay.example", "*.pay.example" or "*"';
const pattern = text(PATTERN, (written) => namePattern(written).ok);
const relative = text(
  'must be a name in the zone or a pattern, such as "@", "www", "*.app" or "*"',
  (written) => namePattern(written, ROOT).ok,
);
const recordType = text(
  'must be a record type, such as "A" or "TYPE65280"',
  (written) => typeFromText(written) !== undefined,
);
const kind = z.enum(CHECK_TYPES, { error: `must be one of ${CHECK_TYPES.join(', ')}` });

/** The settings of one team. */
export const teamSchema = section({
  zones: list(pattern, 'zones, such as ["pay.example", "*.pay.example"]')
    .optional()
    .describe('Zones that files of the folder may serve.'),
  names: list(relative, 'names, such as ["@", "www", "*.app"]')
    .optional()
    .describe('Names of hosts and records, relative to their zone.'),
  types: list(recordType, 'record types').optional().describe('Types of records.'),
  addresses: list(network, 'networks')
    .optional()
    .describe('Networks of addresses in records; without "targets", targets must then be in the zone.'),
  targets: list(pattern, 'names')
    .optional()
    .describe('Names that records may lead to: CNAME, MX, SRV, HTTPS, NS, PTR, DNAME and others.'),
  checks: section({
    kinds: list(kind, 'kinds of checks').optional().describe('Kinds of health checks.'),
    hosts: list(pattern, 'host names').optional().describe('Host names that checks may probe.'),
    addresses: list(network, 'networks')
      .optional()
      .describe('Networks that checks may probe; what neither "hosts" nor "addresses" allows is not probed.'),
    send: flag()
      .optional()
      .describe('false: checks say nothing of their own: no "send", no "method", no "headers".'),
    interval: number(1, 3600).optional().describe('Least time between two probes of a target, in seconds.'),
    probesPerSecond: number(0, 1_000_000)
      .optional()
      .describe('Probes a second that all policies of the folder together may declare.'),
  })
    .optional()
    .describe('What health checks may do.'),
  budget: number(1, 10_000).optional().describe('Largest budget, in milliseconds.'),
  deadline: number(1, 10_000).optional().describe('Largest deadline, in milliseconds.'),
});

const folder = text(
  'must be the path of a folder in the policies folder, such as "payments"',
  (written) => !written.startsWith('/') && !written.split(/[\\/]/).includes('..'),
);

export const teams = z
  .record(folder, teamSchema, {
    error: 'must be a mapping from folders of policies to what they may use',
  })
  .prefault({})
  .describe(
    'What policies and zone files of a folder, and of those below, may use: "payments: { zones: [pay.example], types: [A] }". A file _team.yaml in the folder says the same; both apply.',
  );
