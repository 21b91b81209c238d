/** Tables of text, with columns as wide as their cells. */
import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** Lines of a table, titles first; empty columns are left out. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const kept = [...columns.keys()].filter((index) => rows.some((row) => row[index]));
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = kept.map((index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines.map((line) => {
    const cells = kept.map((index, place) => {
      const cell = line[index] ?? '';
      const padding = ' '.repeat((widths[place] ?? 0) - widthOf(cell));
      return columns[index]?.align === 'right' ? padding + cell : cell + padding;
    });
    return cells.join('  ').trimEnd();
  });
}

/** The width of a cell; colours take no room. */
function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
