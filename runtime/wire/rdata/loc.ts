/** LOC: the place of a host on the earth, its size, and the precision of both (RFC 1876). */
import type { Field } from './field.ts';
import type { FieldReader } from './field-reader.ts';

const VERSION = 0;
/** RFC 1876 §2: 2^31 is the equator and the prime meridian, in thousandths of an arc second. */
const ZERO_ANGLE = 2 ** 31;
const MS_PER_DEGREE = 3_600_000;
/** RFC 1876 §2: altitudes are centimetres above 100 km below the WGS 84 ellipsoid. */
const ZERO_ALTITUDE = 10_000_000;

interface Axis {
  readonly what: string;
  readonly most: number;
  readonly positive: string;
  readonly negative: string;
}

const LATITUDE: Axis = { what: 'latitude', most: 90, positive: 'N', negative: 'S' };
const LONGITUDE: Axis = { what: 'longitude', most: 180, positive: 'E', negative: 'W' };

export const location: Field = {
  what: 'd [m [s]] N|S d [m [s]] E|W altitude [size [horizontal-precision [vertical-precision]]]',
  shape: 16,
  parse(fields, out) {
    const latitude = angle(fields, LATITUDE);
    const longitude = angle(fields, LONGITUDE);
    const altitude = metres(fields, 'altitude', -ZERO_ALTITUDE, 0xffffffff - ZERO_ALTITUDE);
    out.u8(VERSION);
    // RFC 1876 §3: the defaults are 1 m, 10 km and 10 m.
    for (const [what, centimetres] of [
      ['size', 100],
      ['horizontal precision', 1_000_000],
      ['vertical precision', 1_000],
    ] as const) {
      out.u8(toPowerOfTen(fields.hasMore ? metres(fields, what, 0, 9e9) : centimetres));
    }
    out.u32(latitude);
    out.u32(longitude);
    out.u32(altitude + ZERO_ALTITUDE);
  },
  print(rdata) {
    // No RFC defines the fields of other versions.
    if (rdata.u8() !== VERSION) return void rdata.rest();
    const sizes = [rdata.u8(), rdata.u8(), rdata.u8()].map(powerToText);
    const latitude = angleToText(rdata.u32(), LATITUDE);
    const longitude = angleToText(rdata.u32(), LONGITUDE);
    const altitude = metresToText(rdata.u32() - ZERO_ALTITUDE);
    const texts = [latitude, longitude, altitude, ...sizes];
    return texts.includes(undefined) ? undefined : texts.join(' ');
  },
};

/** Reads degrees, and minutes and seconds if they come before the hemisphere. */
function angle(fields: FieldReader, { what, most, positive, negative }: Axis): number {
  const degrees = fields.number(`degrees of ${what}`, most);
  const isHemisphere = () => [positive, negative].includes(fields.peek()?.toUpperCase() ?? '');
  const minutes = isHemisphere() ? 0 : fields.number(`minutes of ${what}`, 59);
  const thousandths = isHemisphere() ? 0 : seconds(fields, `seconds of ${what}`);
  const size = degrees * MS_PER_DEGREE + minutes * 60_000 + thousandths;
  const hemisphere = isHemisphere();
  const { text } = fields.field(`hemisphere of the ${what}`);
  if (!hemisphere) fields.refuse(`The ${what} ends in "${text}", not in ${positive} or ${negative}`);
  if (size > most * MS_PER_DEGREE) fields.refuse(`The ${what} is over ${most} degrees`);
  return text.toUpperCase() === negative ? ZERO_ANGLE - size : ZERO_ANGLE + size;
}

/** Reads seconds, in thousandths. */
function seconds(fields: FieldReader, what: string): number {
  const { text } = fields.field(what);
  const [, whole = '', fraction = ''] = /^(\d{1,2})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (whole === '' || Number(whole) > 59)
    fields.refuse(`The ${what} "${text}" are no number below 60 such as 32.75`);
  return Number(whole) * 1000 + Number(fraction.padEnd(3, '0'));
}

/** Reads a length in metres; returns centimetres. */
function metres(fields: FieldReader, what: string, least: number, most: number): number {
  const { text } = fields.field(what);
  const [, sign, whole, fraction = ''] = /^(-?)(\d{1,8})(?:\.(\d{1,2}))?m?$/i.exec(text) ?? [];
  const size = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  const value = sign === '-' ? -size : size;
  if (value >= least && value <= most) return value;
  const range = `from ${least / 100}m to ${most / 100}m`;
  fields.refuse(`The ${what} "${text}" is no length ${range} such as 10.50m`);
  return 0;
}

/** A digit and the power of ten to multiply it with, in four bits each; the rest is cut off (RFC 1876 §2). */
function toPowerOfTen(centimetres: number): number {
  let power = 0;
  let digit = centimetres;
  for (; digit >= 10; power++) digit = Math.trunc(digit / 10);
  return (digit << 4) | power;
}

/** Prints such a length; `undefined` if the octet is none or `toPowerOfTen` would write another. */
function powerToText(octet: number): string | undefined {
  const digit = octet >> 4;
  const power = octet & 0x0f;
  const isUsual = digit <= 9 && power <= 9 && (digit > 0 || power === 0);
  return isUsual ? metresToText(digit * 10 ** power) : undefined;
}

function angleToText(value: number, { most, positive, negative }: Axis): string | undefined {
  const size = Math.abs(value - ZERO_ANGLE);
  if (size > most * MS_PER_DEGREE) return undefined;
  const minutes = Math.trunc(size / 60_000);
  const rest = ((size % 60_000) / 1000).toFixed(3);
  return `${Math.trunc(minutes / 60)} ${minutes % 60} ${rest} ${value < ZERO_ANGLE ? negative : positive}`;
}

function metresToText(centimetres: number): string {
  return `${(centimetres / 100).toFixed(2)}m`;
}
