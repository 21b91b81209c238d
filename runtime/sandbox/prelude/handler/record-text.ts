/** Turns the `data` of a handler's record into presentation format, type by type. */
import type { ValuesData } from '../../../rpc/plan.ts';
import { PolicyError } from '../problem.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One value in presentation format, or the raw strings of a TXT record. */
export function valueFrom(type: string, data: unknown): ValuesData[number] {
  if (typeof data === 'string') return data;
  if (data instanceof Uint8Array)
    return type === 'A' || type === 'AAAA' ? addressText(type, data) : generic(data);
  if (Array.isArray(data)) return type === 'TXT' ? data.map(stringFrom) : unusable(type, 'is an array');
  if (typeof data !== 'object' || data === null) return unusable(type, 'is missing');
  const fields = data as Fields;
  if (fields.raw instanceof Uint8Array) return generic(fields.raw);
  const format = FORMATS[type];
  return format === undefined ? unusable(type, 'needs { raw: Uint8Array }') : format(fields);
}

const FORMATS: Readonly<Record<string, ((data: Fields) => ValuesData[number]) | undefined>> = {
  A: (data) => addressText('A', data.address),
  AAAA: (data) => addressText('AAAA', data.address),
  CAA: (data) => `${number(data, 'flags', 0)} ${text(data, 'tag')} ${quoted(stringFrom(data.value))}`,
  CNAME: (data) => text(data, 'name', 'target', 'cname'),
  HTTPS: serviceText,
  MX: (data) => `${number(data, 'preference', number(data, 'priority', 10))} ${text(data, 'exchange')}`,
  NS: (data) => text(data, 'name', 'target', 'ns'),
  PTR: (data) => text(data, 'name', 'target', 'ptr'),
  SRV: (data) =>
    `${number(data, 'priority', 0)} ${number(data, 'weight', 0)} ${number(data, 'port')} ${text(data, 'target', 'name')}`,
  SVCB: serviceText,
  TXT: (data) => [data.texts ?? data.text].flat().map(stringFrom),
};

/** Service parameters (RFC 9460 §2.1), by their key in `paramsStructured`. */
const PARAMETERS: Readonly<Record<string, (value: unknown) => string>> = {
  alpn: (value) => `alpn=${list(value)}`,
  noDefaultAlpn: (value) => (value === true ? 'no-default-alpn' : ''),
  port: (value) => `port=${stringFrom(value)}`,
  ipv4hint: (value) => `ipv4hint=${list(value, 'A')}`,
  ipv6hint: (value) => `ipv6hint=${list(value, 'AAAA')}`,
  ech: (value) => `ech=${base64(value)}`,
  dohpath: (value) => `dohpath=${quoted(stringFrom(value))}`,
};

function serviceText(data: Fields): string {
  const given = (data.paramsStructured ?? {}) as Fields;
  const parameters = Object.entries(given).map(([key, value]) => {
    const format = PARAMETERS[key];
    if (format === undefined) throw new PolicyError(`Service parameter "${key}" is not known here`);
    return format(value);
  });
  return [number(data, 'priority', 1), text(data, 'targetName', 'target', 'name'), ...parameters]
    .join(' ')
    .trim();
}

function addressText(type: string, address: unknown): string {
  if (!(address instanceof Uint8Array)) return stringFrom(address);
  if (type === 'A') return address.join('.');
  const groups: string[] = [];
  for (let at = 0; at < address.length; at += 2) {
    groups.push((((address[at] ?? 0) << 8) | (address[at + 1] ?? 0)).toString(16));
  }
  return groups.join(':');
}

function text(data: Fields, ...keys: readonly string[]): string {
  for (const key of keys) if (typeof data[key] === 'string') return data[key];
  throw new PolicyError(`Record data needs "${keys[0]}"`);
}

function number(data: Fields, key: string, otherwise?: number): number {
  const value = data[key] ?? otherwise;
  if (typeof value === 'number') return value;
  throw new PolicyError(`Record data needs the number "${key}"`);
}

function list(value: unknown, type = ''): string {
  return [value]
    .flat()
    .map((item) => (type === '' ? stringFrom(item) : addressText(type, item)))
    .join(',');
}

function stringFrom(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return `${value}`;
  if (value instanceof Uint8Array)
    return decodeURIComponent([...value].map((octet) => `%${hex(octet)}`).join(''));
  throw new PolicyError(
    `Record data needs text where ${value === undefined ? 'nothing' : `a ${typeof value}`} is`,
  );
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The generic form of RFC 3597 §5. */
function generic(octets: Uint8Array): string {
  return `\\# ${octets.length} ${[...octets].map(hex).join('')}`.trim();
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 (RFC 4648 §4); isolates have no `btoa`. */
function base64(value: unknown): string {
  if (!(value instanceof Uint8Array)) return stringFrom(value);
  let result = '';
  for (let at = 0; at < value.length; at += 3) {
    const group = ((value[at] ?? 0) << 16) | ((value[at + 1] ?? 0) << 8) | (value[at + 2] ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => BASE64[(group >> shift) & 63]).join('');
    result += digits.slice(0, Math.min(4, value.length - at + 1)).padEnd(4, '=');
  }
  return result;
}

function unusable(type: string, why: string): never {
  throw new PolicyError(`Data of type ${type} ${why}`);
}
