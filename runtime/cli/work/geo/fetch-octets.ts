/** Fetches a file over HTTPS: bounded in octets and time, with no step to an address that is not encrypted. */
import { fail, ok, type Result } from '../../../base/result.ts';

export interface FetchOptions {
  readonly mostOctets: number;
  /** `user:password`, sent to the host of the address only. */
  readonly login?: string | undefined;
}

const MOST_REDIRECTS = 5;
const PATIENCE_MS = 600_000;
/** A program of this machine may hand over files without a certificate. */
const HERE = new Set(['localhost', '127.0.0.1', '[::1]']);

export async function fetchOctets(from: string, options: FetchOptions): Promise<Result<Buffer>> {
  const first = urlOf(from);
  if (!first.ok) return first;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let url = first.value;
  try {
    for (let step = 0; step <= MOST_REDIRECTS; step += 1) {
      const response = await fetch(url, {
        redirect: 'manual',
        signal,
        headers: headersFor(url, first.value, options.login),
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        const next = urlOf(new URL(location, url).href);
        if (!next.ok) return fail(`it leads elsewhere, and ${next.problem}`);
        url = next.value;
      } else if (!response.ok) {
        await response.body?.cancel();
        return fail(`the server says ${response.status} ${response.statusText}`.trimEnd());
      } else return await bodyOf(response, options.mostOctets);
    }
    return fail(`it leads elsewhere more than ${MOST_REDIRECTS} times`);
  } catch (error) {
    return fail(reasonOf(error));
  }
}

function urlOf(text: string): Result<URL> {
  if (!URL.canParse(text)) return fail('that is no address');
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && HERE.has(url.hostname));
  if (!isSafe) return fail(`only https is fetched from other machines, not ${url.protocol}//`);
  if (url.username !== '' || url.password !== '')
    return fail('user and password do not belong into an address, which others can see: say --login-file');
  return ok(url);
}

function headersFor(url: URL, first: URL, login: string | undefined): Record<string, string> {
  const isItsHost = url.origin === first.origin;
  return login !== undefined && isItsHost
    ? { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
    : {};
}

async function bodyOf({ body, headers }: Response, mostOctets: number): Promise<Result<Buffer>> {
  const problem = `it has more than ${Math.floor(mostOctets / 2 ** 20)} MiB; --most says how many may be read`;
  if (Number(headers.get('content-length') ?? 0) > mostOctets) {
    await body?.cancel();
    return fail(problem);
  }
  const parts: Uint8Array[] = [];
  let octets = 0;
  // Leaving the loop ends the connection.
  for await (const part of body ?? []) {
    octets += part.length;
    if (octets > mostOctets) return fail(problem);
    parts.push(part);
  }
  return ok(Buffer.concat(parts));
}

/** The cause tells more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `it did not come within ${PATIENCE_MS / 60_000} minutes`;
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
