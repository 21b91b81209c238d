/** `dnsteer test [file…]`: runs the tests beside policies, in the sandbox and by the steering of production. */
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { replaceFile } from '../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import type { Config } from '../../config/config.ts';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';
import type { TestsReport } from '../work/tests/run-tests.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Run the tests beside policies, such as shop.example.test.ts: the policy runs as in production, and place, time, health and chance are those that the test gives. The exit code is 0 where all pass, 1 where some fail, 2 where something cannot be understood or there is no test.',
    )
    .argument('[file...]', 'test files, or policies that have one; default: all of the policies folder')
    .option('--grep <pattern>', 'only tests whose name the regular expression finds', pattern)
    .option('--timeout <seconds>', 'processor time of a file; one test may take a fifth of it', seconds, 5)
    .option('--no-fail-on-empty', 'exit with 0 where no test runs')
    .option('--watch', 'run the tests again whenever a file of the policies folder changes')
    .option(
      '--coverage',
      'tell which hosts, and which cases that a policy tells apart, no test asks, and which lines none runs',
    )
    .option('--coverage-out <file>', 'write which lines have run as an lcov tracefile as well')
    .option('--junit <file>', 'write JUnit XML as well')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('dnsteer test', 'dnsteer test policies/shop.example.ts', "dnsteer test --grep 'Germany'"),
    )
    .action(async (files: string[], flags: SettingFlags & TestFlags) =>
      done(await testOnce(host, files, flags, askFrom(flags))),
    );
}

interface TestFlags extends JsonFlag {
  readonly grep?: RegExp;
  readonly timeout: number;
  readonly failOnEmpty: boolean;
  readonly junit?: string;
  readonly coverage?: boolean;
  readonly coverageOut?: string;
  readonly watch?: boolean;
}

async function testOnce(
  host: Pick<CliHost, 'loadConfig'>,
  files: readonly string[],
  flags: TestFlags,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 2;
  if (flags.watch !== true) return await runAndTell(config, files, flags);
  const { watchTests } = await import('../work/tests/watch-tests.ts');
  await watchTests(config.policies, async () => {
    await runAndTell(config, files, flags);
    printNotice('Waiting for changes');
  });
  return 0;
}

async function runAndTell(config: Config, files: readonly string[], flags: TestFlags): Promise<number> {
  const { runTests } = await import('../work/tests/run-tests.ts');
  const report = await runTests(config, {
    files,
    grep: flags.grep,
    fileMs: 1000 * flags.timeout,
    wantsCoverage: flags.coverage === true || flags.coverageOut !== undefined,
  });
  if (!report.ok) {
    printError(report.problem.message);
    return report.problem.isEmpty && !flags.failOnEmpty ? 0 : 2;
  }
  const written = [
    await write(flags.junit, () => junitOf(report.value)),
    await write(flags.coverageOut, () => lcovOf(report.value)),
  ];
  for (const one of written) if (!one.ok) printError(one.problem);
  await tell(report.value, flags);
  return written.every((one) => one.ok) ? await exitCode(report.value, flags) : 2;
}

async function tell(report: TestsReport, { json }: TestFlags): Promise<void> {
  const { countsText, countTests, testsJson, testsText } = await import('../work/tests/test-text.ts');
  if (json === true) {
    printJson(testsJson(report));
    return;
  }
  const text = testsText(report);
  if (text !== '') print(`${text}\n`);
  printDiagnostics([...report.problems, ...report.files.flatMap(({ problems }) => problems)]);
  if (report.coverage !== undefined) {
    const { coverageText, lineCoverageText } = await import('../work/tests/coverage-text.ts');
    const texts = [coverageText(report.coverage), lineCoverageText(report.ran ?? [])];
    print(`${texts.filter((one) => one !== '').join('\n')}\n`);
  }
  print(countsText(countTests(report)));
}

async function exitCode(report: TestsReport, { failOnEmpty, grep }: TestFlags): Promise<number> {
  const { countTests, hasErrors } = await import('../work/tests/test-text.ts');
  const { passed, failed } = countTests(report);
  if (hasErrors(report)) return 2;
  if (failed > 0) return 1;
  if (passed > 0 || !failOnEmpty) return 0;
  printError(grep === undefined ? 'No test has run' : `No test has a name that ${grep} finds`);
  return 2;
}

async function junitOf(report: TestsReport): Promise<string> {
  const { testsJunit } = await import('../work/tests/test-junit.ts');
  return testsJunit(report);
}

async function lcovOf({ ran = [] }: TestsReport): Promise<string> {
  const { lcovText } = await import('../work/tests/line-coverage.ts');
  return lcovText(ran);
}

async function write(file: string | undefined, text: () => Promise<string>): Promise<Result<true>> {
  if (file === undefined) return ok(true);
  try {
    await replaceFile(path.resolve(file), [Buffer.from(await text())], { readers: 'others' });
    return ok(true);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return fail(`Cannot write ${file}: ${systemErrorText(error)}`);
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw new InvalidArgumentError('It is no regular expression.');
  }
}

function seconds(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of seconds, from 1 to 9999.');
}
