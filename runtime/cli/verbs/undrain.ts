/** `dnsteer undrain <target>`: ends drains in the running server, at once or little by little. */
import type { Command } from 'commander';
import { askOverride, type OverrideFlags, TARGET } from '../ask-override.ts';
import { ADMIN_OF_SERVER, examples, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description('End drains: probes say again whether what was drained is answered.')
    .argument('<target>', TARGET)
    .option('--owner <name>', 'who; default: the user who runs this')
    .option('--over <time>', 'little by little, within this time')
    .option('--json', 'print JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer undrain shop.example/eu', "dnsteer undrain '*/eu' --over 10m"))
    .action(async (target: string, flags: OverrideFlags) =>
      done(
        await askOverride(
          host,
          'undrain',
          target,
          flags,
          flags.over === undefined ? 'no longer drained' : undefined,
        ),
      ),
    );
}
