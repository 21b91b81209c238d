/** The steps of a roll as a list to tick off. */
import type { Checklist, ChecklistItem } from '../../dnssec/rolls/checklist.ts';
import { timeText } from '../../dnssec/rolls/reasons.ts';
import { formatTable } from '../table.ts';
import { paint } from '../terminal.ts';

type Row = readonly [title: string, text: string];

const MARKS: Readonly<Record<ChecklistItem['is'], string>> = { done: '✓', now: '▸', next: '·' };
/** Servers that are named one by one; a zone may have many addresses. */
const MOST_REASONS = 12;

/** Rows of a title and a text. */
export function checklistRows({ roll, items, blocked, alarms, earliest, ...rest }: Checklist): Row[] {
  const steps = items.map(({ step, what, is, since }): Row => {
    const text = since === undefined ? what : `${what}; since ${timeText(since)}`;
    return ['', `${MARKS[is]} ${step}: ${is === 'now' ? paint('strong', text) : text}`];
  });
  const reasons = blocked.slice(0, MOST_REASONS).map(({ text }) => text);
  if (blocked.length > MOST_REASONS) reasons.push(`and ${blocked.length - MOST_REASONS} more`);
  const since = rest.parentAwaitedSince;
  return [
    ['Roll', roll ?? 'none'],
    ...steps,
    ...reasons.map((text, index): Row => [index === 0 ? 'Waits' : '', paint('odd', text)]),
    ...(earliest === undefined ? [] : [['Earliest', timeText(earliest)] as const]),
    ...(since === undefined ? [] : [['Parent', `asked for a change since ${timeText(since)}`] as const]),
    ...alarms.map(({ text }, index): Row => [index === 0 ? 'Alarm' : '', paint('bad', text)]),
  ];
}

export function formatChecklist(list: Checklist): string {
  const rows = checklistRows(list).map(([title, text]) => [paint('faint', title), text]);
  const table = formatTable([{ title: '' }, { title: '' }], rows).slice(1);
  return [paint('strong', list.zone), ...table.map((line) => `  ${line}`)].join('\n');
}
