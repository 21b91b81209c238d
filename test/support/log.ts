/** The server's log, a JSON object a line. */
import type { TestServer } from './dnsteer.ts';

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** Waits for a line about a zone that matches, after so many characters of output. */
export async function logLine(server: TestServer, zone: string, what: RegExp, from = 0): Promise<LogLine> {
  // A line may begin where another process was interrupted: a compiler that crashes writes to the same stream.
  const about = `\\{"level".*"zone":"${zone.replaceAll('.', '\\.')}".*`;
  const [line] = await server.printed(new RegExp(`${about}${what.source}.*$`, 'm'), from);
  return JSON.parse(line) as LogLine;
}
