/**
 * The settings as a flat list, with one entry for each setting with a value (`policy.budget`), derived from
 * the schema. Environment variables and `dnsteer config` use this list.
 */
import { z } from 'zod';
import { configSchema } from './schema.ts';

export interface Setting {
  /** The full name: `policy.maxBudget`. */
  readonly name: string;
  readonly path: readonly string[];
  /** The environment variable, `DNSTEER_POLICY_MAX_BUDGET`; a mapping has none. */
  readonly variable: string | undefined;
  /** The default as an operator would write it; `undefined` if there is none. */
  readonly fallback: unknown;
  readonly description: string;
  readonly isList: boolean;
  /** Whether its value is never shown. */
  readonly isSecret: boolean;
  /** Whether an unparsed text is a valid value: `"8"` is a path, but no number. */
  takesText(text: string): boolean;
}

/** All settings, in the order of the schema. */
export const SETTINGS: readonly Setting[] = [...settingsIn(configSchema, [])];

/** The keys of a section such as `['policy']`; empty if `path` is no section. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configSchema;
  for (const key of path) schema = childOf(inner(schema), key);
  const section = inner(schema);
  return section instanceof z.ZodObject ? Object.keys(section.shape) : [];
}

/** Whether the value at a path must never be shown. */
export function isSecret(path: readonly PropertyKey[]): boolean {
  return SETTINGS.some(
    (setting) => setting.isSecret && setting.path.every((key, depth) => key === path[depth]),
  );
}

function* settingsIn(schema: unknown, path: readonly string[]): Generator<Setting> {
  const kind = inner(schema);
  if (kind instanceof z.ZodObject) {
    for (const [key, child] of Object.entries(kind.shape)) yield* settingsIn(child, [...path, key]);
  } else if (schema instanceof z.ZodType) {
    yield {
      name: path.join('.'),
      path,
      variable: kind instanceof z.ZodRecord ? undefined : variableOf(path),
      fallback: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
      description: schema.description ?? '',
      isList: kind instanceof z.ZodArray,
      isSecret: kind instanceof z.ZodType && kind.meta()?.writeOnly === true,
      takesText: (text) => schema.safeParse(text).success,
    };
  }
}

function variableOf(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase());
  return `DNSTEER_${words.join('_')}`;
}

/** Unwraps defaults and options; of a union, takes the section (a name server is a name, or a section). */
function inner(schema: unknown): unknown {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return inner(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodObject);
  return schema;
}

function childOf(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}
