/** `http` and `https`: a request to each address of a pool, or to one URL for the whole pool. */
import { isIP } from 'node:net';
import { type DataReader, type Fields, isWhole } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { createHttpProber, type HttpTarget } from './http-probe.ts';
import { type Aims, type CheckKind, MAX_PORT } from './kind.ts';

export const HTTP = httpKind('http', 80);
export const HTTPS = httpKind('https', 443);

type Scheme = HttpTarget['type'];

function httpKind(type: Scheme, defaultPort: number): CheckKind<HttpTarget> {
  return {
    type,
    fields: ['url', 'path', 'port', 'host', 'status'],
    read: (check, path, reader) =>
      check.url === undefined
        ? readEach(type, defaultPort, check, path, reader)
        : readUrl(type, defaultPort, check, path, reader),
    identity: ({ path, host, status }) => `${path} host=${host} status=${status?.join() ?? 'ok'}`,
    label: ({ path }) => path,
    createProber: createHttpProber,
  };
}

function readEach(
  type: Scheme,
  defaultPort: number,
  check: Fields,
  path: string,
  reader: DataReader,
): Aims<HttpTarget> {
  const port = reader.whole(check.port, keyPath(path, 'port'), 1, MAX_PORT) ?? defaultPort;
  const request = readRequest(check, path, reader);
  const at = (address: string) => {
    const host = request.host ?? authority(type, address, port);
    return { type, address, port, ...request, host };
  };
  return { kind: 'each', at };
}

function readUrl(
  type: Scheme,
  defaultPort: number,
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
  // A URL has an IPv6 address in brackets.
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? defaultPort : Number(url.port);
  const { host = url.host, status } = readRequest(check, path, reader);
  return { kind: 'one', aim: { type, address, port, path: url.pathname + url.search, host, status } };
}

/** The value of the Host header, with the port unless it is the scheme's default (RFC 9110 §7.2). */
function authority(type: Scheme, address: string, port: number): string {
  return new URL(`${type}://${isIP(address) === 6 ? `[${address}]` : address}:${port}`).host;
}

interface Request {
  readonly path: string;
  readonly host: string | undefined;
  readonly status: readonly number[] | undefined;
}

function readRequest(check: Fields, path: string, reader: DataReader): Request {
  const requested = reader.text(check.path, keyPath(path, 'path')) ?? '/';
  // A path with a line break would end the request line.
  if (!/^\/[\x21-\x7e]*$/.test(requested))
    reader.refuse(keyPath(path, 'path'), 'Must begin with "/" and hold no blanks');
  const host = reader.text(check.host, keyPath(path, 'host'));
  if (host !== undefined && isIP(host) === 0 && !/^[\w.-]{1,253}$/.test(host)) {
    reader.refuse(keyPath(path, 'host'), 'Must be a host name or an address');
  }
  return { path: requested, host, status: readStatus(check.status, keyPath(path, 'status'), reader) };
}

function readStatus(value: unknown, path: string, reader: DataReader): readonly number[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every((status) => isWhole(status, 100, 599))) {
    return [...new Set<number>(value)].sort((a, b) => a - b);
  }
  return reader.refuse(path, 'Must be an array of numbers from 100 to 599');
}
