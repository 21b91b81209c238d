/** `dnsteer diff [before] [after]`: which answers are different, for whom, and how. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/config.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { print, printDiagnostics, printError, printJson } from '../terminal.ts';
import type { AnswerDifference } from '../work/diff/diff-zones.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Tell which answers are different, and for whom: both versions of each policy decide all cases that either of them tells apart. The exit code is 0 where nothing is different, 1 where something is, 2 where a side cannot be understood.',
    )
    .argument(
      '[before]',
      'a folder, a commit of git, "live" for what the server last served, "live~1" for what it served before that, or a zone at a version: shop.example@1a2b3c4d',
      'HEAD',
    )
    .argument('[after]', 'another one; default: the policies folder')
    .option('--cases <runs>', 'runs of each policy at most', wholeNumber, 100_000)
    .option('--patience <seconds>', 'time for all cases', wholeNumber, 60)
    .option('--accept <hash>', 'exit with 0 if what is different is just what had this hash')
    .option('--versions', 'list the versions that can be compared, and since when each was live')
    .option('--markdown', 'print Markdown, for a pull request')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer diff',
        'dnsteer diff main',
        'dnsteer diff live',
        'dnsteer diff live~1 live',
        'dnsteer diff policies other/policies',
      ),
    )
    .action(async (before: string, after: string | undefined, flags: SettingFlags & DiffFlags) =>
      done(await diff(host, before, after, flags, askFrom(flags))),
    );
}

interface DiffFlags extends JsonFlag {
  readonly cases: number;
  readonly patience: number;
  readonly accept?: string;
  readonly markdown?: boolean;
  readonly versions?: boolean;
}

async function diff(
  host: Pick<CliHost, 'loadConfig'>,
  before: string,
  after: string | undefined,
  flags: DiffFlags,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 2;
  if (flags.versions === true) return await tellVersions(config, flags);
  const { diffZones } = await import('../work/diff/diff-zones.ts');
  const limits = { runs: flags.cases, patienceMs: 1000 * flags.patience };
  const difference = await diffZones([before, after ?? config.policies], config, limits);
  if (!difference.ok) {
    printDiagnostics(difference.problem);
    return 2;
  }
  await tell(difference.value, flags);
  return exitCode(difference.value, flags.accept);
}

async function tellVersions(config: Config, { json }: DiffFlags): Promise<number> {
  const { listVersions, versionsText } = await import('../work/diff/kept-versions.ts');
  const { zonesToCompare } = await import('../work/diff/side-drafts.ts');
  const zones = zonesToCompare(config);
  if (!zones.ok) {
    printError(zones.problem);
    return 2;
  }
  const versions = await listVersions(zones.value, config);
  if (json === true) printJson(versions);
  else print(versionsText(versions));
  return 0;
}

async function tell(difference: AnswerDifference, { json, markdown }: DiffFlags): Promise<void> {
  const { diffJson, diffMarkdown, diffText } = await import('../work/diff/diff-text.ts');
  if (json === true) printJson(diffJson(difference));
  else print(markdown === true ? diffMarkdown(difference) : diffText(difference));
}

function exitCode({ hash }: AnswerDifference, accepted: string | undefined): number {
  if (accepted === undefined) return hash === undefined ? 0 : 1;
  if (hash === undefined || hash === accepted) return 0;
  printError(`What is different now has the hash ${hash}, and ${accepted} was accepted: read it again`);
  return 1;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}
