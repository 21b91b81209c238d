/** `dnsteer new <domain>`: writes a commented starter policy, and files that editors need beside it. */
import type { Command } from 'commander';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { shownPath } from '../../build/shown-path.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { print, printError } from '../terminal.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Write a commented starter policy with its first tests, and what editors need to complete them.',
    )
    .argument('<domain>', 'zone the policy is for')
    .addHelpText('after', examples('dnsteer new shop.example'))
    .action(async (domain: string, flags: SettingFlags) =>
      done(await createPolicy(host, domain, askFrom(flags))),
    );
}

async function createPolicy(
  host: Pick<CliHost, 'loadConfig'>,
  domain: string,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const { nameProblem, takenBy, writeStarter } = await import('../work/write-starter.ts');
  const { policyFileOf } = await import('../../registry/discover.ts');
  const { zoneIdOf, zoneNameFromText } = await import('../../wire/zone-id.ts');
  const root = config.policies;
  const name = zoneNameFromText(domain);
  const zone = name.ok && name.value.length > 1 ? zoneIdOf(name.value) : '';
  const problem =
    (zone === '' ? `"${domain}" is no domain name` : nameProblem(zone)) ?? (await takenBy(zone, root));
  if (problem !== undefined) {
    printError(problem);
    return 1;
  }
  const file = policyFileOf(zone);
  try {
    const written = writeStarter(file, zone, root);
    for (const one of written) print(`wrote ${shownPath(root, one)}`);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    printError(`Cannot write ${shownPath(root, file)}: ${systemErrorText(error)}`);
    return 1;
  }
  print(`Put your addresses into ${shownPath(root, file)}, then run: dnsteer check && dnsteer test`);
  return 0;
}
