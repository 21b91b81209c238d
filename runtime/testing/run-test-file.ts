/** A test file: compiled by the rules of policies, loaded, and its tests run one after the other. */
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { compilePolicy } from '../build/compile.ts';
import { located } from '../build/failure-place.ts';
import { shownPath } from '../build/shown-path.ts';
import type { LoadOutcome } from '../runner/runs-and-loads.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { zoneIdOf, zoneNameFromText } from '../wire/zone-id.ts';
import { type AnswerAsk, runTest } from './run-test.ts';
import { TestIsolate } from './test-isolate.ts';
import type { TestFileOutcome, TestOutcome } from './test-outcome.ts';
import type { ZonesUnderTest } from './zones-under-test.ts';

export interface TestRunParts {
  /** The policies folder. */
  readonly root: string;
  readonly sandbox: Sandbox;
  readonly zones: ZonesUnderTest;
  /** Processor milliseconds of a file. */
  readonly fileMs: number;
  readonly memoryMb: number;
  readonly isWanted: (name: string) => boolean;
}

/** One test has a part of its file's time, so that one that hangs leaves some for the others. */
const PART_OF_TEST = 1 / 5;

/** Runs the tests of a file, a path relative to the policies folder. */
export async function runTestFile(file: string, parts: TestRunParts): Promise<TestFileOutcome> {
  const { root, sandbox, fileMs, memoryMb, isWanted } = parts;
  const shown = shownPath(root, file);
  const compiled = await compilePolicy(file, { root });
  if (!compiled.ok) return { file: shown, tests: [], problems: compiled.diagnostics };
  const script = { script: compiled.script, sourceMap: compiled.sourceMap, file: shown };
  const isolate = new TestIsolate(sandbox, file, compiled.script, { memoryMb, topLevelMs: fileMs });
  try {
    const declared = await isolate.load();
    if (!declared.ok) {
      const problem = loadProblem(declared.problem, fileMs);
      return {
        file: shown,
        tests: [],
        problems: [located(problem, { ...declared.problem, keys: [] }, script)],
      };
    }
    const answer = answerFor(file, parts.zones);
    const tests: TestOutcome[] = [];
    for (const [index, { name, isSkipped }] of declared.value.entries()) {
      if (!isWanted(name)) continue;
      const left = fileMs - isolate.usedMs;
      if (isSkipped) tests.push({ name, result: 'skipped', ms: 0, expects: 0, log: '' });
      else if (left <= 0) tests.push(unbegun(name, fileMs));
      else
        tests.push(
          await runTest({ name, index }, isolate, answer, Math.min(left, fileMs * PART_OF_TEST), script),
        );
    }
    return { file: shown, tests, problems: compiled.warnings };
  } finally {
    isolate.drop();
  }
}

function unbegun(name: string, fileMs: number): TestOutcome {
  const message = `Not run: the tests of this file have taken their ${fileMs} ms; --timeout gives them more`;
  return { name, result: 'failed', ms: 0, expects: 0, log: '', failure: { message } };
}

/** `shop.example.test.ts` asks shop.example where it says nothing else. */
function answerFor(file: string, zones: ZonesUnderTest): AnswerAsk {
  const own = path.basename(file).replace(/\.test\.[jt]s$/, '');
  return async (ask) => {
    const named = zoneNameFromText(ask.zone ?? own);
    const zone = await zones.find(named.ok ? zoneIdOf(named.value) : (ask.zone ?? own));
    return zone.ok ? await zone.value.answer(ask) : zone;
  };
}

function loadProblem({ reason, message }: Extract<LoadOutcome, { ok: false }>, fileMs: number): Diagnostic {
  const told =
    reason === 'timeout'
      ? `The top level of the test file ran longer than ${fileMs} ms`
      : reason === 'memory'
        ? 'The top level of the test file used more memory than a policy may'
        : `The test file cannot be loaded: ${message}`;
  return { code: 'POLICY_LOAD', severity: 'error', message: told };
}
