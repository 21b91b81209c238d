/** All verbs in the order of the help. A verb's flags, its help and what it does are in the file of its name. */
import type { Command } from 'commander';
import type { CliHost, Done } from './host.ts';

export interface ListedVerb {
  readonly name: string;
  /** Its arguments, as usage shows them. */
  readonly args: string;
  readonly summary: string;
  /** Its file, which is loaded only if the arguments name the verb: help and mistakes are answered at once. */
  readonly load: () => Promise<VerbFile>;
}

export interface VerbFile {
  /** Gives a command its flags, its help and what it does. */
  define(command: Command, host: CliHost, done: Done): void;
}

export const VERBS: readonly ListedVerb[] = [
  verb('start', 'run the server', () => import('./verbs/start.ts')),
  verb(
    'check [file...]',
    'find what is wrong with policies and zone files',
    () => import('./verbs/check.ts'),
  ),
  verb('prepare', 'try all policies ahead of a start', () => import('./verbs/prepare.ts')),
  verb('explain <name> [type]', 'tell how a query is answered, and why', () => import('./verbs/explain.ts')),
  verb('new <domain>', 'write a starter policy', () => import('./verbs/new.ts')),
  verb('status', 'show the running server', () => import('./verbs/status.ts')),
  verb('release <zone>', 'end the quarantine of a policy', () => import('./verbs/release.ts')),
  verb(
    'delegate <zone>',
    'tell what the registrar needs, and check the delegation',
    () => import('./verbs/delegate.ts'),
  ),
  verb('config', 'show every setting', () => import('./verbs/config.ts')),
];

/** `usage` is its name, and its arguments as its help shows them. */
function verb(usage: string, summary: string, load: ListedVerb['load']): ListedVerb {
  const [name = '', ...args] = usage.split(' ');
  return { name, args: args.join(' '), summary, load };
}
