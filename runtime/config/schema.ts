/**
 * All settings: name, allowed values, default and purpose. The JSON Schema for editors, the environment
 * variables and `dnsteer config` are all derived from here.
 *
 * A message completes the sentence 'Setting "x" …', see issues.ts. Times are in the unit in which operators
 * think of them: milliseconds for a query, seconds for everything slower.
 */
import { z } from 'zod';
import { cookies, rateLimit } from './abuse-schema.ts';
import { announce } from './announce/announce-schema.ts';
import { edns, geo, identity, memo, sandbox } from './answer-schema.ts';
import { dnssec } from './dnssec-schema.ts';
import { emit } from './emit/emit-schema.ts';
import { account, list, section, text, whole } from './kinds.ts';
import { socketAddress } from './network-kinds.ts';
import { admin, log, notifications, record } from './operator-schema.ts';
import { teams } from './teams/team-schema.ts';
import { keys, secondary, transfer } from './transfer-schema.ts';
import { http, https, proxy, tcp, tls, udp } from './transport-schema.ts';
import { keysIn } from './tsig-keys.ts';
import { update } from './update-schema.ts';
import { alias, health, policy, zone } from './zone-schema.ts';

const folder = text('must be the path of a folder');

/** All settings. Defaults are applied at every depth, so `{}` is a valid configuration. */
export const configSchema = section({
  policies: folder.prefault('./policies').describe('Folder of policies and zone files.'),
  listen: list(socketAddress, 'addresses with ports, such as ["127.0.0.1:5300", "[::1]:5300"]')
    .min(1, { error: 'must name at least one address' })
    .prefault(['127.0.0.1:5300'])
    .describe('Addresses to answer DNS on, UDP and TCP.'),
  processes: z
    .union([z.literal('auto'), whole(1, 256)], { error: 'must be "auto" or a whole number from 1 to 256' })
    .prefault('auto')
    .describe('Answer processes; "auto" is one for each processor core.'),
  admin,
  zone,
  keys,
  transfer,
  secondary,
  update,
  dnssec,
  policy,
  teams,
  sandbox,
  memo,
  health,
  alias,
  geo,
  edns,
  identity,
  cookies,
  rateLimit,
  udp,
  tcp,
  tls,
  https,
  http,
  proxy,
  maintenance: text('must be the path of a file')
    .optional()
    .describe(
      'File of windows of maintenance, in YAML or iCalendar: which targets are drained or forced down when. It is read again when it changes.',
    ),
  notifications,
  announce,
  emit,
  log,
  record,
  user: account().describe('User to become once the addresses are bound, when started as root.'),
  group: account().describe("Group to become; the user's own if not given."),
  state: folder
    .prefault('.dnsteer')
    .describe('Folder for what outlives a restart: last good versions, run state.'),
}).superRefine((config, context) => {
  const needs = (path: (string | number)[], input: unknown, message: string): void =>
    context.addIssue({ code: 'custom', path, input, message });
  for (const [path, key] of keysIn(config)) {
    if (key !== undefined && !Object.hasOwn(config.keys, key))
      needs(path, key, 'must be the name of one of "keys"');
  }
  if (config.group !== undefined && config.user === undefined)
    needs(['group'], config.group, 'needs "user" beside it');
  const missing = (['certificate', 'key'] as const).filter((name) => config.tls[name] === undefined);
  if (missing.length === 0) return;
  const named = missing.map((name) => `"tls.${name}"`).join(' and ');
  const encrypted: (readonly [path: string[], input: readonly unknown[]])[] = [
    [['tls', 'listen'], config.tls.listen],
    [['https', 'listen'], config.https.listen],
    [['http', 'redirect', 'tls', 'listen'], config.http.redirect.tls.listen],
  ];
  for (const [path, input] of encrypted) {
    if (input.length === 0) continue;
    const message = `needs ${named} beside it`;
    context.addIssue({
      code: 'custom',
      path,
      input,
      message,
      params: { remedy: TLS_FILES },
    });
  }
});

const TLS_FILES = 'Name the files, in PEM form: tls: { certificate: ./cert.pem, key: ./key.pem }';

/** The schema for editors, as published in types/dnsteer.schema.json. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input' });
  return { $schema, title: 'dnsteer.yaml', ...rest };
}
