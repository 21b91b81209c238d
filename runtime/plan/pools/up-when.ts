/**
 * How much of a pool has to be up for the pool to be up: a share of its checked records, each with a weight. All
 * that asks for the health of a pool goes by it: steering, policies, the status, and the walk through cases.
 */
import type { DataReader } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { addressToText, parseAddress } from '../../base/net/ip.ts';
import { isAddressType, RRTYPE } from '../../wire/iana/rrtype.ts';
import { checkedSlots, type Pool, type RecordSet, type UpWhen } from '../plan.ts';

const MOST_WEIGHT = 1_000_000;
const MOST_WEIGHTS = 4096;
const FIELDS = ['percent', 'weights'];

/** Whether a pool is down of which so much of all is up. */
export function isBelow(up: number, all: number, percent: number): boolean {
  return up === 0 || 100 * up < percent * all;
}

/** Reads the threshold of a pool; `undefined` if there is a problem. */
export function readUpWhen(
  value: unknown,
  path: string,
  sets: readonly RecordSet[],
  reader: DataReader,
): UpWhen | undefined {
  const fields = reader.fields(value, path);
  const percent = reader.number(fields.percent, keyPath(path, 'percent'), 1, 100);
  if (fields.percent === undefined)
    reader.refuse(keyPath(path, 'percent'), 'Is required: the share that has to be up, from 1 to 100');
  for (const key of Object.keys(fields).slice(0, 2 * FIELDS.length))
    if (!FIELDS.includes(key)) reader.refuse(keyPath(path, key), 'There is no such field');
  if (percent === undefined) return undefined;
  if (fields.weights === undefined) return { percent };
  const weights = readWeightsOf(fields.weights, keyPath(path, 'weights'), sets, reader);
  return weights && { percent, weights };
}

function readWeightsOf(
  value: unknown,
  path: string,
  sets: readonly RecordSet[],
  reader: DataReader,
): readonly (readonly number[])[] | undefined {
  const addresses = new Set(sets.flatMap(addressesIn));
  const given = new Map<string, number>();
  for (const [text, weight, at] of reader.entries(value, path, MOST_WEIGHTS)) {
    const address = parseAddress(text);
    const written = address && addressToText(address);
    if (written === undefined || !addresses.has(written)) reader.refuse(at, 'The pool has no such address');
    else given.set(written, reader.whole(weight ?? null, at, 0, MOST_WEIGHT) ?? 0);
  }
  const weights = sets.map((set) => {
    const texts = addressesIn(set);
    return set.rdatas.map((_, index) => given.get(texts[index] ?? '') ?? 1);
  });
  const areZero = [...addresses].every((address) => given.get(address) === 0);
  return areZero ? reader.refuse(path, 'All weights are 0') : weights;
}

function addressesIn({ type, rdatas }: RecordSet): string[] {
  if (!isAddressType(type)) return [];
  return rdatas.map((bytes) => addressToText({ family: type === RRTYPE.A ? 4 : 6, bytes }));
}

/** The weight of each target, by its slot: of all records that follow it together. */
export function slotWeights({ sets, overridden, upWhen }: Pool): ReadonlyMap<number, number> {
  const weights = new Map<number, number>();
  for (const [at, { slots }] of sets.entries()) {
    const probed = overridden?.sets[at]?.slots ?? slots;
    for (const [index, slot] of slots.entries())
      if ((probed[index] ?? -1) >= 0)
        weights.set(slot, (weights.get(slot) ?? 0) + (upWhen?.weights?.[at]?.[index] ?? 1));
  }
  return weights;
}

/** A target that can be down alone while the pool is not; `undefined` where the pool is up or down as a whole. */
export function slotToSpare(pool: Pool): number | undefined {
  if (checkedSlots(pool).size < 2) return undefined;
  const weights = [...slotWeights(pool)];
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const lightest = weights.reduce((least, one) => (one[1] < least[1] ? one : least));
  const { percent = 0 } = pool.upWhen ?? {};
  return isBelow(all - lightest[1], all, percent) ? undefined : lightest[0];
}
