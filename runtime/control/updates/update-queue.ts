/**
 * Carries out updates, one zone after the other and the updates of a zone in turn. A client hears of success once the
 * change is on the disk and the answer processes serve it.
 *
 *     update ──▶ zone known? rate? ──▶ applied, with those that waited ──▶ disk ──▶ registry ──▶ answer processes ──▶ reply
 */

import { readWholeFile } from '../../base/files/whole-file.ts';
import type { Logger } from '../../base/log.ts';
import { fromBase64 } from '../../base/octets-text.ts';
import { ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import type { Registry } from '../../registry/registry.ts';
import type { SentZone } from '../../rpc/zone-update.ts';
import { applyUpdate } from '../../update/apply.ts';
import { type DynamicRecords, differenceOf } from '../../update/dynamic-record.ts';
import { type Grant, permissions } from '../../update/grants.ts';
import type { UpdateRefusal, UpdateRequest } from '../../update/request.ts';
import { baseOf } from '../../update/zone-base.ts';
import { EXTENDED_ERROR } from '../../wire/iana/extended-error.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import type { ExtendedError } from '../../wire/opt.ts';
import { soaFromRdata } from '../../wire/rdata/soa.ts';
import { recordKey } from '../../wire/record-key.ts';
import { incrementSerial, isSerialAfter } from '../../wire/serial-number.ts';
import { originOf } from '../../zone/origin.ts';
import { openZone, type Zone } from '../../zone/zone.ts';
import { tablesIn } from '../../zone/zone-image.ts';
import type { DynamicStore } from './dynamic-store.ts';
import { tooMuch, type UpdateLimits, UpdateRate } from './update-quota.ts';

export interface UpdateQueueOptions {
  readonly store: DynamicStore;
  readonly registry: Pick<Registry, 'dynamicChanged' | 'unservedOf' | 'revisionOf'>;
  /** A zone as it is served now. */
  readonly servedOf: (zone: string) => SentZone | undefined;
  /** Whether a zone is transferred from another server. */
  readonly isSecondary: (zone: string) => boolean;
  readonly settings: () => UpdateLimits & { readonly grants: readonly Grant[] };
  readonly log: Logger;
}

/** Who asks for changes, and how. */
export interface Asker {
  readonly key: string;
  readonly via: 'dns' | 'http';
  readonly client: string;
}

export interface Asking extends Asker {
  readonly zone: string;
}

/** What became of an update; `text` says why it was not carried out. */
export interface UpdateOutcome {
  readonly rcode: number;
  readonly text?: string | undefined;
  readonly error?: ExtendedError | undefined;
  /** Whether the same update may be tried again: the server had no room for it, or could not carry it out. */
  readonly isPutOff?: boolean;
}

interface Pending {
  readonly asking: Asking;
  readonly request: UpdateRequest;
  readonly settle: (outcome: UpdateOutcome) => void;
}

/** Updates that become one version of their zone, at most. */
const MOST_TOGETHER = 100;
const DONE: UpdateOutcome = { rcode: RCODE.NOERROR };

export class UpdateQueue {
  readonly #options: UpdateQueueOptions;
  readonly #waiting = new Map<string, Pending[]>();
  readonly #rate = new UpdateRate();
  #isOpen = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: UpdateQueueOptions) {
    this.#options = options;
  }

  /** Takes updates from now on. What another server has remembered until now is served first. */
  async open(): Promise<void> {
    const { store, registry } = this.#options;
    await Promise.all((await store.load()).map((zone) => registry.dynamicChanged(zone)));
    this.#isOpen = true;
  }

  /** Takes no update from now on. Resolves when none is being carried out. */
  close(): Promise<void> {
    this.#isOpen = false;
    return this.#running;
  }

  /** Whether a key may ask for a change of so many records now; if not, the outcome. To be asked before the request is read. */
  admit(asking: Asker, records: number): UpdateOutcome | undefined {
    const { key } = asking;
    const { perMinute } = this.#options.settings();
    const judged = this.#rate.judge(key, records, perMinute, Date.now());
    if (judged === 'allowed') return undefined;
    const text = `Key ${key} has more updates than ${perMinute} in a minute (update.perMinute)`;
    if (judged === 'denied') {
      this.#options.log.warn(
        { component: 'update', ...asking },
        `${text}: they are refused; raise it if that is too few`,
      );
    }
    return { ...refused({ rcode: RCODE.REFUSED, text }), isPutOff: true };
  }

  /** Carries out a request that was admitted. Resolves with what became of it. */
  take(asking: Asking, read: Result<UpdateRequest, UpdateRefusal>): Promise<UpdateOutcome> {
    if (!read.ok) return Promise.resolve(refused(read.problem));
    return new Promise((settle) => {
      const waiting = this.#waiting.get(asking.zone);
      waiting?.push({ asking, request: read.value, settle });
      if (waiting !== undefined) return;
      this.#waiting.set(asking.zone, [{ asking, request: read.value, settle }]);
      this.#running = this.#running.then(() => this.#workOff(asking.zone));
    });
  }

  async #workOff(zone: string): Promise<void> {
    const waiting = this.#waiting.get(zone) ?? [];
    while (waiting.length > 0) await this.#carryOut(zone, waiting.splice(0, MOST_TOGETHER));
    this.#waiting.delete(zone);
  }

  async #carryOut(zone: string, together: readonly Pending[]): Promise<void> {
    const settleAll = (outcome: UpdateOutcome): void => {
      for (const { settle } of together) settle(outcome);
    };
    try {
      const served = await this.#served(zone);
      if (!served.ok) return settleAll(refused(served.problem));
      const { records, carried } = this.#applyAll(served.value, together);
      const failure = await this.#serve(zone, served.value, records, carried);
      if (failure === 'hidden' && carried.length > 1) {
        for (const one of carried) await this.#carryOut(zone, [one]);
        return;
      }
      const outcome =
        failure === undefined ? DONE : failure === 'hidden' ? refused(HIDDEN) : refused(failure);
      for (const { asking, settle } of carried) {
        this.#tell(asking, outcome);
        settle(outcome);
      }
    } catch (error) {
      this.#options.log.error({ zone, err: error }, 'Updates of the zone could not be carried out');
      settleAll(refused({ rcode: RCODE.SERVFAIL, text: 'The update failed; the log says why' }));
    }
  }

  /** The zone as it is served, if it can be changed. */
  async #served(zone: string): Promise<Result<Zone<undefined>, UpdateRefusal>> {
    const { store, servedOf, isSecondary } = this.#options;
    const fail = (rcode: number, text: string) => ({ ok: false, problem: { rcode, text } }) as const;
    if (isSecondary(zone)) return fail(RCODE.REFUSED, 'This server is a secondary of the zone');
    const sent = servedOf(zone);
    if (!this.#isOpen) return fail(RCODE.SERVFAIL, 'The server is starting or ending');
    if (sent === undefined) return fail(RCODE.NOTAUTH, `No zone ${zone} is served`);
    const problem = store.problemOf(zone);
    if (problem !== undefined) return fail(RCODE.SERVFAIL, `Dynamic records are not known: ${problem}`);
    const { broken, image } = sent;
    if (broken !== undefined || 'pieces' in image) return fail(RCODE.SERVFAIL, 'The zone is not loaded');
    const octets = 'file' in image ? await readWholeFile(image.file, LIMITS) : ok(fromBase64(image.base64));
    if (!octets.ok) return fail(RCODE.SERVFAIL, 'The zone is changing; try again');
    return ok(openZone(originOf(zone), tablesIn(octets.value), undefined));
  }

  /** Applies updates one after the other; those that are refused are settled here. */
  #applyAll(
    served: Zone<undefined>,
    together: readonly Pending[],
  ): { readonly records: DynamicRecords; readonly carried: readonly Pending[] } {
    const { store, registry, settings } = this.#options;
    const { grants, ...limits } = settings();
    const zone = together[0]?.asking.zone ?? '';
    let records = store.recordsOf(zone);
    const unserved = registry.unservedOf(zone);
    const base = baseOf(served, records, (record) => unserved.get(recordKey(record)) === 'in-file');
    const carried = together.filter(({ asking, request, settle }) => {
      const may = permissions(grants, asking.key, zone, served.origin);
      const applied = applyUpdate(base, records, request, { key: asking.key, may, now: Date.now() });
      const excess = applied.ok ? tooMuch(applied.value, limits) : undefined;
      if (applied.ok && excess === undefined) {
        records = applied.value;
        return true;
      }
      const refusal = applied.ok ? { rcode: RCODE.REFUSED, text: excess ?? '' } : applied.problem;
      this.#tell(asking, refusal);
      settle(refused(refusal));
      return false;
    });
    return { records, carried };
  }

  /** Remembers and serves records. `hidden`: files or policy contradict some that are new, and all is as it was. */
  async #serve(
    zone: string,
    served: Zone<undefined>,
    records: DynamicRecords,
    carried: readonly Pending[],
  ): Promise<UpdateRefusal | 'hidden' | undefined> {
    const { store, registry } = this.#options;
    const before = store.recordsOf(zone);
    const { added, removed } = differenceOf(before, records);
    if (carried.length === 0 || added.length + removed.length === 0) return undefined;
    try {
      await store.save(zone, records, this.#nextSerial(zone, served));
    } catch (error) {
      const text = `The change cannot be remembered: ${systemErrorText(error)}`;
      this.#options.log.error({ code: 'DYNAMIC_STATE', zone }, `${text}. Make the state folder writable`);
      return { rcode: RCODE.SERVFAIL, text };
    }
    await registry.dynamicChanged(zone);
    if (registry.revisionOf(zone) !== store.partOf(zone)?.revision) {
      return { rcode: RCODE.SERVFAIL, text: 'The change is remembered, and is not served yet' };
    }
    const unserved = registry.unservedOf(zone);
    if (!added.some((record) => unserved.get(recordKey(record)) === 'hidden')) return undefined;
    await store.save(zone, before, incrementSerial(store.partOf(zone)?.serial ?? 0));
    await registry.dynamicChanged(zone);
    return 'hidden';
  }

  #nextSerial(zone: string, { soa }: Zone<undefined>): number {
    const served = incrementSerial(soaFromRdata(soa.rdatas[0] ?? new Uint8Array())?.serial ?? 0);
    const remembered = this.#options.store.partOf(zone)?.serial;
    return remembered === undefined || isSerialAfter(served, remembered)
      ? served
      : incrementSerial(remembered);
  }

  #tell({ zone, key, via, client }: Asking, { rcode, text }: UpdateOutcome): void {
    const facts = { component: 'update', zone, key, via, client };
    if (rcode === RCODE.NOERROR) this.#options.log.info(facts, 'Zone was updated');
    else this.#options.log.warn({ ...facts, rcode: rcodeToText(rcode) }, `Update is refused: ${text}`);
  }
}

/** Of an image that is read. */
const LIMITS = { mostOctets: 2 ** 30 };

const HIDDEN: UpdateRefusal = {
  rcode: RCODE.REFUSED,
  text: 'The files or the policy of the zone state what these records cannot stand beside',
};

/** A refusal with the extended error that says why (RFC 8914). */
function refused({ rcode, text }: UpdateRefusal): UpdateOutcome {
  const code =
    rcode === RCODE.REFUSED
      ? EXTENDED_ERROR.PROHIBITED
      : rcode === RCODE.SERVFAIL
        ? EXTENDED_ERROR.NOT_READY
        : EXTENDED_ERROR.OTHER;
  return { rcode, text, error: { code, text }, isPutOff: rcode === RCODE.SERVFAIL };
}
