/** Settings of zones, policies and health checks. */
import { z } from 'zod';
import { MAX_TTL } from '../wire/ttl.ts';
import { account, flag, list, notAbove, number, parsed, section, text, whole } from './kinds.ts';
import { hostName, ipAddress, readDomainName, resolvers, zoneName } from './network-kinds.ts';
import { requests } from './request-schema.ts';

const nameServer = z.union(
  [
    hostName.transform((name) => ({ name, addresses: [] as string[] })),
    section({
      name: hostName.describe('Its name.'),
      addresses: list(ipAddress, 'IP addresses')
        .prefault([])
        .describe('Its addresses: needed (glue) where the name is inside the zone.'),
    }),
  ],
  { error: 'must be a host name, or a mapping with "name" and "addresses"' },
);

export const zone = section({
  nameServers: list(nameServer, 'name servers')
    .prefault([])
    .describe(
      'NS records of zones whose .zone file has none. None given: ns1.<zone> at the addresses listened on, fit for trying only.',
    ),
  contact: parsed('must be a mail address, such as "hostmaster@example.com"', readContact)
    .optional()
    .describe(
      'Mail address of the person responsible for the zones, for SOA. None given: hostmaster@<zone>.',
    ),
  ttl: ttl().prefault(3600).describe('TTL of SOA and NS, in seconds.'),
  negativeTtl: ttl()
    .optional()
    .describe(
      'How long resolvers may at most remember what a policy denies, in seconds, and minimum of each SOA made here. None given: as long as the SOA of the zone says (RFC 2308 §3), which is 30 seconds where it is made here.',
    ),
  refresh: ttl().prefault(3600).describe('SOA refresh, in seconds.'),
  retry: ttl().prefault(600).describe('SOA retry, in seconds.'),
  expire: ttl().prefault(604_800).describe('SOA expire, in seconds.'),
  cyclic: flag()
    .prefault(false)
    .describe(
      'Whether each answer begins with another record of its set, in turn, in all zones. Not where a policy has set the order: take(), rotate(), sticky().',
    ),
  perZone: z
    .record(zoneName, section({ cyclic: flag().optional() }), {
      error: 'must be a mapping from zones to settings of "zone"',
    })
    .prefault({})
    .describe('"cyclic" of single zones in place of that above: "example.com: { cyclic: true }".'),
}).prefault({});

export const policy = section({
  ttl: ttl().prefault(30).describe('TTL of answers whose policy says none, in seconds.'),
  budget: whole(1, 10_000).prefault(5).describe('Time one run of a policy may take, in milliseconds.'),
  deadline: whole(1, 10_000)
    .prefault(50)
    .describe('Time from the arrival of a query to its answer, in milliseconds.'),
  maxBudget: whole(1, 10_000).prefault(100).describe('Largest budget a policy may ask for, in milliseconds.'),
  maxDeadline: whole(1, 10_000)
    .prefault(1000)
    .describe('Largest deadline a policy may ask for, in milliseconds.'),
  topLevel: whole(1, 10_000)
    .prefault(100)
    .describe('Processor time that loading may take: code outside of handlers, in milliseconds.'),
  // isolated-vm refuses limits below 8.
  memory: whole(8, 1024).prefault(32).describe('Memory of one policy in one sandbox, in megabytes.'),
})
  .superRefine((policy, context) => {
    notAbove(context, policy, 'budget', 'deadline', 'policy');
    notAbove(context, policy, 'budget', 'maxBudget', 'policy');
    notAbove(context, policy, 'deadline', 'maxDeadline', 'policy');
    notAbove(context, policy, 'maxBudget', 'maxDeadline', 'policy');
  })
  .prefault({});

const commands = z
  .record(
    text('must be a name of letters, digits, "-", "_" and "."', (name) => /^[\w.-]{1,64}$/.test(name)),
    section({
      run: list(
        text('must be a program or an argument', (part) => !part.includes('\0')),
        'a program and its arguments',
      )
        .refine((run) => run[0]?.startsWith('/') === true, {
          error: 'must begin with the path of a program, from /',
        })
        .describe('The program and its arguments; {address} in them is what is probed. There is no shell.'),
      user: account().describe(
        'User that runs it, if dnsteer was started as root. None given: that of dnsteer ("user").',
      ),
      group: account().describe("Group; the user's own if not given."),
    }),
    { error: 'must be a mapping from names to commands with "run"' },
  )
  .meta({ writeOnly: true })
  .prefault({})
  .describe(
    'Commands that health checks may run, by the name with which policies ask for them: "is-primary: { run: [/usr/local/bin/is-primary] }".',
  );

export const health = section({
  interval: whole(1, 3600).prefault(10).describe('Time between two probes of a target, in seconds.'),
  timeout: whole(1, 3600).prefault(5).describe('Time until a probe counts as failed, in seconds.'),
  rise: whole(1, 100).prefault(2).describe('Successes in a row that turn a down target up.'),
  fall: whole(1, 100).prefault(3).describe('Failures in a row that turn an up target down.'),
  probesPerSecond: whole(1, 100_000)
    .prefault(2000)
    .describe('Most probes in a second, of all zones together; a version that would go beyond is refused.'),
  damping: section({
    changes: whole(0, 100)
      .prefault(0)
      .describe('Changes of one target within that time that pass; after more it is held back. 0: all pass.'),
    within: whole(1, 86_400).prefault(600).describe('The time in which changes count, in seconds.'),
    quiet: whole(1, 86_400)
      .prefault(600)
      .describe('Time without a change after which it is held back no more, in seconds.'),
  }).prefault({}),
  requests,
  commands,
})
  .superRefine(({ timeout, interval }, context) =>
    notAbove(context, { timeout, interval }, 'timeout', 'interval', 'health'),
  )
  .prefault({});

export const alias = section({
  resolvers: resolvers
    .prefault([])
    .describe(
      'Resolvers that are asked for the targets of pools with "alias", in turn until one knows. Default: those of the system.',
    ),
  timeout: number(0.1, 30).prefault(4).describe('Time in which they may answer, in seconds, all together.'),
  leastTtl: whole(1, 3600)
    .prefault(5)
    .describe('Time for which an answer is kept at least, in seconds, whatever its TTL.'),
  mostTtl: whole(1, 86_400)
    .prefault(3600)
    .describe('Time for which an answer is kept at most, in seconds, whatever its TTL.'),
  stale: whole(0, 604_800)
    .prefault(86_400)
    .describe(
      'Time for which an answer is served after its TTL where no resolver says anything newer (RFC 8767), in seconds; 0: none.',
    ),
  targets: whole(1, 10_000)
    .prefault(1000)
    .describe('Most targets, of all zones together; those beyond are not asked for.'),
})
  .superRefine(({ leastTtl, mostTtl }, context) =>
    notAbove(context, { leastTtl, mostTtl }, 'leastTtl', 'mostTtl', 'alias'),
  )
  .prefault({});

function ttl() {
  return whole(0, MAX_TTL);
}

/**
 * Turns a mail address into a domain name (RFC 1035 §8); escaped dots before the `@` do not separate labels.
 */
function readContact(written: string): string | undefined {
  const at = written.lastIndexOf('@');
  if (at === -1) return readDomainName(written);
  const local = written.slice(0, at).replace(/[\\.]/g, '\\$&');
  return local === '' ? undefined : readDomainName(`${local}.${written.slice(at + 1)}`);
}
