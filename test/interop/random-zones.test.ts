/**
 * Zones of few labels and many kinds of records, so that wildcards, delegations, aliases and redirections meet in
 * every way: what we answer is what NSD and Knot answer.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkZone } from '../../runtime/zone/check.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { Server } from '../answer/server.ts';
import { seededRandom } from '../answer/world.ts';
import { missing } from '../support/dig.ts';
import { packet } from '../support/packet.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { name } from '../support/wire.ts';
import { APEX_RECORDS } from '../support/zone.ts';
import { PROGRAMS, startReference } from './references.ts';
import { type Summary, summaryOf } from './summary.ts';

const ZONES = 60;
const RECORDS = 16;
const QUESTIONS = 40;
const TYPES = ['A', 'TXT', 'CNAME', 'DNAME', 'NS', 'DS', 'MX', 'SOA'];

const random = seededRandom(20_261_125);
const zones = new Map(Array.from({ length: ZONES }, (_, index) => [`z${index}`, soundZone(`z${index}`)]));

describe('Zones at random', () => {
  const server = new Server();
  for (const [zone, text] of zones) server.put({ zone, records: text.slice(APEX_RECORDS.length) });
  const asked = [...zones.keys()].map((zone) => ({ zone, packets: questionsOf(zone).map(packetOf) }));

  for (const reference of ['nsd', 'knot'] as const) {
    test(`dnsteer answers as ${reference} does`, { skip: missing(PROGRAMS[reference]) }, async () => {
      const other = await startReference(reference, Object.fromEntries(zones));
      const peer = await UdpPeer.open(other.port);
      try {
        for (const { zone, packets } of asked) {
          const theirs = byId(await peer.exchange(...packets));
          assert.deepEqual(byId(packets.map((sent) => ask(server, sent))), theirs, zones.get(zone) ?? zone);
        }
      } finally {
        peer.close();
        await other.stop();
      }
    });
  }
});

/** A zone that nothing is wrong with. Aliases lead to names at or below `t`, where there are none: so none comes round. */
function soundZone(zone: string): string {
  const origin = name(`${zone}.`);
  let text = `${APEX_RECORDS}$TTL 60\nt TXT t\n`;
  for (let count = 0; count < RECORDS; count += 1) {
    const longer = `${text}${record()}\n`;
    const { records } = parseZoneText(longer, { origin });
    if (checkZone(origin, records, []).every(({ severity }) => severity === 'warning')) text = longer;
  }
  return text;
}

function record(): string {
  const owner = owners();
  const target = ['t', 'n.example.net.', `${owners()}.t`].at(random() * 3);
  const kinds = [
    `${owner} A 192.0.2.1`,
    `${owner} TXT x`,
    `${owner} MX 10 ${target}`,
    `${owner}.t A 192.0.2.2`,
    `${owner}.t TXT x`,
    `${owner} CNAME ${target}`,
    `${owner} DNAME ${target}`,
    `${owner} NS ${target}`,
    `${owner}.t NS ${target}`,
    `${owner} DS 1 13 2 ${'00'.repeat(32)}`,
  ];
  return kinds.at(random() * kinds.length) ?? '';
}

/** One to three labels. */
function owners(): string {
  return Array.from({ length: 1 + random() * 3 }, () => 'abc*'.at(random() * 4)).join('.');
}

function questionsOf(zone: string): string[] {
  return Array.from({ length: QUESTIONS }, () => {
    const below = ['', `${owners()}.`, `${owners()}.`, `x.${owners()}.`, `${owners()}.t.`].at(random() * 5);
    return `${below}${zone}. ${TYPES.at(random() * TYPES.length)}`;
  });
}

function packetOf(question: string, id: number): Buffer {
  return packet({ id, question });
}

function ask(server: Server, sent: Buffer): Buffer {
  let reply: Buffer = Buffer.alloc(0);
  server.responder.respond(sent, {
    transport: 'udp',
    address: '127.0.0.1',
    reply: (octets) => {
      reply = Buffer.from(octets);
    },
  });
  return reply;
}

/** What all are to agree on: what is additional, each decides otherwise. */
function byId(replies: readonly Buffer[]): Omit<Summary, 'additional'>[] {
  const summaries: Omit<Summary, 'additional'>[] = [];
  for (const reply of replies) {
    const { rcode, flags, answer, authority } = summaryOf(reply);
    summaries[reply.readUInt16BE(0)] = { rcode, flags, answer, authority };
  }
  return summaries;
}
