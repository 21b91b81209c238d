/** `dnsteer start`: runs the server. */
import type { Command } from 'commander';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, Done, StartOptions } from '../host.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description('Run the server: answer DNS for every policy and zone file in the policies folder.')
    .option('--listen <address…>', 'address to answer on; several are separated by commas')
    .option('--admin <address>', 'address of the admin page, API and metrics, or "off"')
    .option('--processes <count>', 'answer processes, or "auto"')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent')
    .option('--log-format <format>', 'auto, json or pretty')
    .option('--replace', 'take the place of the server that runs with the same state folder', false)
    .addHelpText(
      'after',
      examples(
        'dnsteer start',
        'dnsteer start --replace',
        "dnsteer start --listen '0.0.0.0:53,[::]:53' --policies /etc/dnsteer/policies",
      ),
    )
    .action(async (flags: SettingFlags & StartOptions) => done(await start(host, flags)));
}

async function start(host: CliHost, flags: SettingFlags & StartOptions): Promise<number> {
  const ask = askFrom(flags);
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  await host.start(config, ask, { replace: flags.replace });
  return 0;
}
