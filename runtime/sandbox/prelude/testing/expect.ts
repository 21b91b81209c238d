/** Expectations: each throws where it is not met, with what was expected and what is there. */
import type { Answer, Distribution } from '../../../../types/test.d.ts';
import { stringify } from '../primordials.ts';
import { askedFor } from './asks.ts';
import { countExpectation, UnmetExpectation } from './running.ts';
import { shown } from './shown.ts';

export function expect(value: unknown): AnswerExpectation | DistributionExpectation | ValueExpectation {
  if (value instanceof Promise)
    throw new TypeError('The answer is not there yet: await it, as in expect(await ask(…))');
  const asked = askedFor(value);
  if (asked === undefined) return new ValueExpectation(value);
  return asked.kind === 'answer'
    ? new AnswerExpectation(value as Answer, asked.id)
    : new DistributionExpectation(value as Distribution, asked.id);
}

class AnswerExpectation {
  readonly #answer: Answer;
  readonly #id: number;
  #isFallback = false;

  constructor(answer: Answer, id: number) {
    this.#answer = answer;
    this.#id = id;
  }

  pool(name: string): this {
    return this.#same('pool', name, this.#answer.pool);
  }

  records(type: string, values: readonly string[] | string): this {
    const wanted = sorted(
      (typeof values === 'string' ? [values] : values).map((value) => plainValue(type, value)),
    );
    const there = this.#answer.records.filter((record) => record.type === type);
    return this.#same(
      `records of type ${type}`,
      wanted,
      sorted(there.map(({ value }) => plainValue(type, value))),
    );
  }

  ttl(seconds: number): this {
    return this.#same('TTL', seconds, this.#answer.ttl);
  }

  scope(bits: number): this {
    return this.#same('ECS scope', bits, this.#answer.scope);
  }

  reads(facts: readonly string[]): this {
    return this.#same('reads', sorted(facts), sorted(Object.keys(this.#answer.reads)));
  }

  rcode(rcode: string): this {
    return this.#same('response code', rcode, this.#answer.rcode);
  }

  truncated(isTruncated = true): this {
    return this.#same('truncated', isTruncated, this.#answer.truncated);
  }

  nodata(): this {
    const { rcode, records, truncated } = this.#answer;
    const isNodata = rcode === 'NOERROR' && records.length === 0 && !truncated;
    const there = isNodata ? 'NODATA' : truncated ? 'truncated' : (records[0] ?? rcode);
    return this.#same('answer', 'NODATA', there);
  }

  fallback(reason: string): this {
    countExpectation();
    this.#isFallback = true;
    const there = this.#answer.fallback?.reason;
    if (there === reason) return this;
    const what = there === undefined ? 'fallback: the policy did not fail' : 'fallback: it failed otherwise';
    throw new UnmetExpectation(what, reason, there, this.#id);
  }

  #same(what: string, expected: unknown, actual: unknown): this {
    countExpectation();
    const { fallback } = this.#answer;
    if (fallback !== undefined && !this.#isFallback) {
      const { reason, message } = fallback;
      const text = `The policy failed (${reason}), and its fallback is the answer: ${message}`;
      throw new UnmetExpectation(
        text,
        `${what}: ${shown(expected)}, decided by the policy`,
        `fallback: ${reason}`,
        this.#id,
      );
    }
    if (stringify(expected) === stringify(actual)) return this;
    throw new UnmetExpectation(`${what} is not as expected`, expected, actual, this.#id);
  }
}

class DistributionExpectation {
  readonly #shares: Distribution['shares'];
  readonly #id: number;

  constructor({ shares }: Distribution, id: number) {
    this.#shares = shares;
    this.#id = id;
  }

  share(pool: string, share: number, tolerance = EXACTLY): this {
    countExpectation();
    const there = this.#shares[pool] ?? 0;
    if (Math.abs(there - share) <= tolerance) return this;
    throw new UnmetExpectation(`share of ${shown(pool)} is not as expected`, share, this.#shares, this.#id);
  }

  shares(shares: Distribution['shares'], tolerance = EXACTLY): this {
    countExpectation();
    const all = new Set([...Object.keys(shares), ...Object.keys(this.#shares)]);
    const isNear = (one: string): boolean =>
      Math.abs((shares[one] ?? 0) - (this.#shares[one] ?? 0)) <= tolerance;
    if ([...all].every(isNear)) return this;
    throw new UnmetExpectation('shares are not as expected', shares, this.#shares, this.#id);
  }
}

/** Weights are whole numbers up to a million. */
const EXACTLY = 1e-6;

class ValueExpectation {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  equals(expected: unknown): this {
    countExpectation();
    if (canonical(expected) === canonical(this.#value)) return this;
    throw new UnmetExpectation('value is not as expected', expected, this.#value);
  }
}

function sorted(values: readonly string[]): string[] {
  return [...values].sort();
}

/** Whether a final dot, capital letters or quotes are written makes no difference. */
function plainValue(type: string, value: string): string {
  if (type === 'TXT') return value.startsWith('"') ? value : stringify(value);
  return value.toLowerCase().replace(/\.$/, '');
}

/** Text that is the same for the same data, in whatever order keys stand. */
function canonical(value: unknown): string {
  return (
    stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? String(value)
  );
}
