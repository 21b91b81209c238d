/**
 * One zone that this server transfers from primaries: it queries their serial when the zone's SOA says so
 * (RFC 1035 §3.3.13) or a primary sends NOTIFY (RFC 1996), transfers a newer version (RFC 1995, RFC 5936),
 * and expires a copy that is too old to be served (RFC 1034 §4.3.5). This file is long because all of that
 * shares the copy and its timers.
 */
import type { Logger } from '../base/log.ts';
import { socketAddressToText } from '../base/net/socket-address.ts';
import { systemErrorText } from '../base/system-error.ts';
import type { PeerServer } from '../client/peer-server.ts';
import type { TimerClock } from '../health/timer-clock.ts';
import type { TransferredPart } from '../registry/transferred.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { WireName } from '../wire/name.ts';
import { type Soa, soaIn } from '../wire/rdata/soa.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { isSerialAfter } from '../wire/serial-number.ts';
import { checkZone } from '../zone/check.ts';
import { originOf } from '../zone/origin.ts';
import { askPeer, type PeerOptions, transferFrom } from './ask-peer.ts';
import type { CopyKeeping } from './copy-keeping.ts';
import type { CopyStore, ZoneCopy } from './copy-store.ts';
import { ForcedTransfer } from './forced-transfer.ts';
import { IncomingZone } from './incoming.ts';

export interface SecondaryStatus {
  readonly zone: string;
  readonly primaries: readonly string[];
  readonly state: 'current' | 'expired' | 'never-transferred';
  readonly serial?: number;
  /** When a primary last confirmed the copy as its newest, and when it is queried next, in ISO 8601. */
  readonly confirmedAt?: string;
  readonly nextAt?: string;
  /** The problem of the last refresh, if it failed. */
  readonly problem?: string;
}

export interface SecondaryOptions {
  readonly zone: string;
  readonly primaries: readonly PeerServer[];
  readonly ask: Pick<PeerOptions, 'keys' | 'patienceMs'>;
  readonly store: CopyStore;
  readonly keeping: CopyKeeping;
  readonly clock: TimerClock;
  readonly log: Logger;
  /** Called when the part has changed. */
  readonly onChange: () => void;
}

/** Seconds between attempts while there is no SOA with an interval. */
const FIRST_RETRY = 10;
/** The shortest interval between refreshes, whatever an SOA says. NOTIFY may refresh sooner. */
const LEAST_SECONDS = 2;

export class SecondaryZone {
  readonly #options: SecondaryOptions;
  readonly #origin: WireName;
  #copy: ZoneCopy | undefined;
  #soa: Soa | undefined;
  #isExpired = false;
  #problem: string | undefined;
  #nextAt: number | undefined;
  #cancelTimer = (): void => {};
  #cancelExpiry = (): void => {};
  #running: Promise<void> | undefined;
  #isWanted = false;
  readonly #stopping = new AbortController();

  constructor(options: SecondaryOptions) {
    this.#options = options;
    this.#origin = originOf(options.zone);
  }

  get part(): TransferredPart {
    if (this.#copy === undefined) return { records: [], withheld: 'never-transferred' };
    return { records: this.#copy.records, ...(this.#isExpired && { withheld: 'expired' as const }) };
  }

  /** Resolves when the copy of the server's last run is loaded; queries the primaries from then on. */
  async start(): Promise<void> {
    const { zone, store, log } = this.#options;
    const kept = await store.read(zone);
    if (!kept.ok) log.error(`The copy of the zone is not used: ${kept.problem}`);
    else if (kept.value !== undefined) this.#take(kept.value);
    this.refresh();
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelTimer();
    this.#cancelExpiry();
    return this.#running ?? Promise.resolve();
  }

  /** Queries the primaries now, or once more after a refresh that is under way. */
  refresh(): void {
    if (this.#isStopped) return;
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /**
   * Transfers the whole zone now, or once the refresh is over that is under way: also of the same serial, and
   * of a lower one if `isLowerTaken`.
   */
  force(isLowerTaken: boolean): ForcedTransfer {
    const forced = new ForcedTransfer();
    void this.#force(forced, isLowerTaken);
    return forced;
  }

  status(): SecondaryStatus {
    const { zone, primaries } = this.#options;
    return {
      zone,
      primaries: primaries.map(socketAddressToText),
      state: this.part.withheld ?? 'current',
      ...(this.#soa && { serial: this.#soa.serial }),
      ...(this.#copy && { confirmedAt: new Date(this.#copy.confirmedAt).toISOString() }),
      ...(this.#nextAt !== undefined && { nextAt: new Date(this.#nextAt).toISOString() }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  get #ask(): PeerOptions {
    return { ...this.#options.ask, signal: this.#stopping.signal };
  }

  async #run(): Promise<void> {
    this.#cancelTimer();
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      this.#problem = await this.#askAll();
    }
    this.#rest();
  }

  /** Waits for the next refresh. */
  #rest(): void {
    if (this.#isStopped) return;
    if (this.#problem !== undefined)
      this.#options.log.warn({ problem: this.#problem }, 'Zone could not be refreshed');
    const { refresh = FIRST_RETRY, retry = FIRST_RETRY } = this.#soa ?? {};
    this.#wait(this.#problem === undefined ? refresh : retry);
  }

  #wait(seconds: number): void {
    const { clock } = this.#options;
    const ms = 1000 * Math.max(LEAST_SECONDS, seconds);
    this.#nextAt = clock.now() + ms;
    this.#cancelTimer = clock.after(ms, () => this.refresh());
  }

  /** Queries one primary after the other, until one succeeds; else returns the problem of each. */
  async #askAll(): Promise<string | undefined> {
    const problems: string[] = [];
    for (const primary of this.#options.primaries) {
      try {
        const problem = await this.#askOne(primary);
        if (problem === undefined) return undefined;
        problems.push(`${socketAddressToText(primary)}: ${problem}`);
      } catch (error) {
        problems.push(`${socketAddressToText(primary)}: ${systemErrorText(error)}`);
      }
      if (this.#isStopped) break;
    }
    return problems.join('; ');
  }

  async #force(forced: ForcedTransfer, isLowerTaken: boolean): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#running = this.#forceNow(forced, isLowerTaken).finally(() => {
      this.#running = undefined;
      forced.giveUp();
      if (this.#isWanted) this.refresh();
    });
  }

  async #forceNow(forced: ForcedTransfer, isLowerTaken: boolean): Promise<void> {
    if (this.#isStopped) return;
    this.#cancelTimer();
    const before = this.#soa?.serial;
    const judge = ({ serial, count }: IncomingZone): string | undefined => {
      forced.records = count;
      const isLower = before !== undefined && serial !== before && !isSerialAfter(serial, before);
      return isLower && !isLowerTaken ? olderText(serial, before) : undefined;
    };
    const fetch = (primary: PeerServer): Promise<string | undefined> =>
      this.#fetch(primary, undefined, judge);
    this.#problem = await forced.run(this.#options.primaries, fetch);
    if (this.#problem === undefined) forced.succeed(before, this.#soa?.serial ?? 0);
    this.#rest();
  }

  async #askOne(primary: PeerServer): Promise<string | undefined> {
    const { zone, store, keeping, clock } = this.#options;
    const answer = await askPeer(primary, { name: this.#origin, type: RRTYPE.SOA }, this.#ask);
    if (!answer.ok) return answer.problem;
    const theirs = soaIn(answer.value.answers);
    // RFC 1034 §4.3.5: a primary that has lost the zone itself is no source of it.
    if (theirs === undefined || !answer.value.authoritative) return 'it is not authoritative for the zone';
    const ours = this.#soa;
    if (ours !== undefined && this.#copy !== undefined && !isSerialAfter(theirs.serial, ours.serial)) {
      if (theirs.serial !== ours.serial) return olderText(theirs.serial, ours.serial);
      const confirmedAt = clock.now();
      const copy = { records: this.#copy.records, confirmedAt };
      await keeping.keep(zone, copy, () => store.confirm(zone, confirmedAt));
      this.#take(copy);
      return undefined;
    }
    return this.#transfer(primary);
  }

  /** Transfers the changes if the primary has them, and else the whole zone. */
  async #transfer(primary: PeerServer): Promise<string | undefined> {
    const held = this.#copy?.records;
    if (held === undefined) return this.#fetch(primary, undefined);
    const problem = await this.#fetch(primary, held);
    return problem === undefined ? undefined : this.#fetch(primary, undefined);
  }

  async #fetch(
    primary: PeerServer,
    held: readonly ResourceRecord[] | undefined,
    /** Looks at what has come so far, and returns why it is not wanted, if it is not. */
    judge: (incoming: IncomingZone) => string | undefined = () => undefined,
  ): Promise<string | undefined> {
    const { zone, store, keeping, clock, log } = this.#options;
    const incoming = new IncomingZone(this.#origin, held);
    const type = held === undefined ? RRTYPE.AXFR : RRTYPE.IXFR;
    const soa = held?.find((record) => record.type === RRTYPE.SOA)?.rdata;
    const inquiry = { name: this.#origin, type, soa };
    const problem = await transferFrom(primary, inquiry, this.#ask, (message) => {
      const taken = incoming.take(message);
      const unwanted = judge(incoming);
      return unwanted === undefined ? taken : { problem: unwanted };
    });
    if (problem !== undefined) return problem;
    const records = incoming.records ?? held ?? [];
    const wrong = checkZone(this.#origin, records, []).find(({ severity }) => severity === 'error');
    if (wrong !== undefined) return `the zone it has is not sound: ${wrong.message}`;
    const copy = { records, confirmedAt: clock.now() };
    await keeping.keep(zone, copy, () => store.write(zone, copy));
    this.#take(copy);
    const how = held === undefined ? 'AXFR' : 'IXFR';
    log.info({ primary: socketAddressToText(primary), serial: incoming.serial, how }, 'Zone was transferred');
    return undefined;
  }

  #take(copy: ZoneCopy): void {
    const { clock, onChange } = this.#options;
    const before = this.#copy;
    const wasExpired = this.#isExpired;
    this.#copy = copy;
    this.#soa = soaIn(copy.records);
    const left = copy.confirmedAt + 1000 * (this.#soa?.expire ?? 0) - clock.now();
    this.#isExpired = left <= 0;
    this.#cancelExpiry();
    if (!this.#isExpired) this.#cancelExpiry = clock.after(left, () => this.#expire());
    if (before?.records !== copy.records || wasExpired !== this.#isExpired) onChange();
  }

  #expire(): void {
    this.#isExpired = true;
    this.#options.log.error('The copy of the zone has expired: its static records are not served any more');
    this.#options.onChange();
  }
}

function olderText(theirs: number, ours: number): string {
  return `its serial ${theirs} is older than ours, ${ours}`;
}
