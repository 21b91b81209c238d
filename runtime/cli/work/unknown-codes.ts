/** What `check` finds of codes that no client and no question has: `client.country === 'UK'`, `query.type === 'a'`. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { suggest } from '../../base/suggest.ts';
import { type CodeFact, type ComparedText, comparedTexts } from '../../build/compared-texts.ts';
import type { CompiledScript } from '../../build/failure-place.ts';
import { countries } from '../../geo/continent.ts';
import { RECORD_TYPES } from '../../wire/iana/record-types.ts';

/** A warning for each place of a policy where it compares with such a code. */
export function unknownCodes(policy: CompiledScript): Diagnostic[] {
  return comparedTexts(policy).flatMap((compared) => warningOf(compared) ?? []);
}

/**
 * The warnings that TypeScript has no error for on the same line, and its errors, which say what to write where a warning
 * does.
 */
export function joinWarnings(
  warnings: readonly Diagnostic[],
  types: readonly Diagnostic[],
): [warnings: Diagnostic[], types: Diagnostic[]] {
  const isSame = (a: Diagnostic, b: Diagnostic): boolean => a.file === b.file && a.line === b.line;
  const told = types.map((type) => {
    const warning = NO_OVERLAP.test(type.message) && warnings.find((one) => isSame(one, type));
    return warning ? { ...type, remedy: `${warning.message}: ${inSentence(warning.remedy ?? '')}` } : type;
  });
  const rest = warnings.filter(
    (warning) => !types.some((type) => NO_OVERLAP.test(type.message) && isSame(warning, type)),
  );
  return [rest, told];
}

function inSentence(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** TypeScript says that a comparison is never true. */
const NO_OVERLAP = /\(TS(?:2367|2678)\)$/;

const COUNTRIES: ReadonlySet<string> = new Set(countries());
/** ISO 3166-1 §8.1.3: codes that anybody may use for what they like, in settings as well. */
const FREE = /^(?:AA|Q[M-Z]|X[A-Z]|ZZ)$/;
const CONTINENTS: Readonly<Record<string, string>> = {
  AF: 'Africa',
  AN: 'Antarctica',
  AS: 'Asia',
  EU: 'Europe',
  NA: 'North America',
  OC: 'Oceania',
  SA: 'South America',
};

type Judge = (text: string) => { readonly message: string; readonly remedy: string } | undefined;

const JUDGES: Readonly<Record<CodeFact, Judge>> = {
  country: ofCountry,
  continent: ofContinent,
  type: ofType,
};

function warningOf({ fact, text, place }: ComparedText): Diagnostic | undefined {
  const judged = JUDGES[fact](text);
  if (judged === undefined) return undefined;
  const { text: source, ...position } = place;
  const shown = source === undefined ? {} : { source };
  return { code: 'POLICY_COMPARISON', severity: 'warning', ...judged, ...position, ...shown };
}

function ofCountry(text: string): ReturnType<Judge> {
  const code = text.toUpperCase();
  const name = codeOfName(text);
  if (
    COUNTRIES.has(text) ||
    FREE.test(code) ||
    (name === undefined && !/^(?:[a-z]{2}|[A-Z]{2,3})$/.test(text))
  )
    return undefined;
  const message = `No country has the code "${text}"`;
  if (code === 'EU')
    return { message, remedy: 'Read client.eu for the European Union, or client.continent for Europe' };
  const meant = name ?? (COUNTRIES.has(code) ? code : successorOf(code));
  const remedy =
    meant === undefined ? 'Write a code of two letters (ISO 3166-1 alpha-2)' : `Write "${meant}"`;
  return { message, remedy };
}

/** The country that a code stands for which is out of use, or reserved: GB for UK (CLDR); the Union says EL for Greece. */
function successorOf(code: string): string | undefined {
  if (code === 'EL') return 'GR';
  if (code.length !== 2) return undefined;
  const { region = '' } = new Intl.Locale(`und-${code}`);
  return region !== code && COUNTRIES.has(region) ? region : undefined;
}

/** By its name in English. */
function codeOfName(text: string): string | undefined {
  if (text.length < 4) return undefined;
  const names = new Intl.DisplayNames('en', { type: 'region' });
  return [...COUNTRIES].find((code) => names.of(code)?.toLowerCase() === text.toLowerCase());
}

function ofContinent(text: string): ReturnType<Judge> {
  const code = text.toUpperCase();
  const [named] = Object.entries(CONTINENTS).find(([, name]) => name.toUpperCase() === code) ?? [];
  if (Object.hasOwn(CONTINENTS, text) || (named === undefined && !/^[A-Za-z]{2}$/.test(text)))
    return undefined;
  const meant = named ?? (Object.hasOwn(CONTINENTS, code) ? code : undefined);
  const remedy =
    meant === undefined ? `Continents are ${Object.keys(CONTINENTS).join(', ')}` : `Write "${meant}"`;
  return { message: `No continent has the code "${text}"`, remedy };
}

function ofType(text: string): ReturnType<Judge> {
  const name = text.toUpperCase();
  if (Object.hasOwn(RECORD_TYPES, text) || /^TYPE\d+$/.test(text) || !/^[\w-]+$/.test(text)) return undefined;
  const meant = Object.hasOwn(RECORD_TYPES, name) ? name : suggest(name, Object.keys(RECORD_TYPES));
  const remedy = meant === undefined ? 'Types without a name are written "TYPE65280"' : `Write "${meant}"`;
  return { message: `No question is of the type "${text}"`, remedy };
}
