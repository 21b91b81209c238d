/** `dnsteer drain <target>`: takes pools or addresses out of the answers of the running server, at once or little by little. */
import type { Command } from 'commander';
import { askOverride, type OverrideFlags, TARGET } from '../ask-override.ts';
import { ADMIN_OF_SERVER, examples, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Take pools or addresses out of the answers, even where nothing else is left; no policy is changed.',
    )
    .argument('<target>', TARGET)
    .option('--reason <text>', 'why, for others')
    .option('--owner <name>', 'who; default: the user who runs this')
    .option('--for <time>', 'ends by itself after so long, such as 2h')
    .option('--expires <moment>', 'ends by itself then: "2026-12-24 23:00 Europe/Berlin"')
    .option('--over <time>', 'little by little, within this time')
    .option('--leave <share>', 'leave a share, such as 20%')
    .option('--json', 'print JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText(
      'after',
      examples(
        "dnsteer drain shop.example/eu --reason 'new switch' --for 2h",
        'dnsteer drain shop.example/eu/192.0.2.1',
        "dnsteer drain '*/eu' --over 10m",
      ),
    )
    .action(async (target: string, flags: OverrideFlags) =>
      done(await askOverride(host, 'drain', target, flags)),
    );
}
