// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Scripts have templates.
/** A script that counts what of it runs does what it did before, and counts right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { build, transform } from 'esbuild';
import fc from 'fast-check';
import { type CountedPiece, countedScript, withoutCounts } from '../../runtime/build/counted-script.ts';
import { withInsertions } from '../../runtime/build/narrow-reads.ts';
import { scriptPieces } from '../../runtime/build/script-pieces.ts';
import { ScriptMap } from '../../runtime/build/source-map.ts';

interface Ran {
  readonly result: unknown;
  /** Line → counts of the pieces that begin there. */
  readonly lines: ReadonlyMap<number, readonly number[]>;
  /** Function → its line, and how often it was called. */
  readonly functions: readonly (readonly [name: string | undefined, line: number, count: number])[];
}

/** A world for scripts: what they mark, and what chance and loops say, by a seed. */
function worldFor(seed: number) {
  const marks: number[] = [];
  let [state, loops] = [seed, 0];
  const bit = (): boolean => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % 2 === 0;
  };
  const again = (): boolean => {
    loops += 1;
    return loops % 3 !== 0 && loops < 300;
  };
  const mark = (line: number): number => marks.push(line);
  return { marks, given: { bit, again, mark } };
}

async function scriptOf(source: string): Promise<{ script: string; map: ScriptMap }> {
  const { code, map } = await transform(source, {
    loader: 'ts',
    format: 'iife',
    target: 'es2024',
    sourcemap: 'external',
    sourcefile: 'it.ts',
  });
  return { script: code, map: new ScriptMap(map) };
}

function evaluate(script: string, given: Readonly<Record<string, unknown>>, tail = ''): unknown {
  const run = vm.compileFunction(`${script}\n${tail}`, Object.keys(given));
  return run(...Object.values(given)) as unknown;
}

/** Runs a script with and without counts; what it marks must be the same. */
async function ranOf(source: string, seed = 1): Promise<Ran> {
  const { script, map } = await scriptOf(source);
  const { insertions, pieces } = countedScript(script, map);
  const [before, now] = [worldFor(seed), worldFor(seed)];
  const outcome = attempt(() => evaluate(script, before.given));
  const counted = withInsertions(script, insertions);
  let counts: readonly number[] = [];
  const told = attempt(() =>
    evaluate(
      counted,
      { ...now.given, tell: (ran: Uint32Array) => (counts = [...ran]) },
      'tell(__dnsteer_ran);',
    ),
  );
  assert.equal(told, outcome, counted);
  assert.deepEqual(now.marks, before.marks, counted);
  return { result: now.marks, ...byPlace(pieces, counts) };
}

function attempt(work: () => unknown): string {
  try {
    work();
    return 'ended';
  } catch (error) {
    return String(error);
  }
}

function byPlace(pieces: readonly CountedPiece[], counts: readonly number[]): Omit<Ran, 'result'> {
  const lines = new Map<number, number[]>();
  const functions: [string | undefined, number, number][] = [];
  for (const [number, { at, called }] of pieces.entries()) {
    const count = counts[number] ?? 0;
    if (at !== undefined) lines.set(at.line, [...(lines.get(at.line) ?? []), count]);
    if (called !== undefined) functions.push([called.name, called.line, count]);
  }
  return { lines, functions };
}

/** Statements, in which each `mark(#)` stands on a line of its own. */
const { statement } = fc.letrec<{ statement: string; body: string }>((tie) => {
  const mark = fc.constant('\nmark(#)');
  const [inner, body] = [tie('statement'), tie('body')];
  // No label stands in one of the same name.
  const relabelled = inner.map((text) => text.replaceAll(/\bouter(x*)\b/g, 'outerx$1'));
  const of = (parts: TemplateStringsArray, ...values: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...values).map((texts) => String.raw({ raw: parts }, ...texts));
  return {
    body: fc.oneof({ depthSize: 'small' }, of`${mark};`, inner, of`{ ${inner} ${inner} }`),
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      of`${mark};`,
      of`if (bit()) ${body}`,
      of`if (bit()) ${body} else ${body}`,
      of`if (bit()) ${body} else if (bit()) ${body} else ${body}`,
      of`for (let i = 0; i < 2; i++) ${body}`,
      of`for (const one of [1, 2]) ${body}`,
      of`while (again()) ${body}`,
      of`do ${body} while (again());`,
      of`outer: for (const one in { a: 1, b: 2 }) { ${relabelled} for (;;) { if (bit()) continue outer; ${relabelled} break outer; } }`,
      of`switch (bit() ? 1 : 2) { case bit() ? 1 : 3: ${inner} case 2: ${inner} break; default: ${inner} }`,
      of`try { ${inner} if (bit()) throw new Error('thrown'); ${inner} } catch { ${inner} } finally { ${inner} }`,
      of`try { ${inner} if (bit()) throw { at: 1 }; } catch ({ at = bit() ? 2 : 3 }) { ${inner} }`,
      of`void (bit() ? ${mark} : bit() ? ${mark} : ${mark});`,
      of`void [bit() && (bit() ? ${mark} : { a: { b: 1 } })];`,
      of`[1, 2].map((one) => ${mark});`,
      of`((one = () => { ${inner} }, two) => one())();`,
      of`(function named() { 'use strict'; ${inner} return () => ${mark}; })()();`,
      of`{ function later(a = bit() ? ${mark} : 2) { ${inner} } later(); later(1); }`,
      of`({ if() { ${inner} }, get x() { ${inner} return 1; }, "a b": () => ${mark}, [bit() ? "p" : "q"]() { return 1; } }).if();`,
      of`new (class extends (class { constructor() { ${inner} } }) { static { ${inner} } field = () => ${mark}; class() { ${inner} } get if() { return this.field(); } })().class();`,
      of`{ class Local { static make() { ${inner} return new Local(); } #hidden = bit() ? ${mark} : 2; } Local.make(); }`,
      of`for (const one of (function* () { ${inner} yield bit() ? ${mark} : 2; ${inner} })()) ${body}`,
      of`{ const text = \`a\${bit() ? ${mark} : "}"}b\${((x) => { ${inner} return x; })("{")}?\`; }`,
      of`void /[/?]{1,2}=>/.test("a ? b : c");`,
    ),
  };
});

test('What a script does is the same with and without counts, and each line is counted as often as it runs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (statements, seed) => {
        const text = statements.join('\n');
        // Lines are numbered from the first.
        const source = text
          .split('\n')
          .map((line, index) => line.replaceAll('mark(#)', `mark(${index + 1})`))
          .join('\n');
        const { result, lines } = await ranOf(source, seed);
        const expected = Map.groupBy(result as readonly number[], (line) => line);
        for (const [index, line] of source.split('\n').entries()) {
          if (!line.startsWith('mark(')) continue;
          const counts = lines.get(index + 1) ?? [];
          assert.equal(counts[0], expected.get(index + 1)?.length ?? 0, `line ${index + 1} of\n${source}`);
        }
      },
    ),
    { numRuns: 80 },
  );
});

test('Functions are counted by the names that their authors give them', async () => {
  const { functions } = await ranOf(`
    function declared() {}
    const arrow = (a) => a;
    const policy = {
      www: (query) => (query ? 1 : 2),
      'a.b': function () {},
      method() { return 3; },
      async *odd() {},
      [\`computed\`]() {},
    };
    class Kind { #hidden() {} static of() { return () => () => 4; } }
    declared(); arrow(1); arrow(2); policy.www(); policy.method();
    Kind.of()();
  `);
  assert.deepEqual(functions, [
    ['declared', 2, 1],
    ['arrow', 3, 2],
    ['www', 5, 1],
    ['a.b', 6, 0],
    ['method', 7, 1],
    ['odd', 8, 0],
    [undefined, 9, 0],
    ['#hidden', 11, 0],
    ['of', 11, 1],
    [undefined, 11, 1],
    [undefined, 11, 0],
  ]);
});

test('Both arms of a choice are counted, and so is a branch without braces', async () => {
  const { lines } = await ranOf(`const pick = (n: number) =>
    n === 1
      ? 'one'
      : n === 2
        ? 'two'
        : 'many';
    pick(1); pick(3);
    if (pick(3) === 'two')
      pick(4);
    else
      pick(5);`);
  const counts = [2, 3, 5, 6, 7, 8, 9, 11].map((line) => lines.get(line));
  assert.deepEqual(counts, [[4], [1], [0], [3], [1, 1], [1], [0], [1]]);
});

test('Large programs of others are the same programs with counts', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "import { parse, stringify } from 'yaml'; tell(stringify(parse('a: [1, {b: 2}]\\nc: |\\n  x\\n')));",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
    sourcemap: 'external',
    outdir: 'out',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  const [map, script] = ['.js.map', '.js'].map(
    (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '',
  );
  const { insertions, pieces } = countedScript(script ?? '', new ScriptMap(map ?? '{}'));
  assert.ok(pieces.length > 3000, `${pieces.length}`);
  const told = [script ?? '', withInsertions(script ?? '', insertions)].map((text) => {
    let said = '';
    vm.runInNewContext(text, {
      tell: (text: string) => (said = text),
      console,
      process: { env: {} },
      Buffer,
    });
    return said;
  });
  assert.equal(told[0], 'a:\n  - 1\n  - b: 2\nc: |\n  x\n');
  assert.equal(told[1], told[0]);
});

test('Without counts the script has the texts and numbers that it had', async () => {
  const { script, map } = await scriptOf('const f = (x) => x === 3 ? "a" : "b"; if (f(3)) f(4);');
  const counted = withInsertions(script, countedScript(script, map).insertions);
  const numbers = (text: string): string[] => text.match(/\d+/g) ?? [];
  assert.notDeepEqual(numbers(counted), numbers(script));
  assert.deepEqual(numbers(withoutCounts(counted)), numbers(script));
});

test('A script that would take too long to go through has no pieces', () => {
  const nested = `x = ${'a ? b : '.repeat(20_000)}c;`;
  assert.equal(scriptPieces(nested), undefined);
  assert.equal(scriptPieces(`${'if (a) '.repeat(600)}b();`), undefined);
  assert.equal(scriptPieces(`${'if (a) '.repeat(100)}b();`)?.length, 101);
});
