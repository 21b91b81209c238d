/** A zone that tests ask: the production pipeline, with a world that is given. */
import { type ExplainParts, explain } from '../answer/explain/explain.ts';
import { outcomesOf } from '../answer/explain/outcomes.ts';
import { seededChance } from '../answer/steering/seeded-chance.ts';
import type { ServedPolicy } from '../answer/zones/served-zone.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type CompiledScript, placeOfFailure, withPlace } from '../build/failure-place.ts';
import type { Pool } from '../plan/plan.ts';
import type { Explanation } from '../rpc/explanation.ts';
import type { TestAsk } from '../rpc/test-talk.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { zoneNameFromText } from '../wire/zone-id.ts';
import { answerData, poolOfAnswer, shareName } from './answer-data.ts';
import { AskedHosts } from './coverage.ts';
import { setGivenAliases } from './given-aliases.ts';
import { setGivenHealth } from './given-health.ts';
import { type OfflineWorld, type OfflineZone, offlineParts, serveOffline } from './offline-zone.ts';
import { RanPieces } from './ran-lines.ts';
import { readCase, type TestCase } from './read-case.ts';

const MOST_ATTEMPTS = 3;

/** What a test gets for a question, and why. */
export interface TestAnswer {
  readonly value: object;
  readonly explanation: Explanation;
}

export class ZoneUnderTest {
  readonly name: string;
  readonly offline: OfflineZone;
  readonly asked = new AskedHosts();
  /** What of its policy has run, where that is counted. */
  readonly ran: RanPieces | undefined;
  readonly #parts: Omit<ExplainParts, 'clock' | 'random'>;
  readonly #sandbox: Sandbox;
  readonly #policy: ServedPolicy | undefined;

  private constructor(
    name: string,
    offline: OfflineZone,
    parts: Omit<ExplainParts, 'clock' | 'random'>,
    sandbox: Sandbox,
  ) {
    this.name = name;
    this.offline = offline;
    const { file = name, pieces } = offline.policy ?? {};
    this.ran = pieces && new RanPieces(file, pieces);
    this.#parts = parts;
    this.#sandbox = sandbox;
    const origin = zoneNameFromText(name);
    this.#policy = origin.ok
      ? parts.zones.find(origin.value, origin.value.length)?.attachment.policy
      : undefined;
  }

  static async serve(name: string, offline: OfflineZone, world: OfflineWorld): Promise<ZoneUnderTest> {
    const parts = offlineParts(world);
    await serveOffline(offline, parts, world.config);
    return new ZoneUnderTest(name, offline, parts, world.sandbox);
  }

  /** Answers a question of a test; fails in words for its author. */
  async answer(ask: TestAsk): Promise<Result<TestAnswer>> {
    const read = readCase(ask, this.name);
    if (!read.ok) return read;
    const { question, now, seed } = read.value;
    const targets = this.offline.update.policy?.targets ?? [];
    const sick = setGivenHealth(read.value, [...targets.keys()], this.#pools, this.#parts.health);
    if (sick !== undefined) return fail(sick);
    const astray = setGivenAliases(read.value.aliases, this.#policy?.aliased ?? [], this.#parts.health);
    if (astray !== undefined) return fail(astray);
    const parts = { ...this.#parts, clock: () => now, random: seededChance(seed) };
    try {
      if (ask.kind === 'distribution') return await this.#distribution(question, parts);
      const explanation = this.#placed(await this.#explain(question, parts));
      this.asked.note(explanation);
      return ok({ value: answerData(explanation, this.#pools), explanation });
    } finally {
      this.#forgive();
      if (this.#policy !== undefined) await this.ran?.fetch(this.#sandbox, this.#policy.key);
    }
  }

  /** A policy that got no processor for long enough has not failed: it is asked again. */
  async #explain(question: TestCase['question'], parts: ExplainParts): Promise<Explanation> {
    for (let attempt = 1; ; attempt += 1) {
      const explanation = await explain(question, parts);
      const isLate =
        explanation.fallback?.reason === 'deadline' || explanation.fallback?.reason === 'sandbox';
      if (!isLate || attempt === MOST_ATTEMPTS) return explanation;
      this.#forgive();
    }
  }

  async #distribution(question: TestCase['question'], parts: ExplainParts): Promise<Result<TestAnswer>> {
    const outcomes = await outcomesOf(question, parts);
    if (!outcomes.ok) return outcomes;
    const shares = new Map<string, number>();
    for (const { share, explanation } of outcomes.value) {
      const name = shareName(explanation, poolOfAnswer(explanation, this.#pools));
      shares.set(name, (shares.get(name) ?? 0) + share);
    }
    const [first] = outcomes.value;
    if (first === undefined) return fail('Nothing is answered');
    this.asked.note(first.explanation);
    return ok({
      value: { shares: Object.fromEntries(shares) },
      explanation: this.#placed(first.explanation),
    });
  }

  get #pools(): ReadonlyMap<string, Pool> {
    return this.#policy?.pools ?? new Map();
  }

  #placed(explanation: Explanation): Explanation {
    const script: CompiledScript | undefined = this.offline.script;
    return script === undefined
      ? explanation
      : withPlace(explanation, (trace) => placeOfFailure(trace, script));
  }

  /** A policy that fails in one test is not left alone in the next. */
  #forgive(): void {
    if (this.#policy === undefined) return;
    this.#policy.breaker.succeed();
    this.#sandbox.release(this.#policy.key);
  }
}
