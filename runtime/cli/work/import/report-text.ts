/** The report of an import, for people. */
import { printableLine } from '../../../base/printable.ts';
import type { ImportKind, ImportLine } from '../../../import/report.ts';

/** Whether all of the original is said. */
export function isComplete(report: readonly ImportLine[]): boolean {
  return report.every(({ kind }) => kind === 'note');
}

/** Each line with its place, and a sum at the end. */
export function reportText(report: readonly ImportLine[]): string {
  const lines = report.map(
    ({ kind, file, line, what, why, instead, remedy }) =>
      `${printableLine(`${file}:${line}: ${kind}: ${what}: ${why}`)}\n  ${printableLine(`Written instead: ${instead}`)}\n  ${printableLine(remedy)}\n`,
  );
  return `${lines.join('')}${sumText(report)}`;
}

function sumText(report: readonly ImportLine[]): string {
  const count = (wanted: ImportKind) => report.filter(({ kind }) => kind === wanted).length;
  const [left, changed, notes] = [count('left out'), count('changed'), count('note')];
  const sum = [
    ...(left > 0 ? [`${left} left out`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(notes > 0 ? [notes === 1 ? '1 note' : `${notes} notes`] : []),
  ];
  if (isComplete(report)) sum.unshift('Everything is said');
  return `${sum.join(', ')}. Look with: dnsteer check`;
}
