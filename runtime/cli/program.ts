/** The command line: its verbs, and the help that lists them. */
import { Command } from 'commander';
import { bold, withConfig } from './flags.ts';
import type { CliHost, Done } from './host.ts';
import { type ListedVerb, VERBS } from './verb-list.ts';

/** Builds the parser for these arguments. */
export async function createProgram(argv: readonly string[], host: CliHost, done: Done): Promise<Command> {
  const program = new Command('dnsteer')
    .description('An authoritative DNS server whose answers are small TypeScript programs.')
    .version(host.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is well, 1 problems were found, 2 the command was not understood.\nEach verb has help of its own: dnsteer check --help',
    )
    .configureHelp({ styleTitle: (title) => bold(title) })
    .exitOverride();
  for (const verb of VERBS) {
    const command = program.command(verb.name).summary(verb.summary);
    if (argv.includes(verb.name)) (await verb.load()).define(command, host, done);
    else outline(command, verb);
  }
  return program;
}

/** Describes a verb that the arguments do not name, for the list of verbs. */
function outline(command: Command, { args }: ListedVerb): void {
  withConfig(command);
  if (args !== '') command.arguments(args);
}
