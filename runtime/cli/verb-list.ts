/** All verbs in the order of the help. The file named after a verb holds its flags, help and action. */
import type { Command } from 'commander';
import type { CliHost, Done } from './host.ts';

export interface ListedVerb {
  readonly name: string;
  /** The verb's arguments, as usage shows them. */
  readonly args: string;
  readonly summary: string;
  /** Loads the verb's file, only if the arguments name the verb: so help and errors come at once. */
  readonly load: () => Promise<VerbFile>;
}

export interface VerbFile {
  /** Gives a command its flags, its help and its action. */
  define(command: Command, host: CliHost, done: Done): void;
}

export const VERBS: readonly ListedVerb[] = [
  verb('start', 'run the server', () => import('./verbs/start.ts')),
  verb(
    'check [file...]',
    'find what is wrong with policies and zone files',
    () => import('./verbs/check.ts'),
  ),
  verb('test [file...]', 'run the tests beside policies', () => import('./verbs/test.ts')),
  verb(
    'diff [before] [after]',
    'tell which answers are different, and for whom',
    () => import('./verbs/diff.ts'),
  ),
  verb(
    'replay <file...>',
    'tell which recorded answers would be different',
    () => import('./verbs/replay.ts'),
  ),
  verb(
    'whatif <file...>',
    'tell where recorded queries would go while pools are down',
    () => import('./verbs/whatif.ts'),
  ),
  verb('prepare', 'try all policies ahead of a start', () => import('./verbs/prepare.ts')),
  verb('explain [name] [type]', 'tell how a query is answered, and why', () => import('./verbs/explain.ts')),
  verb('new <domain>', 'write a starter policy', () => import('./verbs/new.ts')),
  verb(
    'import <format> <source>',
    'write policies from what gdnsd, PowerDNS or Route 53 has',
    () => import('./verbs/import.ts'),
  ),
  verb('status', 'show the running server', () => import('./verbs/status.ts')),
  verb('reload', 'have the server read its settings again', () => import('./verbs/reload.ts')),
  verb('push <name> <state>', 'tell how a target is that is not probed', () => import('./verbs/push.ts')),
  verb('drain <target>', 'take pools out of the answers', () => import('./verbs/drain.ts')),
  verb('undrain <target>', 'end drains', () => import('./verbs/undrain.ts')),
  verb('force <how> <target>', 'have pools be up or down', () => import('./verbs/force.ts')),
  verb('overrides', 'list what is drained or forced', () => import('./verbs/overrides.ts')),
  verb('announce', 'show and drain what is announced by BGP', () => import('./verbs/traffic/announce.ts')),
  verb(
    'emit <kind> <pool...>',
    'print pools as upstreams of nginx, HAProxy or Caddy',
    () => import('./verbs/traffic/emit.ts'),
  ),
  verb('release <zone>', 'end the quarantine of a policy', () => import('./verbs/release.ts')),
  verb('transfer <zone>', 'transfer a zone from its primaries now', () => import('./verbs/transfer.ts')),
  verb('records [zone]', 'list what clients have added to zones', () => import('./verbs/records.ts')),
  verb(
    'delegate <zone>',
    'tell what the registrar needs, and check the delegation',
    () => import('./verbs/delegate.ts'),
  ),
  verb('dnssec', 'show, import and roll keys, and tell what parents need', () => import('./verbs/dnssec.ts')),
  verb('geo', 'show how old geo data is, and put newer files in place', () => import('./verbs/geo.ts')),
  verb('config', 'show every setting', () => import('./verbs/config.ts')),
];

/** `usage` is the verb's name, with its arguments as the help shows them. */
function verb(usage: string, summary: string, load: ListedVerb['load']): ListedVerb {
  const [name = '', ...args] = usage.split(' ');
  return { name, args: args.join(' '), summary, load };
}
