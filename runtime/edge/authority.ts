/** Whom a request is for: the host and the path of its fields, or that they cannot be believed. RFC 9110 §7.2, RFC 9112 §3.2. */

/** What a request asks for: `authority` in lower case with its port, `host` without, `target` the path and query. */
export interface AskedHost {
  readonly authority: string;
  readonly host: string;
  readonly target: string;
}

/** RFC 9112 §3.2: what has no Host, several or one that is malformed gets 400; so does a target that names another host. */
export function readAsked(authority: string | undefined, target: string): AskedHost | undefined {
  const match = AUTHORITY.exec(authority ?? '');
  const host = match?.[1];
  if (authority === undefined || host === undefined || !TARGET.test(target)) return undefined;
  const lower = authority.toLowerCase();
  const path = target.startsWith('/') ? target : pathIn(target, lower);
  if (path === undefined) return undefined;
  return { authority: lower, host: host.toLowerCase().replace(/\.$/, ''), target: path };
}

/**
 * The one Host field of a request of HTTP/1.1, from its fields as they came, names and values in turn; `undefined` if there
 * is none, or more than one.
 */
export function hostField(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (found !== undefined) return undefined;
    found = rawHeaders[at + 1];
  }
  return found;
}

/** The path in a target of absolute form (RFC 9112 §3.2.2), which must be for the same host as the Host field. */
function pathIn(target: string, authority: string): string | undefined {
  const match = ABSOLUTE.exec(target);
  if (match === null || match[1]?.toLowerCase() !== authority) return undefined;
  const rest = match[2] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** A name, or an address, and perhaps a port. */
const AUTHORITY = /^([\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?]+)(.*)$/i;
/** Nothing that could end a field, or begin a fragment (RFC 9112 §3.2.1). */
const TARGET = /^[!"$-~]+$/;
