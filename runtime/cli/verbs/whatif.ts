/** `dnsteer whatif --down <pool> <file…>`: where recorded traffic goes while pools are down. */
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { ReadingProgress } from '../reading-progress.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';
import { count, listed } from '../values.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Tell where recorded queries would go while pools are down: which share moves where, what gets no answer, and whether the capacities hold that pools declare. The exit code is 1 where one does not, 2 where something cannot be understood.',
    )
    .argument('<file...>', 'recordings (see `record` in the settings)')
    .option('--down <pool>', 'a pool that is down: "fra", or "shop.example/fra"; may be repeated', listed, [])
    .option('--up <pool>', 'a pool that is up, whatever was recorded; may be repeated', listed, [])
    .option('--limit <moves>', 'moves that are listed, of each zone', count, 20)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('dnsteer whatif --down fra .dnsteer/recordings/*.jsonl'))
    .action(async (files: string[], flags: SettingFlags & WhatIfFlags) => {
      const config = await configOrTell(host, askFrom(flags));
      done(config === undefined ? 2 : await whatIf(config, files, flags));
    });
}

interface WhatIfFlags extends JsonFlag {
  readonly down: readonly string[];
  readonly up: readonly string[];
  readonly limit: number;
}

async function whatIf(config: Config, files: readonly string[], flags: WhatIfFlags): Promise<number> {
  const { down, up, json, limit } = flags;
  if (down.length + up.length === 0) {
    printError('Say which pool is down: --down fra');
    return 2;
  }
  const { whatIfFiles } = await import('../work/replay/what-if-files.ts');
  const { problemLine } = await import('../work/replay/replay-text.ts');
  const { overloaded, whatIfText } = await import('../work/replay/what-if-text.ts');
  const progress = new ReadingProgress();
  const told = await whatIfFiles(config, files, { down, up }, (file, octets) => progress.show(file, octets));
  progress.end();
  if (!told.ok) {
    printDiagnostics(told.problem);
    return 2;
  }
  const report = told.value;
  for (const file of report.headless)
    printNotice(`${file} has no header: each of its lines is taken for one query, which may be too few`);
  for (const problem of report.problems.told.slice(0, limit)) printError(problemLine(problem));
  if (json === true) printJson(report);
  else print(whatIfText(report, limit));
  if (report.problems.count > 0) return 2;
  return overloaded(report).length > 0 ? 1 : 0;
}
