/**
 * What chance can make of one question: every outcome of every throw, with its share. A throw says what its outcomes are
 * (steering/draw.ts), so each of them is taken in turn, in a run of the pipeline of its own.
 */
import { fail, ok, type Result } from '../../base/result.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { Decision } from '../decision.ts';
import { Exchange } from '../exchange.ts';
import type { Draw } from '../steering/draw.ts';
import { type ExplainParts, explainAgain } from './explain.ts';

/** One of them. */
export interface ChanceOutcome {
  /** Of all queries alike, above 0 and up to 1. */
  readonly share: number;
  readonly explanation: Explanation;
}

/** Outcomes that one question may have, all throws together. */
const MOST_OUTCOMES = 4096;

/** All outcomes, whose shares add up to 1. The policy runs once for each host that a CNAME leads to. */
export async function outcomesOf(
  question: ExplainAsk,
  parts: ExplainParts,
): Promise<Result<readonly ChanceOutcome[]>> {
  let throws = new Throws([]);
  const random = (): number => throws.next(exchange.draw);
  const exchange: Exchange = new Exchange(parts.geo, parts.health, {
    ...(parts.clock && { clock: parts.clock }),
    random,
  });
  const decisions: Decision[] = [];
  const outcomes: ChanceOutcome[] = [];
  const paths: Path[] = [[]];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    if (outcomes.length === MOST_OUTCOMES)
      return fail(`Chance makes more than ${MOST_OUTCOMES} answers of this question`);
    throws = new Throws(path);
    const explanation = await explainAgain(exchange, question, parts, decisions);
    outcomes.push({ share: throws.shareOf(exchange.draw.count), explanation });
    paths.push(...throws.others(exchange.draw.count));
  }
  return ok(outcomes);
}

/** Which outcome each throw has, from the first on. */
type Path = readonly number[];

interface Thrown {
  readonly outcome: number;
  readonly share: number;
  /** What it could have come to as well. */
  readonly others: readonly number[];
}

/** The throws of one run: those on the path come out as it says, and others as they may first. */
class Throws {
  readonly #path: Path;
  readonly #thrown: Thrown[] = [];

  constructor(path: Path) {
    this.#path = path;
  }

  /** A number that leads to the outcome. The draw knows the shares, and which throw of the query it is. */
  next({ count, shares, size }: Draw): number {
    const of = shares.subarray(0, size);
    const total = of.reduce((sum, share) => sum + share, 0);
    const possible = [...of.keys()].filter((index) => (of[index] ?? 0) > 0);
    const outcome = this.#path[count - 1] ?? possible[0] ?? 0;
    const share = (of[outcome] ?? 0) / total;
    this.#thrown[count - 1] = { outcome, share, others: possible.filter((index) => index !== outcome) };
    const before = of.subarray(0, outcome).reduce((sum, one) => sum + one, 0);
    return before / total + share / 2;
  }

  /** The share of what the first so many throws came to; a query that had to wait may have thrown others before. */
  shareOf(count: number): number {
    return this.#thrown.slice(0, count).reduce((product, { share }) => product * share, 1);
  }

  /** Paths that part from this one behind the end of what was prescribed. */
  others(count: number): Path[] {
    const outcomes = this.#thrown.map(({ outcome }) => outcome);
    return this.#thrown.slice(0, count).flatMap(({ others }, at) => {
      if (at < this.#path.length) return [];
      return others.map((other) => [...outcomes.slice(0, at), other]);
    });
  }
}
