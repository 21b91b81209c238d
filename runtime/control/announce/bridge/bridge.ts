/**
 * Stands between control, which decides, and a BGP speaker, in a process of its own that outlives control: what control says is
 * carried out and repeated until it comes off. While control says nothing, the server itself is asked: as long as it answers,
 * prefixes stay as they are, and once it does not, they are withdrawn.
 */
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { SocketAddress } from '../../../base/net/socket-address.ts';
import { within } from '../../../base/within.ts';
import { type AnnounceOrder, lineReader, readToBridge, SILENCE_MS, type ToBridge } from '../bridge-talk.ts';
import type { AnnouncingHand } from './announcing-hand.ts';
import { anyAnswers } from './witness.ts';

export interface BridgeOptions {
  /** Where control listens. */
  readonly socket: string;
  readonly hand: AnnouncingHand;
  /** Where the server answers. */
  readonly listen: readonly SocketAddress[];
  /** Prefixes of the settings, until control has said which. */
  readonly prefixes: readonly string[];
  /** Is told what happens, for a log. */
  readonly tell: (text: string) => void;
  /** Control has another bridge in the place of this one; or it is gone, nothing answers, and all is withdrawn. */
  readonly onOver: (why: 'left' | 'gone') => void;
}

/** Milliseconds between two looks, and tries that nothing answers before it is believed. */
const LOOK_MS = 200;
const TRIES = 3;
/** Milliseconds for which a BGP speaker that cannot be told is tried: one that does not run announces nothing. */
const PATIENCE_MS = 10_000;
/** Milliseconds for the last withdrawal. */
const LAST_MS = 2500;

export class Bridge {
  readonly #options: BridgeOptions;
  #socket: Socket | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  #silent = 0;
  #number = 0;
  #wanted: AnnounceOrder | undefined;
  /** What the BGP speaker has taken over; `undefined` while that is not known. */
  #done: AnnounceOrder | undefined;
  #problem = '';
  #turn: Promise<void> | undefined;
  #isLooking = false;
  #gaveUpAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#connect();
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /** Withdraws all and ends. */
  async withdraw(): Promise<void> {
    this.leave();
    await this.#turn;
    this.#wanted = this.#nothing();
    await within(LAST_MS, this.#carryOut());
  }

  /** Ends, and leaves all as it is. */
  leave(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect(this.#options.socket);
    const read = lineReader(
      (line) => this.#take(readToBridge(line)),
      () => socket.destroy(),
    );
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', read);
    socket.on('connect', () => this.#say({ t: 'hello', hand: this.#options.hand.name, pid: process.pid }));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#socket = undefined;
      this.#heardAt = Number.NEGATIVE_INFINITY;
    });
  }

  #take(message: ToBridge | undefined): void {
    if (message === undefined || this.#timer === undefined) return;
    this.#heardAt = performance.now();
    this.#silent = 0;
    this.#gaveUpAt = undefined;
    if (message.t === 'leave') {
      this.leave();
      this.#options.onOver('left');
    } else if (message.t === 'order') {
      this.#number = message.number;
      this.#wanted = message.order;
      void this.#carryOut();
    }
  }

  async #carryOut(): Promise<void> {
    if (this.#turn !== undefined) return await this.#turn;
    this.#turn = this.#work();
    await this.#turn;
    this.#turn = undefined;
  }

  async #work(): Promise<void> {
    const { hand, tell } = this.#options;
    for (let wanted = this.#wanted; wanted !== undefined; wanted = this.#wanted) {
      const number = this.#number;
      if (!isDeepStrictEqual(wanted, this.#done)) {
        const said = await hand.carryOut(wanted);
        this.#done = said.ok ? wanted : undefined;
        const problem = said.ok ? '' : said.problem;
        if (problem !== '' && problem !== this.#problem) tell(problem);
        this.#problem = problem;
        if (said.ok) tell(`${wanted.prefixes.join(', ')}: ${wanted.way}`);
      }
      if (this.#done === undefined) this.#say({ t: 'failed', number, why: this.#problem });
      else this.#say({ t: 'done', number });
      // It may have been told otherwise meanwhile.
      if (this.#wanted === wanted) return;
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      if (this.#socket === undefined) this.#connect();
      if (performance.now() - this.#heardAt < SILENCE_MS) return;
      this.#silent = (await anyAnswers(this.#options.listen)) ? 0 : this.#silent + 1;
      if (this.#silent >= TRIES && this.#timer !== undefined) await this.#giveUp();
    } finally {
      this.#isLooking = false;
    }
  }

  async #giveUp(): Promise<void> {
    if (this.#wanted?.way !== 'withdrawn') this.#options.tell('Nothing answers any more');
    this.#wanted = this.#nothing();
    await this.#carryOut();
    this.#gaveUpAt ??= performance.now();
    const isLate = performance.now() - this.#gaveUpAt > PATIENCE_MS;
    if (this.#done?.way === 'withdrawn' || isLate) this.#options.onOver('gone');
  }

  #nothing(): AnnounceOrder {
    const before = this.#wanted ?? { prefixes: this.#options.prefixes, prependAs: 0, prependTimes: 0 };
    return { ...before, way: 'withdrawn' };
  }

  #say(message: object): void {
    if (this.#socket?.writable === true) this.#socket.write(`${JSON.stringify(message)}\n`);
  }
}
