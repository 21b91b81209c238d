/** What came of a replay, for a terminal. */
import { printableLine } from '../../../base/printable.ts';
import type { RecordingProblem } from '../../../replay/read-recording.ts';
import { formatTable } from '../../table.ts';
import { paint } from '../../terminal.ts';
import type { ReplayedFiles } from './replay-files.ts';

const COLUMNS = [
  { title: 'name' },
  { title: 'type' },
  { title: 'before' },
  { title: '' },
  { title: 'after' },
  { title: 'queries', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'such as' },
] as const;

/** The largest `limit` groups in a table, and all of it in numbers. */
export function replayText(report: ReplayedFiles, limit: number): string {
  const { groups, lines } = report;
  const shown = groups.slice(0, limit);
  const rows = shown.map(({ name, type, before, after, witness, ...group }) => [
    printableLine(name),
    printableLine(type),
    printableLine(before),
    '→',
    printableLine(after),
    String(group.lines),
    shareText(group.lines, lines),
    `${printableLine(witness)}${group.assumed > 0 ? ` (${group.assumed} assumed)` : ''}`,
  ]);
  const more = groups.length - shown.length;
  return [
    ...(rows.length > 0 ? formatTable(COLUMNS, rows) : []),
    ...(more > 0 ? [`… and ${more} more (--limit takes a greater number)`] : []),
    ...(rows.length > 0 ? [''] : []),
    ...totals(report),
  ].join('\n');
}

/** `recording.jsonl:12: The line is cut`. */
export function problemLine({ file, line, message }: RecordingProblem): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}

/** `12.3 %`; what is not nothing is never shown as if it were. */
export function shareText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (100 * part) / whole;
  if (percent < 0.01) return '< 0.01 %';
  return `${percent >= 10 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

/** What was not decided of it, behind the number of queries. */
export function undecidedText({ unreplayable, gone }: Pick<ReplayedFiles, 'unreplayable' | 'gone'>): string {
  const told = [
    ...(unreplayable > 0 ? [`${unreplayable} not replayable`] : []),
    ...(gone.lines > 0 ? [paint('odd', `${gone.lines} of zones that are not here`)] : []),
  ];
  return told.map((text) => `, ${text}`).join('');
}

function totals(report: ReplayedFiles): string[] {
  const { lines, same, different, gone, assumed, problems, ungrouped } = report;
  const changed = paint(
    different > 0 ? 'odd' : 'faint',
    `${different} different (${shareText(different, lines)})`,
  );
  return [
    `Queries: ${lines}, of them ${same} the same, ${changed}${undecidedText(report)}`,
    ...(ungrouped > 0 ? [`Different in other ways than those listed: ${ungrouped}`] : []),
    ...(gone.lines > 0 ? [`Zones that are not here: ${countsText(gone.zones)}`] : []),
    ...(assumed.lines > 0
      ? [`Assumed, as it was not recorded, for ${assumed.lines}: ${countsText(assumed.facts)}`]
      : []),
    ...(problems.count > 0 ? [paint('bad', `Not understood: ${problems.count}`)] : []),
  ];
}

/** Of many the first are named. */
function countsText(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  const named = all.slice(0, MOST_NAMED).map(([name, count]) => `${printableLine(name)} (${count})`);
  return all.length > named.length
    ? `${named.join(', ')}, … ${all.length - named.length} more`
    : named.join(', ');
}

const MOST_NAMED = 8;
