/** `dnsteer delegate <zone>`: shows what the registrar needs, and what the world sees of the zone. */
import { isIP } from 'node:net';
import { type Command, InvalidArgumentError } from 'commander';
import { parseSocketAddress, type SocketAddress } from '../../base/net/socket-address.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { printError } from '../terminal.ts';
import type { TellOptions } from '../work/tell-delegation.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Tell what to enter at the registrar of a zone, and check from outside in what can be checked: what the parent says, and how each name server answers.',
    )
    .argument('<zone>', 'zone to be delegated')
    .option('--offline', 'tell what to enter, and ask nobody')
    .option('--resolver <address>', 'resolver that finds the parent; default: those of the system', resolver)
    .option('--port <number>', 'port of name servers, for trials', wholeNumber, 53)
    .option('--timeout <seconds>', 'time for each question', wholeNumber, 3)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer delegate shop.example',
        'dnsteer delegate shop.example --offline',
        'dnsteer delegate shop.example --resolver 9.9.9.9',
      ),
    )
    .action(async (zone: string, flags: SettingFlags & TellOptions) =>
      done(await delegate(host, zone, flags, askFrom(flags))),
    );
}

async function delegate(
  host: Pick<CliHost, 'loadConfig'>,
  written: string,
  options: TellOptions,
  ask: ConfigAsk,
): Promise<number> {
  const zone = zoneNameFromText(written);
  if (!zone.ok || zone.value.length === 1) {
    printError(zone.ok ? 'The root is delegated by nobody' : zone.problem);
    return 2;
  }
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const { tellDelegation } = await import('../work/tell-delegation.ts');
  return await tellDelegation(zone.value, config, options);
}

function resolver(text: string): SocketAddress {
  const address = isIP(text) === 0 ? parseSocketAddress(text) : { address: text, port: 53 };
  if (address === undefined)
    throw new InvalidArgumentError('A resolver is an IP address, with or without a port.');
  return address;
}

/** Reads a port, or seconds: 65535 of these are 18 hours, more than anybody waits. */
function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
  }
  return Number(text);
}
