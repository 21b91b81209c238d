/**
 * UPDATE messages, each sent to BIND, to Knot and here, to zones that are the same: response codes and what becomes of the
 * zones are as `update-table.ts` has them.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { updateKey } from '../support/update-message.ts';
import { name } from '../support/wire.ts';
import { type ForeignServer, startNameServer } from './foreign-server.ts';
import { encodeUpdate, sendSigned, transfer, type UpdateText, type ZoneContent } from './update-messages.ts';
import { type Foreign, START_FILE, START_UPDATE, TABLE, type UpdateCase } from './update-table.ts';

const FOREIGN: readonly Foreign[] = ['named', 'knotd'];
const ABSENT = FOREIGN.map(missing).find((why) => why !== false) ?? false;
const KEY = 'update.example';
const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const key = updateKey(KEY, SECRET);

/** Each case has a zone of its own. */
const zones = TABLE.map((_, index) => `z${index}.test`);
const FILES = Object.fromEntries(zones.map((zone) => [`${zone}.zone`, START_FILE]));

const OURS = `
keys: { ${KEY}: { secret: ${SECRET} } }
transfer: { allow: [{ from: 127.0.0.0/8, key: ${KEY} }] }
update: { perMinute: 60000, grants: [{ key: ${KEY}, names: ['**', '@'], types: ['*'] }] }
`;

const BIND = {
  parts: `key ${KEY} { algorithm hmac-sha256; secret "${SECRET}"; };`,
  server: `allow-transfer { key ${KEY}; };`,
  zones: zones
    .map((zone) => `zone "${zone}" { type primary; file "${zone}.zone"; allow-update { key ${KEY}; }; };`)
    .join('\n'),
};

const KNOT = {
  parts: `
key:
  - id: ${KEY}
    algorithm: hmac-sha256
    secret: ${SECRET}
acl:
  - id: all
    key: ${KEY}
    action: [transfer, update]
`,
  template: '    acl: all\n    file: "%s.zone"\n    serial-policy: increment\n',
  zones: zones.map((zone) => `  - domain: ${zone}\n`).join(''),
};

describe('UPDATE messages, here and at BIND and Knot', { skip: ABSENT }, () => {
  let ours: TestServer;
  const others = new Map<Foreign, ForeignServer>();

  before(async () => {
    ours = await startServer({ policies: FILES, config: OURS });
    others.set('named', await startNameServer('named', () => BIND, FILES));
    others.set('knotd', await startNameServer('knotd', () => KNOT, FILES));
  });

  after(async () => {
    await Promise.all([ours?.stop(), ...[...others.values()].map((other) => other.stop())]);
  });

  for (const [index, one] of TABLE.entries()) {
    test(one.what, async () => {
      const [zone = ''] = zones.slice(index);
      const [mine, ...theirs] = await Promise.all([
        outcomeAt(ours.port, zone, one),
        ...FOREIGN.map((server) => outcomeAt(others.get(server)?.port ?? assert.fail(server), zone, one)),
      ]);
      assert.equal(mine.text, one.expected);
      assert.equal(mine.isSigned, one.isUnsigned !== true, 'the reply is signed');
      for (const [at, server] of FOREIGN.entries()) {
        const differing = one.differs?.[server];
        assert.equal(
          theirs[at]?.text,
          differing ?? one.expected,
          `${server}, ${one.differs?.why ?? 'as we do'}`,
        );
        assert.notEqual(differing, one.expected, `${server} does as we do`);
      }
    });
  }
});

/** What a message makes of a zone, once a first update has made the start the same everywhere. */
async function outcomeAt(
  port: number,
  zone: string,
  { message }: UpdateCase,
): Promise<{ readonly text: string; readonly isSigned: boolean }> {
  const origin = name(zone);
  const send = (text: UpdateText) => sendSigned(port, encodeUpdate(origin, text), key);
  assert.deepEqual(await send({ updates: START_UPDATE }), { rcode: 'NOERROR', isSigned: true });
  const start = await transfer(port, origin, key);
  const { rcode, isSigned } = await send(message(origin));
  const changes = changesBetween(start, await transfer(port, origin, key));
  return { text: [rcode, ...changes.map((text) => relativeTo(zone, text))].join(' '), isSigned };
}

/** RFC 2136 §3.6: the serial goes up with every change; where it goes up without one, the outcome says so. */
function changesBetween(start: ZoneContent, end: ZoneContent): string[] {
  const gone = start.records.filter((one) => !end.records.includes(one)).map((one) => `-${one}`);
  const added = end.records.filter((one) => !start.records.includes(one)).map((one) => `+${one}`);
  const changes = [...gone, ...added];
  if (changes.length > 0) assert.ok(end.serial > start.serial, `serial ${end.serial} after ${start.serial}`);
  return changes.length === 0 && end.serial !== start.serial ? ['(serial)'] : changes;
}

function relativeTo(zone: string, text: string): string {
  return text
    .replaceAll(`.${zone}.`, '')
    .replaceAll(new RegExp(`(?<![^ +-])${zone}\\.(?= |$)`, 'g'), '@')
    .replace(/ IN /, ' ');
}
