/** What tests reach, as text for a terminal: hosts and cases that they ask, and lines that they run. */
import { printable } from '../../../base/printable.ts';
import type { Covered, ZoneCoverage } from '../../../testing/coverage.ts';
import type { RanFile } from '../../../testing/ran-lines.ts';
import { paint } from '../../terminal.ts';
import { lineCoverage } from './line-coverage.ts';

/** Hosts and cases that tests ask, and those that none does. */
export function coverageText(zones: readonly ZoneCoverage[]): string {
  return zones
    .flatMap(({ zone, hosts, cases, areAll }) => [
      `${paint('strong', printable(zone))}: ${share(hosts)} hosts, ${share(cases)} cases are tested${areAll ? '' : ', of those that were found'}`,
      ...missingLines('not asked: ', hosts.missing),
      ...missingLines('not tested: ', cases.missing),
    ])
    .join('\n');
}

/** Files, each with the lines and functions that no test has run. */
export function lineCoverageText(ran: readonly RanFile[]): string {
  const texts = lineCoverage(ran).flatMap(({ file, lines, functions }, index) => {
    const name = paint('strong', printable(file));
    if (lines.all === 0) return [`${name}: its lines cannot be told apart`];
    const code = ran[index]?.lines.map(({ line }) => line) ?? [];
    const uncalled = functions.missing.map((one) => `${printable(one.name)} at ${one.line}`);
    const called = functions.all === 0 ? '' : `, ${share(functions)} functions`;
    return [
      `${name}: ${share(lines)} lines${called} have run`,
      ...told('lines not run: ', rangesOf(lines.missing, code)),
      ...told('lines run in part: ', rangesOf(lines.partial, code)),
      ...told('functions not called: ', uncalled),
    ];
  });
  return texts.join('\n');
}

/** Lines of what is not tested. */
const MOST_LINES = 20;
/** Ranges of lines, and names of functions. */
const MOST_LISTED = 40;

function share({ covered, all }: Pick<Covered, 'covered' | 'all'>): string {
  return paint(covered === all ? 'good' : 'odd', `${covered} of ${all}`);
}

function missingLines(title: string, missing: readonly string[]): string[] {
  const shown = missing.slice(0, MOST_LINES).map((one) => `  ${paint('faint', title)}${printable(one)}`);
  return missing.length > MOST_LINES ? [...shown, `  … ${missing.length - MOST_LINES} more`] : shown;
}

function told(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const more = items.length > MOST_LISTED ? `, … ${items.length - MOST_LISTED} more` : '';
  return [`  ${paint('faint', title)}${items.slice(0, MOST_LISTED).join(', ')}${more}`];
}

/** `8`, `13-15`: what lies between has no code. */
function rangesOf(lines: readonly number[], code: readonly number[]): string[] {
  const wanted = new Set(lines);
  const ranges: [number, number][] = [];
  let isOpen = false;
  for (const line of code) {
    const last = ranges.at(-1);
    if (!wanted.has(line)) isOpen = false;
    else if (isOpen && last !== undefined) last[1] = line;
    else {
      ranges.push([line, line]);
      isOpen = true;
    }
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
}
