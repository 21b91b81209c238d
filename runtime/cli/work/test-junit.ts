/** What came of tests as JUnit XML, which CI systems show: a suite for each file. */
import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../base/printable.ts';
import type { FailedTest, TestFileOutcome, TestOutcome } from '../../testing/test-outcome.ts';
import { formatExplanation } from './explanation-text.ts';
import type { TestsReport } from './run-tests.ts';
import { countTests } from './test-text.ts';

export function testsJunit({ files }: Pick<TestsReport, 'files'>): string {
  const { passed, failed, skipped } = countTests({ files });
  const broken = files.filter(isBroken).length;
  const all = passed + failed + skipped + broken;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${all}" failures="${failed}" errors="${broken}" skipped="${skipped}">`,
    ...files.flatMap(suite),
    '</testsuites>',
    '',
  ].join('\n');
}

function isBroken({ problems }: TestFileOutcome): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function suite(outcome: TestFileOutcome): string[] {
  const { file, tests, problems } = outcome;
  const counts = countTests({ files: [outcome] });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const broken = errors.length > 0;
  const all = tests.length + (broken ? 1 : 0);
  const seconds = secondsOf(tests.reduce((sum, { ms }) => sum + ms, 0));
  return [
    `  <testsuite name="${xml(file)}" tests="${all}" failures="${counts.failed}" errors="${broken ? 1 : 0}" skipped="${counts.skipped}" time="${seconds}">`,
    ...tests.flatMap((test) => testCase(test, file)),
    ...(broken
      ? [
          `    <testcase classname="${xml(file)}" name="is loaded" time="0"><error message="${xml(errors[0]?.message ?? '')}"/></testcase>`,
        ]
      : []),
    '  </testsuite>',
  ];
}

function testCase({ name, result, ms, log, failure }: TestOutcome, file: string): string[] {
  const parts = [
    ...(result === 'skipped' ? ['<skipped/>'] : []),
    ...(failure === undefined
      ? []
      : [`<failure message="${xml(failure.message)}">${xml(failureText(failure))}</failure>`]),
    ...(log === '' ? [] : [`<system-out>${xml(log)}</system-out>`]),
  ];
  const line = failure?.place === undefined ? '' : ` line="${failure.place.line}"`;
  const head = `    <testcase classname="${xml(file)}" name="${xml(name)}" file="${xml(file)}"${line} time="${secondsOf(ms)}"`;
  return parts.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...parts.map((part) => `      ${part}`), '    </testcase>'];
}

function failureText({ place, expected, actual, explanation }: FailedTest): string {
  return [
    ...(place === undefined ? [] : [`at ${place.file}:${place.line}:${place.column}`]),
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(actual === undefined ? [] : [`actual ${actual}`]),
    ...(explanation === undefined ? [] : ['', formatExplanation(explanation)]),
  ].join('\n');
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 §2.2 has no place for most control characters, and terminals' colours are no part of a report. */
function xml(text: string): string {
  const plain = stripVTControlCharacters(text).split('\n').map(printable).join('\n');
  return plain.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
