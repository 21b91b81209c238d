/** `dnsteer force up|down|clear <target>`: has pools or addresses be up or down whatever the probes say. */
import { Argument, type Command } from 'commander';
import { askOverride, type OverrideFlags, TARGET } from '../ask-override.ts';
import { ADMIN_OF_SERVER, examples, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description('Have pools or addresses be up or down, as if probes said so, or end that.')
    .addArgument(new Argument('<how>', 'what to say of them; clear: nothing any more').choices(HOW))
    .argument('<target>', TARGET)
    .option('--reason <text>', 'why, for others')
    .option('--owner <name>', 'who; default: the user who runs this')
    .option('--for <time>', 'ends by itself after so long, such as 2h')
    .option('--expires <moment>', 'ends by itself then: "2026-12-24 23:00 Europe/Berlin"')
    .option('--json', 'print JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText(
      'after',
      examples(
        "dnsteer force up shop.example/eu --reason 'the check is broken' --for 30m",
        'dnsteer force clear shop.example/eu',
      ),
    )
    .action(async (how: string, target: string, flags: OverrideFlags) =>
      done(await askOverride(host, how, target, flags, how === 'clear' ? 'no longer forced' : undefined)),
    );
}

const HOW = ['up', 'down', 'clear'];
