/** Names of the files of a recording: when it was begun, and a number: `2026-11-30T16-00-00Z-1.jsonl`. */

const FORM = /^(?<time>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)-(?<number>\d{1,9})\.jsonl$/;

interface Parts {
  readonly name: string;
  readonly time: string;
  readonly number: number;
}

/** The names of recordings among others, the oldest first. */
export function recordingNamesIn(names: readonly string[]): string[] {
  const read = names.flatMap((name) => partsOf(name) ?? []);
  return read.sort(byAge).map(({ name }) => name);
}

/** The name of one that begins at a moment: it is behind the `last` even if the clock was set back. */
export function nextRecordingName(now: Date, last: string | undefined): string {
  const time = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const before = last === undefined ? undefined : partsOf(last);
  return before === undefined || before.time < time
    ? `${time}-1.jsonl`
    : `${before.time}-${before.number + 1}.jsonl`;
}

function partsOf(name: string): Parts | undefined {
  const { time, number } = FORM.exec(name)?.groups ?? {};
  return time === undefined ? undefined : { name, time, number: Number(number) };
}

function byAge(one: Parts, other: Parts): number {
  if (one.time !== other.time) return one.time < other.time ? -1 : 1;
  return one.number - other.number;
}
