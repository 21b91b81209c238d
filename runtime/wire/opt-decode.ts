/** Reads the OPT record of a whole message (RFC 6891 §6.1.2), for tools and tests. */
import { ByteReader } from '../base/bytes.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isEcsFamily } from './client-subnet.ts';
import { EDNS_OPTION } from './iana/edns-option.ts';
import type { ClassedRecord, Edns, EdnsOption } from './message.ts';
import type { ClientSubnetReply, ExtendedError } from './opt.ts';

/** Reads an OPT record, or says that it is malformed. */
export function ednsFromOpt(opt: ClassedRecord): Result<Edns> {
  const options = readOptions(new ByteReader(opt.rdata));
  if (options === undefined || opt.owner.length !== 1) return fail('OPT record is malformed');
  return ok({
    version: (opt.ttl >>> 16) & 0xff,
    udpSize: opt.class,
    dnssecOk: (opt.ttl & 0x8000) !== 0,
    clientSubnet: options.filter(isOf(EDNS_OPTION.CLIENT_SUBNET)).map(clientSubnetOf).at(0),
    cookie: options.find(isOf(EDNS_OPTION.COOKIE))?.data,
    extendedErrors: options.filter(isOf(EDNS_OPTION.EXTENDED_ERROR)).map(extendedErrorOf),
    options,
  });
}

function readOptions(reader: ByteReader): EdnsOption[] | undefined {
  const options: EdnsOption[] = [];
  while (reader.remaining > 0) {
    const code = reader.u16();
    options.push({ code, data: reader.take(reader.u16()) });
  }
  return reader.failed ? undefined : options;
}

function isOf(code: number): (option: EdnsOption) => boolean {
  return (option) => option.code === code;
}

function clientSubnetOf({ data }: EdnsOption): ClientSubnetReply | undefined {
  const reader = new ByteReader(data);
  const family = reader.u16();
  const subnet = { source: reader.u8(), scope: reader.u8(), address: reader.rest() };
  return reader.failed || !isEcsFamily(family) ? undefined : { family, ...subnet };
}

function extendedErrorOf({ data }: EdnsOption): ExtendedError {
  const reader = new ByteReader(data);
  return { code: reader.u16(), text: Buffer.from(reader.rest()).toString('utf8') };
}
