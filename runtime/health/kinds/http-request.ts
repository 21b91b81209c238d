/** What a check of HTTP asks, in whatever version. What the operator says counts before what the policy says. */
import type { RequestRule } from '../requests.ts';
import type { Target } from '../target.ts';
import type { LoadPlace } from './said-load.ts';
import type { StatusRange } from './statuses.ts';

export interface HttpTarget extends Target {
  readonly type: 'http' | 'https';
  readonly path: string;
  /** Host header, and for https the server name to verify. */
  readonly host: string;
  readonly status?: readonly StatusRange[] | undefined;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A text that must stand in the body. */
  readonly expect?: string | undefined;
  readonly load?: LoadPlace | undefined;
  /** The major version of HTTP; absent: 1. */
  readonly version?: 2 | undefined;
}

type Header = readonly [name: string, value: string];

const USUAL: readonly Header[] = [
  ['User-Agent', 'dnsteer'],
  ['Accept', '*/*'],
];

/** The method, and the headers beside those of the version, with names as they were written. */
export function whatToAsk(
  target: Pick<HttpTarget, 'method' | 'headers'>,
  rule: RequestRule | undefined,
): { readonly method: string; readonly headers: readonly Header[] } {
  const headers = new Map<string, Header>(USUAL.map((usual) => [usual[0].toLowerCase(), usual]));
  for (const given of [target.headers, rule?.headers])
    for (const [name, value] of Object.entries(given ?? {})) headers.set(name.toLowerCase(), [name, value]);
  return { method: rule?.method ?? target.method ?? 'GET', headers: [...headers.values()] };
}
