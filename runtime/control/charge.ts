/**
 * Being in charge of a state folder, which one control is at a time. Who begins knocks at its door: if somebody is
 * there it does not start; if one died there, its answer processes may live, and share their addresses with ours until
 * ours answer.
 */

import { DnsteerError } from '../base/errors.ts';
import { takeCharge } from '../base/generation.ts';
import type { Logger } from '../base/log.ts';
import { systemErrorText } from '../base/system-error.ts';
import type { AnswerSettings } from '../rpc/control-protocol.ts';
import { checkAddresses } from '../transport/free-addresses.ts';
import { Door, knock } from './door.ts';

export interface ChargeOptions {
  /** The state folder. */
  readonly folder: string;
  readonly generation: AnswerSettings['generation'];
  readonly version: string;
  readonly log: Logger;
}

export class Charge {
  readonly #options: ChargeOptions;
  #door: Door | undefined;

  constructor(options: ChargeOptions) {
    this.#options = options;
  }

  /**
   * Sees to it that nobody else is in charge, and that the addresses are free.
   * @throws {DnsteerError} `START`, saying who is in the way.
   */
  async claim(settings: Pick<AnswerSettings, 'listen' | 'tls' | 'https'>): Promise<void> {
    const mayBeShared = await this.#claimFolder();
    if (!mayBeShared) await checkAddresses(settings);
  }

  /** Our answer processes answer for all zones: those of a control that died may leave. */
  take(): void {
    const { file, id } = this.#options.generation;
    takeCharge(file, id);
  }

  close(): void {
    this.#door?.close();
  }

  /** Whether answer processes of one who died may still be there. */
  async #claimFolder(): Promise<boolean> {
    const { folder, version, log } = this.#options;
    try {
      const behind = await knock(folder);
      if (behind.kind === 'alive') {
        behind.visit.end();
        throw this.#isTaken(behind.pid);
      }
      const door = await Door.make(folder, version);
      this.#door = door;
      if (!door.claim(behind.kind === 'dead')) throw this.#isTaken(undefined);
      return behind.kind === 'dead';
    } catch (error) {
      if (error instanceof DnsteerError) throw error;
      const remedy = 'Make it writable for dnsteer, or set "state" to a folder that is';
      log.warn({ folder }, `A second server would not be noticed, as ${systemErrorText(error)}. ${remedy}`);
      return true;
    }
  }

  #isTaken(pid: number | undefined): DnsteerError {
    const who = pid === undefined ? 'Another dnsteer' : `Another dnsteer (process ${pid})`;
    return new DnsteerError(
      'START',
      `${who} runs with the state folder ${this.#options.folder}. Stop it, or set "state" to a folder of its own`,
    );
  }
}
