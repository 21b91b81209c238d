/**
 * What to probe for a pool: its `check`, defaults filled in, as one target for the whole pool (where
 * it has a URL) or one for each address.
 */
import { isIP } from 'node:net';
import { type DataReader, type Fields, isWhole } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import { addressToText } from '../base/net/ip.ts';
import type { CheckTiming, Target } from '../health/target.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { RecordSet } from './plan.ts';

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const MAX_INTERVAL = 3600;
const MAX_RESULTS = 100;
const MAX_PORT = 65535;

/** The target for each value of each set; `undefined` where nothing checks it. */
export type TargetOf = (type: number, rdata: Uint8Array) => Target | undefined;

type Timing = Pick<Target, 'intervalMs' | 'timeoutMs' | 'rise' | 'fall'>;
type Request = {
  readonly path: string;
  readonly host: string | undefined;
  readonly status: readonly number[] | undefined;
};

/** Reads a check and says what it probes; `undefined` where there is a problem. */
export function readCheck(
  value: unknown,
  path: string,
  sets: readonly RecordSet[],
  reader: DataReader,
  defaults: CheckTiming,
): TargetOf | undefined {
  const check = reader.fields(value, path);
  const timing = readTiming(check, path, reader, defaults);
  if (check.url === undefined && !sets.some(({ type }) => isAddressType(type))) {
    return reader.refuse(path, 'Needs addresses (A, AAAA) to check, or a "url"');
  }
  switch (check.type) {
    case 'tcp':
      return readTcp(check, path, timing, reader);
    case 'http':
    case 'https':
      return check.url === undefined
        ? readHttp(check.type, check, path, timing, reader)
        : readUrl(check.type, check, path, timing, reader);
    default:
      return reader.refuse(keyPath(path, 'type'), 'Must be "tcp", "http" or "https"');
  }
}

function readTiming(check: Fields, path: string, reader: DataReader, defaults: CheckTiming): Timing {
  const interval =
    reader.number(check.interval, keyPath(path, 'interval'), 1, MAX_INTERVAL) ?? defaults.interval;
  const timeout =
    reader.number(check.timeout, keyPath(path, 'timeout'), 0.1, interval) ??
    Math.min(defaults.timeout, interval / 2);
  return {
    intervalMs: Math.round(interval * 1000),
    timeoutMs: Math.round(timeout * 1000),
    rise: reader.whole(check.rise, keyPath(path, 'rise'), 1, MAX_RESULTS) ?? defaults.rise,
    fall: reader.whole(check.fall, keyPath(path, 'fall'), 1, MAX_RESULTS) ?? defaults.fall,
  };
}

function readTcp(check: Fields, path: string, timing: Timing, reader: DataReader): TargetOf | undefined {
  for (const key of ['url', 'path', 'host', 'status']) {
    if (check[key] !== undefined) reader.refuse(keyPath(path, key), 'Belongs to http and https checks');
  }
  const port = reader.whole(check.port, keyPath(path, 'port'), 1, MAX_PORT);
  if (check.port === undefined) reader.refuse(keyPath(path, 'port'), 'Is required for a tcp check');
  if (port === undefined) return undefined;
  return eachAddress((address) => identified({ type: 'tcp', address, port, ...timing }));
}

function readHttp(
  type: 'http' | 'https',
  check: Fields,
  path: string,
  timing: Timing,
  reader: DataReader,
): TargetOf {
  const port = reader.whole(check.port, keyPath(path, 'port'), 1, MAX_PORT) ?? DEFAULT_PORTS[type];
  const request = readRequest(check, path, reader);
  return eachAddress((address) =>
    identified({
      type,
      address,
      port,
      ...request,
      host: request.host ?? authority(type, address, port),
      ...timing,
    }),
  );
}

function readUrl(
  type: 'http' | 'https',
  check: Fields,
  path: string,
  timing: Timing,
  reader: DataReader,
): TargetOf | undefined {
  for (const key of ['path', 'port']) {
    if (check[key] !== undefined) reader.refuse(keyPath(path, key), 'Is part of "url"; write it there');
  }
  const text = reader.text(check.url, keyPath(path, 'url')) ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== `${type}:`) {
    return reader.refuse(keyPath(path, 'url'), `Must be a URL that begins with "${type}://"`);
  }
  // A URL holds an IPv6 address in brackets.
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const { host, status } = readRequest(check, path, reader);
  const target = identified({
    type,
    address,
    port: url.port === '' ? DEFAULT_PORTS[type] : Number(url.port),
    path: url.pathname + url.search,
    host: host ?? url.host,
    status,
    ...timing,
  });
  return (recordType) => (isAddressType(recordType) || recordType === RRTYPE.CNAME ? target : undefined);
}

/** RFC 9110 §7.2: what the Host header says, with the port unless it is the scheme's own. */
function authority(type: 'http' | 'https', address: string, port: number): string {
  return new URL(`${type}://${isIP(address) === 6 ? `[${address}]` : address}:${port}`).host;
}

function readRequest(check: Fields, path: string, reader: DataReader): Request {
  const requested = reader.text(check.path, keyPath(path, 'path')) ?? '/';
  // What is written into a request line must not end it.
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

function eachAddress(target: (address: string) => Target): TargetOf {
  return (type, rdata) => {
    if (!isAddressType(type)) return undefined;
    return target(addressToText({ family: type === RRTYPE.A ? 4 : 6, bytes: rdata }));
  };
}

function isAddressType(type: number): boolean {
  return type === RRTYPE.A || type === RRTYPE.AAAA;
}

type Unidentified = Target extends infer T ? (T extends Target ? Omit<T, 'id'> : never) : never;

/** All that makes a target what it is, in its id, with what is most telling first. */
function identified(target: Unidentified): Target {
  const { type, address, port, intervalMs, timeoutMs, rise, fall } = target;
  const place = `${type}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const request =
    target.type === 'tcp' ? '' : `${target.path} host=${target.host} status=${target.status?.join() ?? 'ok'}`;
  return {
    ...target,
    id: `${place}${request} every=${intervalMs} timeout=${timeoutMs} rise=${rise} fall=${fall}`,
  };
}
