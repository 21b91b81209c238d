/** Query packets, octet by octet: the rules are about malformed ones too, which no codec would make. */
import { classFromText } from '../../runtime/wire/iana/class.ts';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import { hex, name } from './wire.ts';

export interface Asked {
  readonly id?: number;
  /** The second 16 bits of the header. Default none: opcode QUERY, no RD. */
  readonly flags?: number;
  /** `www.rich.example. A`, with the class behind it unless that is IN; or several, or none. */
  readonly question?: string | readonly string[];
  /** What QDCOUNT says, where that is not how many questions there are. */
  readonly questions?: number;
  /** What ANCOUNT and NSCOUNT say. Default 0. */
  readonly answers?: number;
  readonly authorities?: number;
  /** OPT records. */
  readonly opt?: Opt | readonly Opt[];
  /** What ARCOUNT says, where that is not how many OPT records there are. */
  readonly additionals?: number;
  /** Octets behind all that, in hexadecimal. */
  readonly trailing?: string;
}

export interface Opt {
  readonly udpSize?: number;
  readonly version?: number;
  /** DO and the bits below it. */
  readonly flags?: number;
  /** Options as `ecs(…)` and `option(…)` make them, or anything in hexadecimal. */
  readonly options?: string;
}

/** Puts a query together. */
export function packet(asked: Asked): Buffer {
  const questions = list(asked.question).map(questionOctets);
  const opts = list(asked.opt).map(optOctets);
  const counts = [
    asked.questions ?? questions.length,
    asked.answers ?? 0,
    asked.authorities ?? 0,
    asked.additionals ?? opts.length,
  ];
  const header = words(asked.id ?? 0, asked.flags ?? 0, ...counts);
  return Buffer.concat([header, ...questions, ...opts, hex(asked.trailing ?? '')]);
}

/** A client subnet option: `192.0.2.0/24` as its octets are, scope included (RFC 7871 §6). */
export function ecs(family: number, source: number, scope: number, address: string): string {
  return option(8, Buffer.concat([words(family), Buffer.of(source, scope), hex(address)]).toString('hex'));
}

/** An EDNS option from its code and data. */
export function option(code: number, data: string): string {
  return words(code, hex(data).length).toString('hex') + data;
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function questionOctets(question: string): Buffer {
  const [owner = '', type = '', className = 'IN'] = question.split(' ');
  return Buffer.concat([name(owner), words(typeFromText(type) ?? 0, classFromText(className) ?? 0)]);
}

function optOctets({ udpSize = 1232, version = 0, flags = 0, options = '' }: Opt): Buffer {
  const data = hex(options);
  return Buffer.concat([Buffer.of(0), words(41, udpSize, version, flags, data.length), data]);
}

function words(...values: number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}
