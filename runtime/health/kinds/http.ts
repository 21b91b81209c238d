/** `http` and `https`: a request to each address of a pool, or to one URL for the whole pool. */
import { isIP, isIPv6 } from 'node:net';
import { type DataReader, type Fields, isFields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { isHeaderValue, isRequestHeader } from '../../base/net/request-headers.ts';
import { hostInAuthority } from '../../base/net/socket-address.ts';
import { readOctetText } from './expected-text.ts';
import { createHttpProber } from './http-probe.ts';
import type { HttpTarget } from './http-request.ts';
import { type Aims, type CheckKind, MAX_PORT } from './kind.ts';
import { readLoadPlace } from './said-load.ts';
import { readStatuses, statusesText } from './statuses.ts';

const DEFAULT_PORTS = { http: 80, https: 443 };

export const HTTP = httpKind('http');
export const HTTPS = httpKind('https');

type Scheme = HttpTarget['type'];

function httpKind(type: Scheme): CheckKind<HttpTarget> {
  return {
    type,
    fields: ['url', 'path', 'port', 'host', 'status', 'method', 'headers', 'expect', 'load', 'version'],
    read: (check, path, reader) =>
      check.url === undefined ? readEach(type, check, path, reader) : readUrl(type, check, path, reader),
    identity: ({ path, host, status, method, headers, expect, load, version }) =>
      `${path} host=${host} status=${statusesText(status)}${written({ method, headers, expect, load, version })}`,
    label: ({ path }) => path,
    saysLoad: ({ load }) => load !== undefined,
    sent: ({ method, headers }) => method ?? Object.keys(headers ?? {})[0],
    createProber: createHttpProber,
  };
}

/** What is asked for beyond a path, as JSON: it has one form, whatever stands in it. */
function written(asked: Pick<HttpTarget, More>): string {
  return Object.values(asked).every((one) => one === undefined) ? '' : ` ${JSON.stringify(asked)}`;
}

function readEach(type: Scheme, check: Fields, path: string, reader: DataReader): Aims<HttpTarget> {
  const port = reader.whole(check.port, keyPath(path, 'port'), 1, MAX_PORT) ?? DEFAULT_PORTS[type];
  const request = readRequest(type, port, check, path, reader);
  const at = (address: string) => {
    const host = request.host ?? authority(type, address, port);
    return { type, address, port, ...request, host };
  };
  return { kind: 'each', at };
}

function readUrl(
  type: Scheme,
  check: Fields,
  path: string,
  reader: DataReader,
): Aims<HttpTarget> | undefined {
  for (const key of ['path', 'port']) {
    if (check[key] !== undefined) reader.refuse(keyPath(path, key), 'Is part of "url"; write it there');
  }
  const text = reader.text(check.url, keyPath(path, 'url')) ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== `${type}:`) {
    return reader.refuse(keyPath(path, 'url'), `Must be a URL that begins with "${type}://"`);
  }
  refuseUnsent(url, keyPath(path, 'url'), reader);
  // A URL has an IPv6 address in brackets.
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? DEFAULT_PORTS[type] : Number(url.port);
  const { host = url.host, ...request } = readRequest(type, port, check, path, reader);
  return { kind: 'one', aim: { type, address, port, ...request, path: url.pathname + url.search, host } };
}

/** Refuses what a URL may hold and a request would not say. */
function refuseUnsent({ username, password, hash }: URL, path: string, reader: DataReader): void {
  // RFC 9110 §4.2.4: credentials in a URL are not sent, and all who see the policy see them.
  if (username !== '' || password !== '')
    reader.refuse(
      path,
      'Must not hold a user or password; the setting "health.requests" gives probes their headers',
    );
  if (hash !== '') reader.refuse(path, 'Must not hold "#": what follows it is not sent');
}

/** The value of the Host header: with the port, unless it is the scheme's default (RFC 9110 §7.2). */
function authority(type: Scheme, host: string, port: number): string {
  const name = hostInAuthority(host);
  return port === DEFAULT_PORTS[type] ? name : `${name}:${port}`;
}

/** What most checks do not say. */
type More = 'method' | 'headers' | 'expect' | 'load' | 'version';

interface Request extends Pick<HttpTarget, 'path' | 'status' | More> {
  readonly host: string | undefined;
}

function readRequest(type: Scheme, port: number, check: Fields, path: string, reader: DataReader): Request {
  const requested = reader.text(check.path, keyPath(path, 'path')) ?? '/';
  // A path with a line break would end the request line.
  if (!/^\/[\x21-\x7e]*$/.test(requested))
    reader.refuse(keyPath(path, 'path'), 'Must begin with "/" and hold no blanks');
  else if (requested.includes('#'))
    reader.refuse(keyPath(path, 'path'), 'Must not hold "#": what follows it is not sent');
  const host = reader.text(check.host, keyPath(path, 'host'));
  if (host !== undefined && !isHost(host))
    reader.refuse(keyPath(path, 'host'), 'Must be a host name or an address, and may have a port');
  return {
    path: requested,
    host: host && hostWithPort(type, host, port),
    status: readStatuses(check.status, keyPath(path, 'status'), reader),
    ...readMore(check, path, reader),
  };
}

/** What most checks do not say: it is absent then. */
function readMore(check: Fields, path: string, reader: DataReader) {
  const method = readMethod(check.method, keyPath(path, 'method'), reader);
  const headers = readHeaders(check.headers, keyPath(path, 'headers'), reader);
  const expect = readOctetText(check.expect, keyPath(path, 'expect'), reader);
  const load = readLoadPlace(check.load, keyPath(path, 'load'), reader);
  const version = readVersion(check.version, keyPath(path, 'version'), reader);
  if (method === 'HEAD' && load !== undefined && 'json' in load)
    reader.refuse(keyPath(path, 'load'), 'Looks at the body, and a response to HEAD has none');
  if (method === 'HEAD' && expect !== undefined)
    reader.refuse(keyPath(path, 'expect'), 'Looks at the body, and a response to HEAD has none');
  return {
    ...(method !== undefined && { method }),
    ...(headers !== undefined && { headers }),
    ...(expect !== undefined && { expect }),
    ...(load !== undefined && { load }),
    ...(version === 2 && { version }),
  };
}

function readVersion(value: unknown, path: string, reader: DataReader): 1 | 2 | undefined {
  if (value === undefined || value === 1 || value === 2) return value;
  return reader.refuse(path, 'Must be 1 or 2: HTTP/1.1, or HTTP/2');
}

const METHODS: readonly unknown[] = ['GET', 'HEAD', 'OPTIONS', 'POST'];

function readMethod(value: unknown, path: string, reader: DataReader): string | undefined {
  if (METHODS.includes(value)) return String(value);
  return value === undefined ? undefined : reader.refuse(path, 'Must be GET, HEAD, OPTIONS or POST');
}

const MOST_HEADERS = 16;

function readHeaders(
  value: unknown,
  path: string,
  reader: DataReader,
): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined;
  const entries = isFields(value) ? Object.entries(value) : [];
  if (entries.length === 0 || entries.length > MOST_HEADERS)
    return reader.refuse(path, `Must be an object of 1 to ${MOST_HEADERS} headers`);
  for (const [name, text] of entries) {
    if (!isRequestHeader(name)) reader.refuse(keyPath(path, name), 'Is no header that a check may set');
    else if (typeof text !== 'string' || !isHeaderValue(text))
      reader.refuse(keyPath(path, name), 'Must be a text of ASCII characters without line breaks');
  }
  return Object.fromEntries(entries.map(([name, text]) => [name, String(text)]));
}

/** A name or an address, in brackets or not, perhaps with a port. */
function isHost(host: string): boolean {
  const { name = '', port = '1' } = HOST.exec(host)?.groups ?? {};
  const address = /^\[(.*)\]$/.exec(name)?.[1];
  const isName = address === undefined ? /^[\w.-]{1,254}$/.test(name) : isIPv6(address);
  return isIP(host) !== 0 || (isName && Number(port) >= 1 && Number(port) <= MAX_PORT);
}

/** A port that the author wrote stays; it need not be the one that is connected to. */
function hostWithPort(type: Scheme, host: string, port: number): string {
  const isWritten = isIP(host) === 0 && HOST.exec(host)?.groups?.port !== undefined;
  return isWritten ? host : authority(type, host, port);
}

const HOST = /^(?<name>\[[^\]]*\]|[^:]*)(?::(?<port>\d{1,5}))?$/;
