/** Checks of type icmp that cannot succeed are told at the start and in the status, with the remedy, and not only by each probe. */
import type { Logger } from '../../base/log.ts';
import type { TargetReport } from '../../health/reports.ts';

export class EchoRights {
  readonly #ask: () => Promise<string | undefined>;
  #problem: string | undefined;

  /** `ask` tells why no echo request can be sent; `undefined` if one can. */
  constructor(ask: () => Promise<string | undefined>) {
    this.#ask = ask;
  }

  /** Looks whether requests are permitted, if any of these targets needs them; logs if not. */
  async look(targets: readonly TargetReport[], log: Logger): Promise<void> {
    if (!targets.some(needsEcho)) return;
    this.#problem = await this.#ask();
    for (const warning of this.warnings(targets)) log.warn({ component: 'health' }, warning);
  }

  /** For the status: as long as a check needs it, and as it was when the server started. */
  warnings(targets: readonly TargetReport[]): string[] {
    if (this.#problem === undefined || !targets.some(needsEcho)) return [];
    return [`Checks of type icmp fail, and their targets are down: ${this.#problem}`];
  }
}

function needsEcho({ type, of = [] }: TargetReport): boolean {
  return type === 'icmp' || of.some(needsEcho);
}
