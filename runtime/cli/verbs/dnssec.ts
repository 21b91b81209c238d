/** `dnsteer dnssec …`: the keys of signed zones, what their parents need, and how the running server signs. */
import { type Command, Option } from 'commander';
import type { WireName } from '../../wire/name.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import { adminOrTell, configOrTell, signingOrTell } from '../config-or-tell.ts';
import {
  ADMIN_OF_SERVER,
  askFrom,
  examples,
  type JsonFlag,
  type SettingFlags,
  withConfig,
} from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { defineRolls } from '../roll-words.ts';
import { printError } from '../terminal.ts';

type Flags = SettingFlags & JsonFlag;

interface DsFlags extends Flags {
  readonly digest: '2' | '4';
}

interface ImportFlags extends Flags {
  readonly role?: 'csk' | 'ksk' | 'zsk';
}

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Show, import and roll keys, and tell what parents need and how zones are signed. Without a word more: all keys.',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer dnssec',
        'dnsteer dnssec ds shop.example',
        'dnsteer dnssec import shop.example Kshop.example.+013+12345.private',
        'dnsteer dnssec status',
        'dnsteer dnssec roll shop.example',
      ),
    )
    .action(async (flags: Flags) => done(await keys(host, undefined, flags)));
  withConfig(command.command('ds'))
    .description(
      'Tell what the parent of a zone needs: DS, DNSKEY and CDNSKEY, and each of their fields to copy.',
    )
    .argument('<zone>', 'zone with keys in the key folder')
    .addOption(
      new Option('--digest <type>', 'digest of the DS: 2 is SHA-256, 4 is SHA-384')
        .choices(['2', '4'])
        .default('2'),
    )
    .option('--json', 'print JSON')
    .action(async (zone: string, _: unknown, sub: Command) =>
      done(await ds(host, zone, sub.optsWithGlobals())),
    );
  withConfig(command.command('import'))
    .description(
      'Copy keys of another server into the key folder: files of BIND, Knot, ldns or PowerDNS, or PEM. They stay where they are.',
    )
    .argument('<zone>', 'zone of the keys')
    .argument('<files...>', 'files of keys; those that differ by their endings are one')
    .addOption(
      new Option('--role <role>', 'what the keys are for, where their files do not say so').choices([
        'csk',
        'ksk',
        'zsk',
      ]),
    )
    .option('--json', 'print JSON')
    .action(async (zone: string, files: string[], _: unknown, sub: Command) =>
      done(await importKeys(host, zone, files, sub.optsWithGlobals())),
    );
  withConfig(command.command('keys'))
    .description('Show the keys in the key folder: what each is for, what it does now, and until when.')
    .argument('[zone]', 'only of this zone')
    .option('--json', 'print JSON')
    .action(async (zone: string | undefined, _: unknown, sub: Command) =>
      done(await keys(host, zone, sub.optsWithGlobals())),
    );
  withConfig(command.command('status'))
    .description(
      'Show how the running server signs: keys, what is wrong with them, and when signatures end. Exit code 1 if a zone has a problem or an alarm.',
    )
    .argument('[zone]', 'only of this zone')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .option('--json', 'print JSON')
    .action(async (zone: string | undefined, _: unknown, sub: Command) =>
      done(await status(host, zone, sub.optsWithGlobals())),
    );
  defineRolls(command, host, done);
}

type Host = Pick<CliHost, 'loadConfig'>;

async function ds(host: Host, written: string, flags: DsFlags): Promise<number> {
  const zone = readZone(written);
  if (zone === undefined) return 2;
  const place = await signingOrTell(host, askFrom(flags));
  if (place === undefined) return 1;
  const { tellDs } = await import('../work/tell-ds.ts');
  return await tellDs(zone, place, { ...flags, digest: flags.digest === '4' ? 4 : 2 });
}

async function importKeys(
  host: Host,
  written: string,
  files: readonly string[],
  flags: ImportFlags,
): Promise<number> {
  const zone = readZone(written);
  if (zone === undefined) return 2;
  const config = await configOrTell(host, askFrom(flags));
  if (config === undefined) return 1;
  const { takeKeys } = await import('../work/take-keys.ts');
  return await takeKeys(zone, files, config, flags);
}

async function keys(host: Host, written: string | undefined, flags: Flags): Promise<number> {
  const zone = written === undefined ? undefined : readZone(written);
  if (written !== undefined && zone === undefined) return 2;
  const place = await signingOrTell(host, askFrom(flags));
  if (place === undefined) return 1;
  const { tellKeys } = await import('../work/tell-keys.ts');
  return await tellKeys(zone, place, flags);
}

async function status(host: Host, written: string | undefined, flags: Flags): Promise<number> {
  const zone = written === undefined ? undefined : readZone(written);
  if (written !== undefined && zone === undefined) return 2;
  const admin = await adminOrTell(host, askFrom(flags));
  if (admin === undefined) return 1;
  const { tellSigning } = await import('../work/tell-signing.ts');
  return await tellSigning(zone, admin, flags);
}

function readZone(written: string): WireName | undefined {
  const zone = zoneNameFromText(written);
  if (zone.ok) return zone.value;
  printError(zone.problem);
  return undefined;
}
