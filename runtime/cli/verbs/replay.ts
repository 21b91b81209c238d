/** `dnsteer replay <file…>`: recorded queries, decided again by other policies. */
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { ReadingProgress } from '../reading-progress.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';
import { count } from '../values.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Decide recorded queries again, and tell which answers would be different: what policies read has the value it had. The exit code is 0 where all answers are the same, 1 where some are different or of zones that are not here, 2 where a line, a file or a policy cannot be understood.',
    )
    .argument('<file...>', 'recordings (see `record` in the settings)')
    .option('--policy <folder>', 'the policies that decide; default: the policies folder')
    .option('--limit <groups>', 'changes that are listed', count, 50)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer replay .dnsteer/recordings/*.jsonl',
        'dnsteer replay .dnsteer/recordings/*.jsonl --policy next',
      ),
    )
    .action(async (files: string[], flags: SettingFlags & ReplayFlags) => {
      const policies = flags.policy ?? flags.policies;
      const ask = askFrom({ ...flags, ...(policies !== undefined && { policies }) });
      done(await replay(host, files, flags, ask));
    });
}

interface ReplayFlags extends JsonFlag {
  readonly policy?: string;
  readonly limit: number;
}

async function replay(
  host: Pick<CliHost, 'loadConfig'>,
  files: readonly string[],
  { json, limit }: ReplayFlags,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  return config === undefined ? 2 : await replayAndTell(config, files, json === true, limit);
}

async function replayAndTell(
  config: Config,
  files: readonly string[],
  isJson: boolean,
  limit: number,
): Promise<number> {
  const { replayFiles } = await import('../work/replay/replay-files.ts');
  const { problemLine, replayText } = await import('../work/replay/replay-text.ts');
  const progress = new ReadingProgress();
  const replayed = await replayFiles(config, files, (file, octets) => progress.show(file, octets));
  progress.end();
  if (!replayed.ok) {
    printDiagnostics(replayed.problem);
    return 2;
  }
  const report = replayed.value;
  const { problems, headless, groups } = report;
  for (const file of headless)
    printNotice(`${file} has no header, so nobody knows which share of the queries it holds`);
  for (const problem of problems.told.slice(0, limit)) printError(problemLine(problem));
  const share = (lines: number): number => lines / report.lines;
  const told = groups.slice(0, limit).map((group) => ({ ...group, share: share(group.lines) }));
  if (isJson) printJson({ ...report, groups: told, unlisted: groups.length - told.length });
  else print(replayText(report, limit));
  if (problems.count > 0) return 2;
  return report.different + report.gone.lines > 0 ? 1 : 0;
}
