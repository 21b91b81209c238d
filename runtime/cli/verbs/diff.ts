/** `dnsteer diff [before] [after]`: which answers are different, for whom, and how. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/config.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { print, printDiagnostics, printError, printJson } from '../terminal.ts';
import { count, listed } from '../values.ts';
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
    .option('--cases <runs>', 'runs of each policy at most', count, 100_000)
    .option('--patience <seconds>', 'time for all cases', count, 60)
    .option('--accept <hash>', 'exit with 0 if what is different is just what had this hash')
    .option(
      '--traffic <file>',
      'recorded queries, which weigh what is different; may be repeated',
      listed,
      [],
    )
    .option(
      '--threshold <share>',
      'with --traffic: exit with 0 if so many of the recorded queries change at most, as in 1%',
      shareOf,
    )
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
        'dnsteer diff main --traffic recording.jsonl --threshold 1%',
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
  readonly traffic: readonly string[];
  /** From 0 to 1. */
  readonly threshold?: number;
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
  if (flags.threshold !== undefined && flags.traffic.length === 0) {
    printError('A threshold goes by recorded queries: name a recording, --traffic FILE');
    return 2;
  }
  if (flags.versions === true) return await tellVersions(config, flags);
  const { diffZones } = await import('../work/diff/diff-zones.ts');
  const limits = { runs: flags.cases, patienceMs: 1000 * flags.patience };
  const difference = await diffZones([before, after ?? config.policies], config, limits, flags.traffic);
  if (!difference.ok) {
    printDiagnostics(difference.problem);
    return 2;
  }
  await tell(difference.value, flags);
  const problems = difference.value.traffic?.problems;
  const { problemLine } = await import('../work/replay/replay-text.ts');
  for (const problem of problems?.told ?? []) printError(problemLine(problem));
  return problems !== undefined && problems.count > 0 ? 2 : exitCode(difference.value, flags);
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

function exitCode({ hash, traffic }: AnswerDifference, { accept, threshold }: DiffFlags): number {
  if (hash === undefined || hash === accept) return 0;
  if (accept !== undefined) {
    printError(`What is different now has the hash ${hash}, and ${accept} was accepted: read it again`);
    return 1;
  }
  if (traffic === undefined || threshold === undefined) return 1;
  const { queries, changed } = traffic;
  if (queries > 0 && changed / queries <= threshold) return 0;
  const why =
    queries === 0
      ? 'No query was recorded that could be decided'
      : `Of the recorded queries ${percent(changed / queries)} change, and ${percent(threshold)} may`;
  printError(`${why}: read it, then accept it by --accept ${hash}`);
  return 1;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** `1%`, `1 %` or `0.01`. */
function shareOf(text: string): number {
  const [, figure, sign] = /^(\d+(?:\.\d+)?) ?(%?)$/.exec(text.trim()) ?? [];
  const share = Number(figure) / (sign === '%' ? 100 : 1);
  if (figure !== undefined && share <= 1) return share;
  throw new InvalidArgumentError('It must be a share, such as 1% or 0.01.');
}
