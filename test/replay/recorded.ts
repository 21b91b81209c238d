/** Recordings that tests write: the header, and lines that say what matters to them. */
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';

export const HEADER = {
  dnsteer: 'recording',
  format: 1,
  sample: 1,
  full: false,
  began: '2026-12-24T12:00:00.000Z',
};

let lines = 0;

/** A query for www.shop.example A from Germany that was answered by 192.0.2.1, but for what is given. */
export function recorded(given: Partial<RecordedLine> = {}): RecordedLine {
  lines += 1;
  return {
    id: `q${lines}`,
    at: '2026-12-24T12:00:00.000Z',
    name: 'www.shop.example',
    type: 'A',
    transport: 'udp',
    client: '198.51.100.0/24',
    zone: 'shop.example',
    source: 'policy',
    reads: [],
    rcode: 'NOERROR',
    answer: [`${given.name ?? 'www.shop.example'}. 30 IN A 192.0.2.1`],
    scope: 0,
    ...given,
  };
}

/** The text of a file with these lines; what is a text is a line as it is. */
export function recordingText(
  all: readonly (RecordedLine | string)[],
  header: object | null = HEADER,
): string {
  const parts = [...(header === null ? [] : [header]), ...all];
  return `${parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('\n')}\n`;
}
