/** Runs the tests of the policies folder: finds their files, and has them run in a sandbox of this process. */
import path from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { isTestFile } from '../../../build/import-rules.ts';
import { shownPath } from '../../../build/shown-path.ts';
import type { Config } from '../../../config/config.ts';
import { registrySettings } from '../../../control/settings.ts';
import { createGeoSource } from '../../../geo/geo-source.ts';
import { findZones } from '../../../registry/teams/discover-allowed.ts';
import type { ZoneCoverage } from '../../../testing/coverage.ts';
import type { RanFile } from '../../../testing/ran-lines.ts';
import { runTestFile } from '../../../testing/run-test-file.ts';
import type { TestFileOutcome } from '../../../testing/test-outcome.ts';
import { ZonesUnderTest } from '../../../testing/zones-under-test.ts';
import { withSandbox } from '../offline-sandbox.ts';

export interface TestsAsk {
  /** Test files, or policies that have one, as the operator typed them; none: all. */
  readonly files: readonly string[];
  /** Only tests whose names it finds. */
  readonly grep: RegExp | undefined;
  /** Processor milliseconds of a file. */
  readonly fileMs: number;
  readonly wantsCoverage: boolean;
}

export interface TestsReport {
  readonly files: readonly TestFileOutcome[];
  /** Of zones that tests ask. */
  readonly problems: readonly Diagnostic[];
  /** Of the zones that tests ask, if it was asked for. */
  readonly coverage?: readonly ZoneCoverage[];
  /** The files of their policies, with what has run of each, if it was asked for. */
  readonly ran?: readonly RanFile[];
}

export interface TestsProblem {
  readonly message: string;
  /** There is no test at all. */
  readonly isEmpty: boolean;
}

/** Fails where there is nothing to run, or it cannot be found. */
export async function runTests(
  config: Config,
  { files, grep, fileMs, wantsCoverage }: TestsAsk,
): Promise<Result<TestsReport, TestsProblem>> {
  const root = config.policies;
  const settings = registrySettings(config);
  const found = findZones(root, settings);
  if (!found.ok) return fail({ message: found.problem, isEmpty: false });
  const { zones, content } = found.value;
  const chosen = testFilesFor(files, [...content.keys()], root);
  if (!chosen.ok) return chosen;
  return await withSandbox(config, async (sandbox) => {
    const geo = createGeoSource(config.geo);
    const context = { root, settings, sandbox, countsRuns: wantsCoverage };
    const underTest = new ZonesUnderTest(zones, content, context, { sandbox, config, geo });
    const parts = { root, sandbox, zones: underTest, fileMs, memoryMb: config.policy.memory };
    const isWanted = (name: string): boolean => grep?.test(name) ?? true;
    const outcomes: TestFileOutcome[] = [];
    for (const file of chosen.value) outcomes.push(await runTestFile(file, { ...parts, isWanted }));
    const reached = wantsCoverage
      ? { ran: await underTest.ranFiles(), coverage: await underTest.coverage() }
      : undefined;
    return ok({ files: outcomes, problems: underTest.problems, ...reached });
  });
}

/** The test files that are meant, relative to the folder. */
function testFilesFor(
  wanted: readonly string[],
  all: readonly string[],
  root: string,
): Result<readonly string[], TestsProblem> {
  const tests = all.filter((file) => isTestFile(file) && !/^[._]/.test(path.basename(file))).sort();
  if (wanted.length === 0) {
    if (tests.length > 0) return ok(tests);
    return nothing(
      `There is no test in ${shownPath(root, '.')}; name one after its zone, as in shop.example.test.ts`,
    );
  }
  const chosen = new Set<string>();
  for (const typed of wanted) {
    const file = path.relative(root, path.resolve(typed));
    const meant = tests.filter(
      (test) => test === file || isBeside(test, file) || test.startsWith(file + path.sep),
    );
    if (meant.length === 0)
      return fail({
        message: `${typed} is no test of ${shownPath(root, '.')}, and has none beside it`,
        isEmpty: false,
      });
    for (const test of meant) chosen.add(test);
  }
  return ok([...chosen]);
}

function nothing(message: string): Result<never, TestsProblem> {
  return fail({ message, isEmpty: true });
}

/** Whether this is the test of a policy or a zone file. */
function isBeside(test: string, file: string): boolean {
  return test.replace(/\.test\.[jt]s$/, '') === file.replace(/\.(?:[jt]s|zone)$/, '');
}
