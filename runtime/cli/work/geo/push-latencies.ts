/** Gives the running server latencies from clients to pools, in place of the file of its settings. */
import type { LatencyFacts } from '../../../admin/source.ts';
import { fileProblemText, readRegularFile } from '../../../base/files/read-file.ts';
import { printableData } from '../../../base/printable.ts';
import { MOST_LATENCY_OCTETS } from '../../../geo/latency/read-latencies.ts';
import type { JsonFlag, SettingFlags } from '../../flags.ts';
import type { CliHost } from '../../host.ts';
import { askServer, printReply } from '../../print-reply.ts';
import { printError } from '../../terminal.ts';

export interface PushFlags extends SettingFlags, JsonFlag {
  /** The other rows stay as they are. */
  readonly rows?: boolean;
}

type Host = Pick<CliHost, 'loadConfig'>;

/** Milliseconds: a million rows are read, and written, before the reply. */
const PATIENCE_MS = 60_000;
const PATH = '/api/latencies';

/** Returns the exit code: 2 where the file cannot be read, 1 where the server does not take it. */
export async function pushLatencies(host: Host, file: string, flags: PushFlags): Promise<number> {
  const read = await readRegularFile(file, { mostOctets: MOST_LATENCY_OCTETS });
  if (!read.ok) {
    printError(`${file}: ${fileProblemText(read.problem)}`);
    return 2;
  }
  const method = flags.rows === true ? 'POST' : 'PUT';
  const body = Uint8Array.from(read.value.octets);
  const request = { method, body, patienceMs: PATIENCE_MS } as const;
  return printReply(await askServer<LatencyFacts>(host, flags, PATH, request), flags, inWords);
}

export async function dropLatencies(host: Host, flags: PushFlags): Promise<number> {
  const request = { method: 'DELETE', patienceMs: PATIENCE_MS } as const;
  const reply = await askServer<{ readonly dropped: boolean }>(host, flags, PATH, request);
  return printReply(reply, flags, ({ dropped }) =>
    dropped ? 'The latencies that were pushed are forgotten' : 'No latencies were pushed',
  );
}

function inWords(said: LatencyFacts): string {
  const { rows, pools } = printableData(said);
  return `${rows} rows for ${pools} pools are in use`;
}
