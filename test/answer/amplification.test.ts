/**
 * How many times longer than a query its response is at most, over UDP: every name of a zone that has one of
 * everything, every type. What the README states of it.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { POLICY_HOSTS, richServer } from '../fuzz/responder/rich-server.ts';
import { RICH_RECORDS } from '../interop/rich-zone.ts';
import { type Asked, option, packet } from '../support/packet.ts';
import { name } from '../support/wire.ts';

const ZONE = 'rich.example.';
const TYPES = [...Object.keys(RRTYPE), 'TYPE65280'];
const OWNERS = owners();

const server = richServer();

/** The most of all names, and what asks for it. */
function most(
  types: readonly string[],
  asked: Omit<Asked, 'question'>,
): { ratio: number; octets: number; question: string } {
  let found = { ratio: 0, octets: 0, question: '' };
  for (const question of OWNERS.flatMap((owner) => types.map((type) => `${owner} ${type}`))) {
    const query = packet({ question, ...asked });
    let octets = 0;
    const reply = (response: Uint8Array): unknown => (octets = response.length);
    server.responder.respond(query, { transport: 'udp', address: '192.0.2.53', reply });
    if (octets / query.length > found.ratio) found = { ratio: octets / query.length, octets, question };
  }
  return found;
}

/** Where every option that lengthens a response is asked for. */
const OPTIONS = { options: option(3, '') + option(10, 'a1a2a3a4a5a6a7a8') + option(11, '') + option(12, '') };
const WAYS: Readonly<Record<string, { asked: Omit<Asked, 'question'>; limit: number }>> = {
  'without EDNS': { asked: {}, limit: 512 },
  'with EDNS': { asked: { opt: { udpSize: 1232 } }, limit: 1232 },
  'with EDNS that takes more': { asked: { opt: { udpSize: 0xffff, flags: 0x8000 } }, limit: 1232 },
  'with all options': { asked: { opt: OPTIONS }, limit: 1232 },
};

describe('Over UDP a response is at most sixteen times as long as its query', () => {
  for (const [way, { asked, limit }] of Object.entries(WAYS)) {
    test(way, (t) => {
      const { ratio, octets, question } = most(TYPES, asked);
      t.diagnostic(`${ratio.toFixed(1)}: ${octets} octets for ${question}`);
      assert.ok(ratio <= 16 && octets <= limit, `${ratio}: ${octets} octets for ${question}`);
    });
  }
});

test('RFC 8482 §4.1: ANY gets no more than the greatest of all types', () => {
  const { asked } = WAYS['with EDNS'] ?? assert.fail();
  assert.ok(
    most(['ANY'], asked).ratio <=
      most(
        TYPES.filter((type) => type !== 'ANY'),
        asked,
      ).ratio,
  );
});

test('Transfers over UDP are hardly longer than what asks for them', () => {
  assert.ok(most(['AXFR', 'IXFR'], { opt: {} }).ratio < 1.5);
});

function owners(): string[] {
  const { records } = parseZoneText(RICH_RECORDS, { origin: name(ZONE) });
  const present = records.map(({ owner }) => nameToText(owner));
  const hosts = POLICY_HOSTS.map((host) => (host === '@' ? ZONE : `${host}.${ZONE}`));
  const others = ['missing.', 'any.wild.', 'www.old.', 'a.tenant.'].map((labels) => labels + ZONE);
  return [
    ...new Set([...present, ...present.map((owner) => `x.${owner}`), ...hosts, ...others, '.', 'example.']),
  ];
}
