/**
 * Tells the service manager that started this server how it is (sd_notify(3)): that it answers, that it reads its
 * settings again, that it ends. Without a manager that wants to know it does nothing.
 */
import process from 'node:process';
import type { Logger } from '../../base/log.ts';
import { loadSystemCalls, type SystemCalls } from '../udp/system-calls.ts';
import { notifySocket } from './notify-socket.ts';

export class ServiceManager {
  readonly #socket: string;
  readonly #calls: SystemCalls | undefined;
  readonly #log: Logger;
  #isToldOfFailure = false;

  private constructor(socket: string, calls: SystemCalls | undefined, log: Logger) {
    this.#socket = socket;
    this.#calls = calls;
    this.#log = log;
  }

  /** Finds the manager by its variable, which no other process of the server gets to see. */
  static async find(log: Logger): Promise<ServiceManager> {
    const { NOTIFY_SOCKET: socket = '' } = process.env;
    delete process.env.NOTIFY_SOCKET;
    const calls = socket === '' ? undefined : await loadSystemCalls();
    return new ServiceManager(socket, calls?.ok === true ? calls.value : undefined, log);
  }

  /** The server answers; `status` is a line for an operator. */
  ready(status: string): void {
    this.#tell(`READY=1\nSTATUS=${oneLine(status)}`);
  }

  /** The server reads its settings again; {@link ready} ends that. */
  reloading(): void {
    const microseconds = process.hrtime.bigint() / 1000n;
    this.#tell(`RELOADING=1\nMONOTONIC_USEC=${microseconds}\nSTATUS=Reading the settings again`);
  }

  stopping(): void {
    this.#tell('STOPPING=1\nSTATUS=Answering what is pending');
  }

  #tell(message: string): void {
    if (this.#socket === '') return;
    const isTold = this.#calls !== undefined && notifySocket(this.#calls, this.#socket, message) >= 0;
    if (isTold || this.#isToldOfFailure) return;
    this.#isToldOfFailure = true;
    const why =
      this.#calls === undefined
        ? 'the package koffi is missing: install it, or set Type=simple in the unit'
        : 'its socket takes no message';
    this.#log.warn(
      { socket: this.#socket },
      `The service manager cannot be told that the server runs: ${why}`,
    );
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
