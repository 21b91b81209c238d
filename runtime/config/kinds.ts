/**
 * The kinds of value a setting can have. The complaint of each ends a sentence that begins with the setting's
 * name: '… must be a whole number from 1 to 256'.
 */
import { z } from 'zod';

/** A mapping with known keys only. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a mapping' });
}

/** A list whose items are all of one kind. */
export function list<Item extends z.ZodType>(item: Item, what: string) {
  return z.array(item, { error: `must be a list of ${what}` });
}

/** A text that is not empty and passes the test. */
export function text(complaint: string, test: (written: string) => boolean = () => true) {
  return z
    .string({ error: complaint })
    .refine((written) => written !== '' && test(written), { error: complaint });
}

/** A text that is never shown where settings are listed: JSON Schema calls this `writeOnly`. */
export function secret(complaint: string, test: (written: string) => boolean) {
  return text(complaint, test).meta({ writeOnly: true });
}

/** A text that is parsed into another value. */
export function parsed<T>(complaint: string, parse: (written: string) => T | undefined) {
  return z.string({ error: complaint }).transform((written, context): T => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', input: written, message: complaint });
    return z.NEVER;
  });
}

/** A whole number within bounds. */
export function whole(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** Any number within bounds. */
export function number(min: number, max: number) {
  const error = `must be a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** Yes or no. */
export function flag() {
  return z.boolean({ error: 'must be true or false' });
}

/** One of a few words. */
export function choice<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

/** Name or number of a user or group, as text. */
export function account() {
  const error = 'must be a name or a number';
  return z
    .union([text(error), whole(0, 2 ** 32 - 2)], { error })
    .transform(String)
    .optional();
}

/** Complains if one setting of a section is above another. */
export function notAbove<Key extends string>(
  context: z.RefinementCtx,
  section: Readonly<Record<Key, number>>,
  lower: NoInfer<Key>,
  upper: NoInfer<Key>,
  name: string,
): void {
  if (section[lower] <= section[upper]) return;
  const message = `must not be above ${name}.${upper} (${section[upper]})`;
  context.addIssue({ code: 'custom', path: [lower], input: section[lower], message });
}
