/**
 * Passes news of answer processes to the log, with positions in the author's own files, and keeps the last of
 * it for status.
 */
import type { LastContradiction, LastFailure } from '../admin/source.ts';
import type { Logger } from '../base/log.ts';
import { withoutPasswords } from '../base/printable.ts';
import type { Registry } from '../registry/registry.ts';
import type { ContradictionEvent, FallbackEvent } from '../rpc/events.ts';
import type { Secondaries } from '../transfer/secondaries.ts';
import { tellTransfer } from '../transfer/tell.ts';
import type { AnswerEvent } from './fleet/answer-events.ts';

export interface NewsOptions {
  readonly registry: Pick<Registry, 'locate'>;
  readonly secondaries: Pick<Secondaries, 'notify'>;
  readonly log: Logger;
}

export class News {
  readonly #registry: NewsOptions['registry'];
  readonly #secondaries: NewsOptions['secondaries'];
  readonly #log: Logger;
  readonly #lastFailures = new Map<string, LastFailure>();
  readonly #contradictions = new Map<string, LastContradiction>();

  constructor({ registry, secondaries, log }: NewsOptions) {
    this.#registry = registry;
    this.#secondaries = secondaries;
    this.#log = log;
  }

  /** The last failure of each policy, by zone. */
  get lastFailures(): ReadonlyMap<string, LastFailure> {
    return this.#lastFailures;
  }

  /** The last contradiction of each policy, by zone. */
  get contradictions(): ReadonlyMap<string, LastContradiction> {
    return this.#contradictions;
  }

  tell(event: Exclude<AnswerEvent, { t: 'update' | 'record' }>, pid: number): void {
    switch (event.t) {
      case 'fallback':
        this.#tellFallback(event.event);
        break;
      case 'contradiction':
        this.#tellContradiction(event.event, pid);
        break;
      case 'query':
        this.#log.info({ component: 'query', ...event.line }, 'Query');
        break;
      case 'transfer':
        tellTransfer(event.event, this.#log);
        break;
      case 'notify':
        this.#secondaries.notify(event.event);
        break;
      case 'unadopted':
        this.#log.warn(
          { component: 'answer', pid },
          `Queries to a process that is away wait for its successor: ${event.reason}`,
        );
        break;
      case 'limited':
        this.#log.warn({ component: 'rate-limit', answer: pid, ...event.event }, LIMITED[event.event.state]);
        break;
      case 'descriptors':
        this.#log.warn({ component: 'answer', answer: pid }, event.warning);
        break;
      case 'stall':
        this.#log.warn(
          { component: 'loop', answer: pid, ...event.event },
          'The loop was held up: all waited',
        );
        break;
      case 'sandbox': {
        const facts = { component: 'sandbox', answer: pid, pid: event.pid, detail: event.detail };
        if (event.state === 'ready') this.#log.debug(facts, 'Sandbox is ready');
        else if (event.state === 'moved') this.#log.info(facts, 'Policy moved to another sandbox');
        else this.#log.warn(facts, 'Sandbox ended');
        break;
      }
      default:
        event satisfies never;
    }
  }

  /** Forgets a zone that is no longer served. */
  forget(zone: string): void {
    this.#lastFailures.delete(zone);
    this.#contradictions.delete(zone);
  }

  #tellFallback({ stack, ...event }: FallbackEvent): void {
    const place = this.#placeOf(event, stack);
    const facts = { ...event, message: withoutPasswords(event.message) };
    const { zone, version, host, reason, message } = facts;
    this.#lastFailures.set(zone, { version, host, reason, message, ...place, time: now() });
    this.#log.warn({ component: 'policies', ...facts, ...place }, 'Fallback answered');
  }

  #tellContradiction(event: ContradictionEvent, pid: number): void {
    const { zone, version, host, what, detail } = event;
    const place = this.#placeOf(event);
    this.#contradictions.set(zone, { version, host, what, detail, ...place, time: now() });
    this.#log.warn(
      { component: 'policies', answer: pid, ...event, ...place },
      'Policy contradicts itself: its decisions are not remembered any more',
    );
  }

  #placeOf(
    { zone, version, host }: Pick<FallbackEvent, 'zone' | 'version' | 'host'>,
    stack?: string,
  ): { at?: string } {
    const at = this.#registry.locate(zone, version, { stack, keys: ['hosts', host] });
    return at === undefined ? {} : { at: `${at.file}:${at.line}:${at.column}` };
  }
}

const LIMITED = {
  began: 'A network is over its rate of responses',
  ended: 'A network is over its rate of responses no more',
} as const;

function now(): string {
  return new Date().toISOString();
}
