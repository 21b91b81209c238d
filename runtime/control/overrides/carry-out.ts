/** Carries out what operators ask of overrides, or says precisely why not. */
import type { OverrideAsk, OverrideOutcome } from '../../admin/overrides/override-ask.ts';
import { assert } from '../../base/assert.ts';
import { meant } from '../../base/suggest.ts';
import {
  type OperatorOverride,
  overrideKey,
  type Ramp,
  shareLeft,
} from '../../health/overrides/operator-override.ts';
import { isSaidOf, type PoolShape, type Said } from '../../health/overrides/resolve.ts';
import { readTargetPattern, type TargetPattern } from '../../health/overrides/target-pattern.ts';
import type { Overrides } from './overrides.ts';

type Start = Extract<OverrideAsk, { do: OperatorOverride['kind'] }>;
type End = Exclude<OverrideAsk, Start>;

export async function carryOutOverride(ask: OverrideAsk, overrides: Overrides): Promise<OverrideOutcome> {
  const { now } = overrides;
  const why = overrides.whyNotNow;
  if (why !== undefined) return { kind: 'not-now', why };
  const pattern = readTargetPattern(ask.target);
  assert(pattern.ok, 'requests are read before they are carried out');
  return ask.do === 'undrain' || ask.do === 'clear'
    ? await end(ask, pattern.value, overrides, now)
    : await begin(ask, pattern.value, overrides, now);
}

async function begin(
  ask: Start,
  pattern: TargetPattern,
  overrides: Overrides,
  now: number,
): Promise<OverrideOutcome> {
  const before = overrides.said.find(({ override }) => overrideKey(override) === keyOf(ask, pattern));
  const override: OperatorOverride = {
    kind: ask.do,
    target: pattern.text,
    owner: ask.owner,
    ...(ask.reason !== undefined && { reason: ask.reason }),
    since: now,
    ...(ask.expires !== undefined && { expires: ask.expires }),
    ...(ask.do === 'drain' && rampOf(ask, before?.override, now)),
  };
  const said: Said = { override, pattern };
  const touched = poolsOf(said, overrides);
  if (touched.length === 0) return { kind: 'unknown', why: whyNobody(pattern, overrides) };
  const opposed = overrides.said.find((other) => isOpposed(said, other, touched));
  if (opposed !== undefined) return { kind: 'conflict', why: conflictOf(said, opposed) };
  const isKept = await overrides.change([said], []);
  const warnings = [...(isKept ? [] : [UNKEPT]), ...emptied(said, touched, overrides)];
  return { kind: 'done', overrides: [overrides.show(said)], warnings };
}

const UNKEPT = 'It is in force, but could not be written into the state folder: it is lost at the next start';

function keyOf({ do: kind }: Start, { text }: TargetPattern): string {
  return overrideKey({ kind, target: text });
}

/** A drain that goes on begins where it is. */
function rampOf(
  { overMs = 0, leave = 0 }: Start,
  before: OperatorOverride | undefined,
  now: number,
): { readonly ramp?: Ramp } {
  if (overMs === 0 && leave === 0) return {};
  if (overMs === 0) return { ramp: { from: leave, to: leave, begins: now - 1, ends: now } };
  const from = before?.kind === 'drain' ? shareLeft(before, now) : 1;
  return { ramp: { from, to: leave, begins: now, ends: now + overMs } };
}

interface TouchedPool {
  readonly zone: string;
  readonly pool: PoolShape;
}

function poolsOf(said: Said, { pools }: Overrides): TouchedPool[] {
  return [...pools.zones].flatMap((zone) =>
    said.pattern.zone.matches(zone)
      ? pools.of(zone).flatMap((pool) => (isSaidOf(said, zone, pool) ? [{ zone, pool }] : []))
      : [],
  );
}

/** One wants served what the other wants out, or down. */
function isOpposed(said: Said, other: Said, touched: readonly TouchedPool[]): boolean {
  if ((said.override.kind === 'up') === (other.override.kind === 'up')) return false;
  return touched.some(({ zone, pool }) => {
    if (!isSaidOf(other, zone, pool)) return false;
    const [mine, theirs] = [said.pattern.address, other.pattern.address];
    if (mine === undefined || theirs === undefined) return true;
    return pool.addresses().some((address) => mine.matches(address) && theirs.matches(address));
  });
}

function conflictOf({ override: { kind, target } }: Said, { override: other }: Said): string {
  const remedy =
    other.kind === 'drain' ? `dnsteer undrain '${other.target}'` : `dnsteer force clear '${other.target}'`;
  const wanted = kind === 'drain' ? 'drained' : `forced ${kind}`;
  return `${target} cannot be ${wanted}: ${describe(other)}. End that first: ${remedy}`;
}

function describe({ kind, target, owner, reason, since }: OperatorOverride): string {
  const what = kind === 'drain' ? 'drained' : `forced ${kind}`;
  const why = reason === undefined ? '' : `, "${reason}"`;
  return `${target} is ${what} (${owner}, since ${new Date(since).toISOString()}${why})`;
}

/** Says that a pattern is of nothing, and what may be meant. */
function whyNobody({ text, zone, pool, address }: TargetPattern, { pools }: Overrides): string {
  const zones = [...pools.zones].filter((one) => zone.matches(one));
  if (zones.length === 0)
    return zone.isGlob
      ? `No zone matches "${zone.text}"`
      : `No zone "${zone.text}" is served${near(zone.text, pools.zones)}`;
  const named = zones.flatMap((one) => pools.of(one));
  const where = zones.length === 1 ? zones[0] : `zones that match "${zone.text}"`;
  if (named.length === 0) return `${where} has no pools, and so nothing to override`;
  const matching = named.filter(({ name }) => pool.matches(name));
  if (matching.length === 0)
    return pool.isGlob
      ? `No pool of ${where} matches "${pool.text}"`
      : `${where} has no pool "${pool.text}"${meant(pool.text, new Set(named.map(({ name }) => name)))}`;
  if (address === undefined) return `Nothing matches "${text}"`;
  const known = new Set(matching.flatMap(({ addresses }) => addresses()));
  return address.isGlob
    ? `No address of pool "${pool.text}" matches "${address.text}"`
    : `Pool "${pool.text}" of ${where} has no address "${address.text}"${meant(address.text, known)}`;
}

function near(zone: string, zones: Iterable<string>): string {
  const text = meant(zone, zones);
  return text.startsWith('; did') ? text : '';
}

/** Zones of which nothing is left. */
function emptied({ override }: Said, touched: readonly TouchedPool[], overrides: Overrides): string[] {
  if (override.kind !== 'drain') return [];
  return [...new Set(touched.map(({ zone }) => zone))]
    .filter((zone) =>
      overrides.pools.of(zone).every(({ name }) => overrides.inForce(zone, name)?.whole === 0),
    )
    .map((zone) => `All pools of ${zone} are drained: whoever its policy sends to one of them gets NODATA`);
}

async function end(
  ask: End,
  pattern: TargetPattern,
  overrides: Overrides,
  now: number,
): Promise<OverrideOutcome> {
  const isDrain = ask.do === 'undrain';
  const ofKind = (said: Said) => (said.override.kind === 'drain') === isDrain;
  const found = overrides.said.filter((said) => ofKind(said) && isWithin(said.pattern, pattern));
  if (found.length === 0) return { kind: 'unknown', why: whyNone(ask, pattern, overrides) };
  const overMs = ask.do === 'undrain' ? ask.overMs : undefined;
  const returning = overMs === undefined ? [] : found.map((said) => returned(said, overMs, now));
  const isKept = await overrides.change(returning, overMs === undefined ? found : []);
  return {
    kind: 'done',
    overrides: (overMs === undefined ? found : returning).map((said) => overrides.show(said)),
    warnings: isKept ? [] : [UNKEPT],
  };
}

function returned(said: Said, overMs: number, now: number): Said {
  const ramp = { from: shareLeft(said.override, now), to: 1, begins: now, ends: now + overMs };
  return { ...said, override: { ...said.override, ramp } };
}

/** Whether an override is one of those that a pattern names: it is written in the same way, or a glob matches what is written. */
function isWithin(said: TargetPattern, asked: TargetPattern): boolean {
  if (said.text === asked.text) return true;
  if (!asked.zone.matches(said.zone.text) || !asked.pool.matches(said.pool.text)) return false;
  if (asked.address === undefined) return true;
  return said.address !== undefined && asked.address.matches(said.address.text);
}

function whyNone(ask: End, pattern: TargetPattern, overrides: Overrides): string {
  const isDrain = ask.do === 'undrain';
  const what = isDrain ? 'drained' : 'forced up or down';
  const asked: Said = { override: { kind: 'drain', target: pattern.text, owner: '', since: 0 }, pattern };
  const touched = poolsOf(asked, overrides);
  const covers = (said: Said) =>
    (said.override.kind === 'drain') === isDrain &&
    touched.some(({ zone, pool }) => isSaidOf(said, zone, pool));
  const wider = overrides.said.find(covers);
  if (wider !== undefined) {
    const verb = isDrain ? 'undrain' : 'force clear';
    return `${pattern.text} is ${what} by a wider override, ${describe(wider.override)}: dnsteer ${verb} '${wider.override.target}'`;
  }
  const window = overrides.windows.find(covers);
  if (window !== undefined)
    return `${pattern.text} is ${what} by the maintenance "${window.window}": change that in its file, or force it up`;
  return touched.length === 0 ? whyNobody(pattern, overrides) : `${pattern.text} is not ${what}`;
}
