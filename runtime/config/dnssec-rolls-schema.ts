/** Settings of rolls: what happens to keys by itself, and when. */
import { z } from 'zod';
import { ttlFromText } from '../wire/ttl.ts';
import { choice, list, section } from './kinds.ts';

const STEPS = ['start', 'report', 'expire', 'done'] as const;
type Step = (typeof STEPS)[number];

/** The steps of a kind of roll that are taken without an operator. */
function steps(preset: readonly Step[]) {
  return list(choice(STEPS), `steps of a roll (${STEPS.join(', ')})`).prefault([...preset]);
}

const FIRST_BY_HAND = ['report', 'expire', 'done'] as const;

export const automaticSteps = section({
  sign: steps(STEPS).describe('Of the first signing of a zone.'),
  csk: steps(STEPS).describe('Of the replacement of a key that signs all.'),
  ksk: steps(STEPS).describe('Of the replacement of a key that signs the keys.'),
  zsk: steps(STEPS).describe('Of the replacement of a key that signs the rest.'),
  algorithm: steps(FIRST_BY_HAND).describe('Of the change to another algorithm.'),
  unsign: steps(FIRST_BY_HAND).describe('Of the end of signing, of a zone that is in "zones" no more.'),
})
  .prefault({})
  .describe(
    'Steps of each kind of roll that are taken without an operator: it starts when it is due, a change counts as reported when every server shows it, expires when no cache holds what was there before, and is done when the old keys go.',
  );

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

export const lifetimes = section({
  csk: lifetime().prefault('never').describe('Of a key that signs all.'),
  ksk: lifetime().prefault('never').describe('Of a key that signs the keys.'),
  zsk: lifetime().prefault('30d').describe('Of a key that signs the rest.'),
})
  .prefault({})
  .describe('The age at which a key is due to be replaced, or "never".');

export const waits = section({
  zone: time(1, 30 * DAY)
    .prefault('1d')
    .describe(
      'How long caches keep records of a zone at the least. Longer TTLs of its records count as well.',
    ),
  parent: time(1, 30 * DAY)
    .prefault('1d')
    .describe('How long a parent may take to show a DS that was asked for, at all of its servers.'),
  margin: time(1, DAY).prefault('5m').describe('Added to each wait for caches.'),
  look: time(1, DAY)
    .prefault('5m')
    .describe('Between looks at the servers of a zone and of its parent, while a roll waits for them.'),
  idle: time(1, 7 * DAY)
    .prefault('1h')
    .describe('Between looks, while no roll does.'),
  purge: time(1, 3660 * DAY)
    .prefault('30d')
    .describe('How long files of keys that have ended are kept.'),
})
  .prefault({})
  .describe('How long rolls wait, in seconds or with a unit.');
