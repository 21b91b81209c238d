/** Settings of rolls: what happens to keys by itself, and when. */
import { z } from 'zod';
import { ttlFromText } from '../wire/ttl.ts';
import { choice, list, section } from './kinds.ts';

const STEPS = ['start', 'report', 'expire', 'done'] as const;
type Step = (typeof STEPS)[number];

const steps = () => list(choice(STEPS), `steps of a roll (${STEPS.join(', ')})`);

const ALL: Step[] = [...STEPS];
const FIRST_BY_HAND: Step[] = ['report', 'expire', 'done'];

const DAY = 86_400;

function time(least: number, most: number) {
  const form = `must be a time from ${least} s to ${most / DAY} days, in seconds or with a unit, such as "14d"`;
  return z.union([z.int(), z.string()], { error: form }).transform((written, context): number => {
    const seconds = ttlFromText(String(written));
    if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
    context.addIssue({ code: 'custom', input: written, message: form });
    return z.NEVER;
  });
}

const lifetime = () => z.union([choice(['never']), time(3600, 3660 * DAY)]);

/** What can be set for all signed zones, and for some. */
const STEP_KINDS = {
  sign: steps(),
  csk: steps(),
  ksk: steps(),
  zsk: steps(),
  algorithm: steps(),
  unsign: steps(),
};
const LIFETIMES = { csk: lifetime(), ksk: lifetime(), zsk: lifetime() };
const WAITS = {
  zone: time(1, 30 * DAY),
  parent: time(1, 30 * DAY),
  margin: time(1, DAY),
  look: time(1, DAY),
  idle: time(1, 7 * DAY),
  purge: time(1, 3660 * DAY),
};

export const automaticSteps = section({
  sign: STEP_KINDS.sign.prefault(ALL).describe('Of the first signing of a zone.'),
  csk: STEP_KINDS.csk.prefault(ALL).describe('Of the replacement of a key that signs all.'),
  ksk: STEP_KINDS.ksk.prefault(ALL).describe('Of the replacement of a key that signs the keys.'),
  zsk: STEP_KINDS.zsk.prefault(ALL).describe('Of the replacement of a key that signs the rest.'),
  algorithm: STEP_KINDS.algorithm.prefault(FIRST_BY_HAND).describe('Of the change to another algorithm.'),
  unsign: STEP_KINDS.unsign
    .prefault(FIRST_BY_HAND)
    .describe('Of the end of signing, of a zone that is in "zones" no more.'),
})
  .prefault({})
  .describe(
    'Steps of each kind of roll that are taken without an operator: it starts when it is due, a change counts as reported when every server shows it, expires when no cache holds what was there before, and is done when the old keys go.',
  );

export const lifetimes = section({
  csk: LIFETIMES.csk.prefault('never').describe('Of a key that signs all.'),
  ksk: LIFETIMES.ksk.prefault('never').describe('Of a key that signs the keys.'),
  zsk: LIFETIMES.zsk.prefault('30d').describe('Of a key that signs the rest.'),
})
  .prefault({})
  .describe('The age at which a key is due to be replaced, or "never".');

export const waits = section({
  zone: WAITS.zone
    .prefault('1d')
    .describe(
      'How long caches keep records of a zone at the least. Longer TTLs of its records count as well.',
    ),
  parent: WAITS.parent
    .prefault('1d')
    .describe('How long a parent may take to show a DS that was asked for, at all of its servers.'),
  margin: WAITS.margin.prefault('5m').describe('Added to each wait for caches.'),
  look: WAITS.look
    .prefault('5m')
    .describe('Between looks at the servers of a zone and of its parent, while a roll waits for them.'),
  idle: WAITS.idle.prefault('1h').describe('Between looks, while no roll does.'),
  purge: WAITS.purge.prefault('30d').describe('How long files of keys that have ended are kept.'),
})
  .prefault({})
  .describe('How long rolls wait, in seconds or with a unit.');

/** The same of some zones: what is left out is as for all. */
export const ownRolls = {
  automatic: section(STEP_KINDS).partial().optional(),
  lifetimes: section(LIFETIMES).partial().optional(),
  waits: section(WAITS).partial().optional(),
};
