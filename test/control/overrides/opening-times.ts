/** The times at which windows of a calendar open, for tests. */
import assert from 'node:assert/strict';
import { type MaintenanceWindow, openTime } from '../../../runtime/control/overrides/window.ts';
import { readWindowFile } from '../../../runtime/control/overrides/window-file.ts';

export function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

export function event(...lines: string[]): string[] {
  return ['BEGIN:VEVENT', 'SUMMARY:switch', 'LOCATION:shop.example/eu', ...lines, 'END:VEVENT'];
}

export function windowsOf(text: string): readonly MaintenanceWindow[] {
  const read = readWindowFile(text, 'f.ics');
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

/** When the windows of an event open, the first ones after a moment: `2026-12-01T03:00`, in UTC. */
export function opens(after: string, count: number, ...lines: string[]): string[] {
  return openingTimes(windowsOf(calendar(...event(...lines))), after, count);
}

export function openingTimes(windows: readonly MaintenanceWindow[], after: string, count: number): string[] {
  const begins = windows.flatMap((window) => {
    const found: number[] = [];
    for (let now = Date.parse(after); found.length < count; ) {
      const time = openTime(window, now);
      if (time === undefined) break;
      found.push(time.begins);
      now = time.ends;
    }
    return found;
  });
  return begins
    .sort((one, other) => one - other)
    .slice(0, count)
    .map((at) => new Date(at).toISOString().slice(0, 16));
}
