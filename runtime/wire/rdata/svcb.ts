/**
 * SVCB and HTTPS: `priority target params…` (RFC 9460 §2). Priority 0 is AliasMode, in which the client
 * queries the target instead; any other is ServiceMode, whose parameters say how to connect.
 */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { SVC_PARAM, svcParamFromText, svcParamToText } from '../iana/svc-param.ts';
import { nameToText } from '../name.ts';
import type { TextField } from '../text-field.ts';
import type { Field } from './field.ts';
import type { FieldReader } from './field-reader.ts';
import { readName } from './name-fields.ts';
import { svcValueFromText, svcValueToText } from './svc-value.ts';

const ALIAS_MODE = 0;

type Params = Map<number, Uint8Array>;

export const serviceBinding: Field = {
  what: 'priority target [key=value…]',
  shape: 'other',
  parse(fields, out) {
    const priority = fields.number('priority', 0xffff);
    out.u16(priority);
    out.write(fields.name('target'));
    // RFC 9460 §2.4.2: clients would ignore parameters of an alias, so writing them is a mistake.
    if (priority === ALIAS_MODE) return;
    const params = readParams(fields);
    const problem = inconsistency(params);
    if (problem !== undefined) fields.refuse(problem);
    writeParams(params, out);
  },
  print(rdata) {
    const priority = rdata.u16();
    const params: Params = new Map();
    const words = [`${priority} ${nameToText(readName(rdata))}`];
    let last = -1;
    while (rdata.remaining > 0) {
      const key = rdata.u16();
      const value = rdata.take(rdata.u16());
      // RFC 9460 §2.2: strictly increasing, so no key comes twice.
      const word = key > last ? paramToText(key, value) : undefined;
      if (word === undefined) return fail(rdata);
      words.push(word);
      params.set(key, value);
      last = key;
    }
    if (inconsistency(params) !== undefined) return fail(rdata);
    // RFC 9460 §2.4.2: clients ignore the parameters of an alias.
    return priority === ALIAS_MODE && params.size > 0 ? undefined : words.join(' ');
  },
};

function readParams(fields: FieldReader): Params {
  const params: Params = new Map();
  while (fields.hasMore) {
    const { name, value } = splitParam(fields.field('parameter'));
    const key = svcParamFromText(name);
    if (key === undefined) {
      fields.refuse(`Parameter "${name}" is not known; write "keyNNNNN" for one that has no name here`);
    } else if (params.has(key)) {
      fields.refuse(`Parameter "${name}" is given twice`);
    } else {
      const octets = svcValueFromText(key, name, value);
      if (octets.ok) params.set(key, octets.value);
      else fields.refuse(`Parameter "${name}": ${octets.problem}`);
    }
  }
  return params;
}

/** Splits `key=value` or `key="value"`; quotes may also stand around the whole. */
function splitParam(field: TextField): { name: string; value: string | undefined } {
  const equals = field.text.indexOf('=');
  if (equals === -1) return { name: field.text, value: undefined };
  const value = field.text.slice(equals + 1);
  const quoted = /^"(.*)"$/s.exec(value)?.[1];
  return { name: field.text.slice(0, equals), value: quoted ?? value };
}

/** Writes parameters in the order of their keys, each key once (RFC 9460 §2.2). */
function writeParams(params: Params, out: ByteWriter): void {
  for (const [key, value] of [...params].sort(([a], [b]) => a - b)) {
    out.u16(key);
    out.u16(value.length);
    out.write(value);
  }
}

/** Why clients must ignore the record; `undefined` if they need not (RFC 9460 §7.1.1 and §8). */
function inconsistency(params: Params): string | undefined {
  if (params.has(SVC_PARAM['no-default-alpn']) && !params.has(SVC_PARAM.alpn)) {
    return 'Parameter "no-default-alpn" needs "alpn" beside it';
  }
  const mandatory = params.get(SVC_PARAM.mandatory) ?? new Uint8Array(0);
  for (let at = 0; at + 1 < mandatory.length; at += 2) {
    const key = (mandatory[at] ?? 0) * 256 + (mandatory[at + 1] ?? 0);
    if (!params.has(key)) return `Parameter "${svcParamToText(key)}" is mandatory but missing`;
  }
  return undefined;
}

function paramToText(key: number, value: Uint8Array): string | undefined {
  const text = svcValueToText(key, value);
  if (text === undefined) return undefined;
  return text === '' ? svcParamToText(key) : `${svcParamToText(key)}=${text}`;
}

function fail(rdata: ByteReader): string {
  rdata.fail();
  return '';
}
