/**
 * Questions as octets, for dnsperf's `-B`: each message behind its length (RFC 1035 §4.2.2). That
 * way each can come from another client network, which dnsperf's own options cannot say.
 */
import { writeFileSync } from 'node:fs';
import dnsPacket from 'dns-packet';

/** Writes one question for each name and network in turn, `count` in all; without networks, no ECS. */
export function writeQuestions(
  file: string,
  names: readonly string[],
  networks: readonly number[] = [],
  count = Math.max(names.length, networks.length),
): void {
  const hasSubnet = networks.length > 0;
  const templates = names.map((name) => framed(question(name, hasSubnet ? '0.0.0.0' : undefined)));
  const size = Math.max(...templates.map(({ length }) => length));
  const octets = Buffer.alloc(count * size);
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    const template = templates[index % templates.length] ?? Buffer.alloc(0);
    end += template.copy(octets, end);
    // The address of the option comes last.
    if (hasSubnet) octets.writeUIntBE(networks[index % networks.length] ?? 0, end - 3, 3);
  }
  writeFileSync(file, octets.subarray(0, end));
}

/** Asks for A, in the name of a client network if there is one (RFC 7871). */
export function question(name: string, network?: string): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id: 1,
    questions: [{ type: 'A', name }],
    additionals:
      network === undefined
        ? []
        : [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: 1232,
              flags: 0,
              options: [{ code: 'CLIENT_SUBNET', family: 1, ip: network, sourcePrefixLength: 24 }],
            } as unknown as dnsPacket.Answer,
          ],
  });
}

/** Distinct /24 networks of 1.0.0.0 to 223.255.255.0, as their upper 24 bits; the same at each call. */
export function networks(count: number): number[] {
  const found = new Set<number>();
  let state = 1;
  while (found.size < count) {
    // Numerical Recipes' generator: all we ask of it is to spread.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const network = state >>> 8;
    const first = network >>> 16;
    if (first > 0 && first < 224 && first !== 10 && first !== 127) found.add(network);
  }
  return [...found];
}

function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
}
