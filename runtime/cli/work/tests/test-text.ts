/** What came of tests, as text for a terminal, and as JSON. */
import { printable } from '../../../base/printable.ts';
import type { FailedTest, TestFileOutcome, TestOutcome } from '../../../testing/test-outcome.ts';
import { paint } from '../../terminal.ts';
import { formatExplanation } from '../explanation-text.ts';
import { lineCoverage } from './line-coverage.ts';
import type { TestsReport } from './run-tests.ts';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function countTests({ files }: Pick<TestsReport, 'files'>): TestCounts {
  const all = files.flatMap(({ tests }) => tests);
  const count = (result: TestOutcome['result']): number =>
    all.filter((test) => test.result === result).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** `12 passed, 0 failed` */
export function countsText({ passed, failed, skipped }: TestCounts): string {
  const told = [
    paint(passed > 0 ? 'good' : 'faint', `${passed} passed`),
    paint(failed > 0 ? 'bad' : 'faint', `${failed} failed`),
    ...(skipped > 0 ? [paint('odd', `${skipped} skipped`)] : []),
  ];
  return told.join(', ');
}

/** Each test on a line, and behind it why it failed. */
export function testsText({ files }: Pick<TestsReport, 'files'>): string {
  return files
    .filter(({ tests }) => tests.length > 0)
    .map(fileText)
    .join('\n\n');
}

export function testsJson({ ran, ...report }: TestsReport): object {
  const lines = ran && { lines: lineCoverage(ran) };
  return { ok: isPassed(report), ...countTests(report), ...report, ...lines };
}

export function isPassed(report: TestsReport): boolean {
  return countTests(report).failed === 0 && !hasErrors(report);
}

/** Whether a file, or a zone that tests ask, cannot be understood. */
export function hasErrors({ files, problems }: TestsReport): boolean {
  const all = [...problems, ...files.flatMap((file) => file.problems)];
  return all.some(({ severity }) => severity === 'error');
}

function fileText({ file, tests }: TestFileOutcome): string {
  return [paint('strong', printable(file)), ...tests.flatMap(testLines)].join('\n');
}

const MARKS = { passed: ['good', '✓'], failed: ['bad', '✗'], skipped: ['odd', '-'] } as const;

function testLines({ name, result, expects, log, failure }: TestOutcome): string[] {
  const [style, mark] = MARKS[result];
  const note = result === 'passed' && expects === 0 ? paint('odd', ' (expects nothing)') : '';
  const all = log === '' ? [] : log.trimEnd().split('\n');
  const logged =
    all.length > MOST_LINES ? [...all.slice(0, MOST_LINES), `… ${all.length - MOST_LINES} lines more`] : all;
  return [
    `  ${paint(style, mark)} ${printable(name)}${note}`,
    ...logged.map((line) => `      ${paint('faint', printable(line))}`),
    ...(failure === undefined ? [] : failureLines(failure)),
  ];
}

/** Lines of what a test logs. */
const MOST_LINES = 20;
/** Characters of a message: who throws more has put data into it. */
const MOST_TOLD = 500;

function failureLines({ message, place, expected, actual, explanation }: FailedTest): string[] {
  const told = message.length > MOST_TOLD ? `${message.slice(0, MOST_TOLD)}…` : message;
  const lines = told.split('\n').map((line) => paint('bad', printable(line)));
  if (place !== undefined) {
    const { file, line, column, text = '' } = place;
    lines.push(`at ${printable(`${file}:${line}:${column}`)}`);
    const source = text.trimStart();
    const at = column - 1 - (text.length - source.length);
    if (source !== '') lines.push(`  ${printable(source)}`, `  ${' '.repeat(Math.max(0, at))}^`);
  }
  if (expected !== undefined || actual !== undefined)
    lines.push(
      `expected  ${paint('good', printable(expected ?? 'undefined'))}`,
      `actual    ${paint('bad', printable(actual ?? 'undefined'))}`,
    );
  if (explanation !== undefined) lines.push('', ...formatExplanation(explanation).split('\n'));
  return lines.map((line) => (line === '' ? '' : `      ${line}`));
}
