/** Zones in which every new name takes a signature, and those who ask for new names. */
import assert from 'node:assert/strict';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import type { TestServer } from '../../support/dnsteer.ts';
import { packet } from '../../support/packet.ts';
import { UdpPeer } from '../../support/udp-peer.ts';
import { askResolver } from '../../support/validators/ask-resolver.ts';
import { must } from '../../support/wire.ts';
import type { Target } from './stranger.ts';

const DO = 0x8000;
/** Asked for once the flood is over, so many at a time. */
const BURST = 500;
const BATCH = 50;

export const SIGNED = {
  config: `dnssec: { zones: ['*.signed.example'], denial: compact }\n`,
  files: {
    'plain.signed.example.zone': 'www 30 IN TXT signed\n*.wild 30 IN TXT wild\n',
    'named.signed.example.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: { '*': ({ name }) => ({ TXT: name }) },
});
`,
  },
};

let last = 0;

/** For a name that nobody has asked for: denied, from a wildcard, or decided by its policy. */
export function unseenQuery(): Buffer {
  last += 1;
  const below = ['plain.signed.example', 'wild.plain.signed.example', 'named.signed.example'][last % 3];
  const name = `n${last}-${Math.floor(Math.random() * 2 ** 32).toString(36)}.${below}`;
  return packet({ id: last & 0xffff, question: `${name}. TXT`, opt: { flags: DO } });
}

/** Resolves once the zones are served. */
export async function signedZonesServed({ port }: Pick<Target, 'port'>): Promise<void> {
  const at = { address: '127.0.0.1', port };
  for (const name of ['www.plain.signed.example.', 'x.named.signed.example.'])
    while (!isSigned(await askResolver(at, { name, type: 'TXT' })));
}

/** What there was no time to sign over UDP was put off, so that it goes out truncated, and whole over TCP. */
export async function assertPutOff(server: TestServer): Promise<void> {
  const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
  const [, putOff] = /^dnsteer_signatures_put_off_total\S* (\d+)$/m.exec(metrics) ?? [];
  assert.ok(Number(putOff) > 0, `${putOff} are put off`);
  await assertSignedOrTruncated(server);
}

/** Nothing goes out unsigned. */
export async function assertSignedOrTruncated({ port }: TestServer): Promise<void> {
  const peer = await UdpPeer.open(port);
  let signed = 0;
  // What streams were promised still comes first; once that is done, there is time for datagrams again.
  for (let sent = 0; sent < BURST || signed === 0; sent += BATCH) {
    const queries = Array.from({ length: BATCH }, () => unseenQuery());
    for (const reply of await peer.exchange(...queries)) {
      const message = must(decodeMessage(reply));
      if (isSigned(message)) signed += 1;
      else assert.ok(message.truncated, `neither signed nor truncated: ${message.rcode}`);
    }
  }
  peer.close();
  const at = { address: '127.0.0.1', port };
  for (let count = 0; count < 30; count += 1) {
    const name = `t${count}-${Math.random().toString(36).slice(2)}.plain.signed.example.`;
    assert.ok(isSigned(await askResolver(at, { name, type: 'TXT' })), 'whole over TCP');
  }
}

function isSigned({ answers, authorities, truncated }: Message): boolean {
  const sets = [...answers, ...authorities];
  const count = sets.filter(({ type }) => type === RRTYPE.RRSIG).length;
  return !truncated && count > 0 && count === sets.length - count;
}
