/**
 * `dnsteer check [file…]`: finds everything that the server would refuse, and problems that the server has no
 * time to look for: type errors, and policies that contradict themselves. A file goes the same way as in the
 * server: the same compiler, the same sandbox, the same checks.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { type Diagnostic, hidingPasswords } from '../../base/diagnostic.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { paint, print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';
import type { CheckReport } from '../work/check-report.ts';
import type { CaseGap } from '../work/explore-cases.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Find what is wrong with policies and zone files: compile, check types, load and run them in the sandbox.',
    )
    .argument('[file...]', 'files to check, shared ones too; default: all of the policies folder')
    .option('--no-types', 'do not look for type errors')
    .option('--cases <runs>', 'runs of each policy, to look at cases that it tells apart', wholeNumber, 5000)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('dnsteer check', 'dnsteer check policies/example.com.ts', 'dnsteer check --json'),
    )
    .action(async (files: string[], flags: SettingFlags & CheckFlags) =>
      done(await check(host, files, flags, askFrom(flags))),
    );
}

interface CheckFlags extends JsonFlag {
  /** `false` with --no-types. */
  readonly types: boolean;
  readonly cases: number;
}

async function check(
  host: Pick<CliHost, 'loadConfig'>,
  files: readonly string[],
  options: CheckFlags,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const { checkReport } = await import('../work/check-report.ts');
  const report = await checkReport(files, config, options);
  if (!report.ok) {
    printError(report.problem);
    return 1;
  }
  tell(report.value, options.json === true);
  return countErrors(report.value.diagnostics) === 0 ? 0 : 1;
}

function tell({ zones, types, explored, diagnostics }: CheckReport, json: boolean): void {
  const errors = countErrors(diagnostics);
  if (json) {
    const typed =
      types.kind === 'checked'
        ? { checked: true, version: types.version }
        : { checked: false, why: types.why };
    printJson({
      ok: errors === 0,
      zones,
      types: typed,
      explored,
      diagnostics: diagnostics.map(hidingPasswords),
    });
    return;
  }
  printDiagnostics(diagnostics);
  if (types.kind === 'skipped' && types.isNothingAmiss !== true)
    printNotice(`Types are not checked: ${types.why}`);
  for (const gap of explored?.gaps ?? []) tellGap(gap);
  const warnings = diagnostics.length - errors;
  const problems = [count(errors, 'error'), count(warnings, 'warning')].filter(
    (text) => !text.startsWith('0'),
  );
  const subject = `${count(zones.length, 'zone')} checked`;
  if (problems.length === 0) print(`${paint('good', subject)}: no problems`);
  else print(`${paint(errors > 0 ? 'bad' : 'odd', subject)}: ${problems.join(', ')}`);
}

/** Says nothing of facts that were only sampled where no time or run was lacking: they have too many values to try. */
function tellGap({ host, untaken }: CaseGap): void {
  if (untaken === 0) return;
  printNotice(`${count(untaken, 'case')} of ${host} not looked at; --cases takes a greater number`);
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 0 for none.');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
