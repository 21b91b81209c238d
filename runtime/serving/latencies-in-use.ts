/** The table of latencies that an answer process goes by: another takes its place between two queries. */
import { deserialize } from 'node:v8';
import { fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import { type Latencies, type LatencyData, LatencyTable } from '../geo/latency/latency-table.ts';
import type { LiveSettings } from '../rpc/answer-settings.ts';

/** Octets: a table has 4 million values at most, and a million networks of IPv6. */
const LIMITS = { mostOctets: 128 * 2 ** 20 };

export class LatenciesInUse {
  readonly #latencies: Latencies | undefined;
  readonly #onBroken: (problem: string) => void;
  #hash: string | undefined;

  constructor(latencies: Latencies | undefined, onBroken: (problem: string) => void) {
    this.#latencies = latencies;
    this.#onBroken = onBroken;
  }

  /** Goes by a table that control has checked and put aside; by the one before, should it not be there any more. */
  use(told: LiveSettings['latencies']): void {
    if (this.#latencies === undefined || told?.hash === this.#hash) return;
    if (told === undefined) this.#latencies.table = undefined;
    else {
      const read = readRegularFileSync(told.table, LIMITS);
      if (!read.ok) {
        this.#onBroken(`Cannot read the table of latencies ${told.table}: ${fileProblemText(read.problem)}`);
        return;
      }
      this.#latencies.table = new LatencyTable(deserialize(read.value.octets) as LatencyData);
    }
    this.#hash = told?.hash;
  }
}
