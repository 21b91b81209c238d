/** `http` and `https`: a request to each address of a pool, or to one URL for the whole pool. */
import { isIP, isIPv6 } from 'node:net';
import { type DataReader, type Fields, isWhole } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { createHttpProber, type HttpTarget } from './http-probe.ts';
import { type Aims, type CheckKind, MAX_PORT } from './kind.ts';

const DEFAULT_PORTS = { http: 80, https: 443 };

export const HTTP = httpKind('http');
export const HTTPS = httpKind('https');

type Scheme = HttpTarget['type'];

function httpKind(type: Scheme): CheckKind<HttpTarget> {
  return {
    type,
    fields: ['url', 'path', 'port', 'host', 'status'],
    read: (check, path, reader) =>
      check.url === undefined ? readEach(type, check, path, reader) : readUrl(type, check, path, reader),
    identity: ({ path, host, status }) => `${path} host=${host} status=${status?.join() ?? 'ok'}`,
    label: ({ path }) => path,
    createProber: createHttpProber,
  };
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
  const { host = url.host, status } = readRequest(type, port, check, path, reader);
  return { kind: 'one', aim: { type, address, port, path: url.pathname + url.search, host, status } };
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
  const name = isIPv6(host) ? `[${host}]` : host;
  return port === DEFAULT_PORTS[type] ? name : `${name}:${port}`;
}

interface Request {
  readonly path: string;
  readonly host: string | undefined;
  readonly status: readonly number[] | undefined;
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
    status: readStatus(check.status, keyPath(path, 'status'), reader),
  };
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

function readStatus(value: unknown, path: string, reader: DataReader): readonly number[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every((status) => isWhole(status, 100, 599))) {
    return [...new Set<number>(value)].sort((a, b) => a - b);
  }
  return reader.refuse(path, 'Must be an array of numbers from 100 to 599');
}
