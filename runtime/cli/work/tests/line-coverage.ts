/** Which lines of policies tests have run: as data for programs, and as an lcov tracefile, which many tools read. */
import { printableLine } from '../../../base/printable.ts';
import type { RanFile, RanFunction } from '../../../testing/ran-lines.ts';

export interface FileCoverage {
  readonly file: string;
  readonly lines: {
    /** Those of which all code has run. */
    readonly covered: number;
    readonly all: number;
    /** Numbers of those of which none has. */
    readonly missing: readonly number[];
    /** Numbers of those of which some has. */
    readonly partial: readonly number[];
  };
  readonly functions: {
    readonly covered: number;
    readonly all: number;
    readonly missing: readonly { readonly name: string; readonly line: number }[];
  };
}

export function lineCoverage(ran: readonly RanFile[]): FileCoverage[] {
  return ran.map(({ file, lines, functions }) => {
    const missing = lines.filter(({ count }) => count === 0).map(({ line }) => line);
    const partial = lines.filter(({ isPart }) => isPart).map(({ line }) => line);
    const uncalled = functions.filter(({ count }) => count === 0);
    return {
      file,
      lines: { covered: lines.length - missing.length - partial.length, all: lines.length, missing, partial },
      functions: {
        covered: functions.length - uncalled.length,
        all: functions.length,
        missing: uncalled.map(({ name = ANONYMOUS, line }) => ({ name, line })),
      },
    };
  });
}

const ANONYMOUS = '(anonymous)';

/** The format of geninfo(1). A line that has run in part has run, as the format knows no parts of lines. */
export function lcovText(ran: readonly RanFile[]): string {
  return ran.map(lcovOf).join('');
}

function lcovOf({ file, lines, functions }: RanFile): string {
  const named = uniquelyNamed(functions);
  const rows = [
    'TN:',
    `SF:${printableLine(file)}`,
    ...named.map(({ name, line }) => `FN:${line},${name}`),
    ...named.map(({ name, count }) => `FNDA:${count},${name}`),
    `FNF:${functions.length}`,
    `FNH:${functions.filter(({ count }) => count > 0).length}`,
    ...lines.map(({ line, count }) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(({ count }) => count > 0).length}`,
    'end_of_record',
  ];
  return `${rows.join('\n')}\n`;
}

/** Functions are known by their names in this format, up to the next comma. */
function uniquelyNamed(functions: readonly RanFunction[]): (RanFunction & { readonly name: string })[] {
  const times = new Map<string, number>();
  return functions.map(({ name: given = ANONYMOUS, line, count }) => {
    const name = printableLine(given).replaceAll(/[,#]/g, ' ');
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    return { name: before === 0 ? name : `${name} #${before + 1}`, line, count };
  });
}
