/**
 * `dnsteer prepare`: compiles and tries all policies, and keeps versions that pass in the state folder, as
 * a server does. A start with the same files, settings and dnsteer takes those over, and need not try
 * thousands of policies.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import process from 'node:process';
import type { Command } from 'commander';
import { makeFolders } from '../../base/files/replace-file.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { shownPath } from '../../build/shown-path.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { paint, print, printError } from '../terminal.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Compile and try all policies, and keep what passes in the state folder: a start with the same files, settings and dnsteer takes it over.',
    )
    .addHelpText('after', examples('dnsteer prepare', 'DNSTEER_STATE=/srv/image/state dnsteer prepare'))
    .action(async (flags: SettingFlags) => done(await prepare(host, askFrom(flags))));
}

/** @throws {DnsteerError} `START`, if the policies folder cannot be read. */
export async function prepare(
  host: Pick<CliHost, 'loadConfig' | 'version'>,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  try {
    await makeFolders(config.state);
    await access(config.state, constants.W_OK);
  } catch (error) {
    printError(`The folder ${config.state} (setting "state") cannot be written: ${systemErrorText(error)}`);
    return 1;
  }
  const { lastGoodFolder } = await import('../../registry/last-good.ts');
  const folder = lastGoodFolder(config.state);
  const { prepareZones } = await import('../work/prepare-zones.ts');
  const zones = await prepareZones(config, folder, host.version);
  const sound = zones.filter(({ state }) => state === 'live').length;
  const text = `${sound} of ${zones.length} ${zones.length === 1 ? 'zone' : 'zones'} prepared`;
  const isAll = sound === zones.length;
  print(`${paint(isAll ? 'good' : 'bad', text)} in ${shownPath(process.cwd(), folder)}`);
  return isAll ? 0 : 1;
}
