/** The same zone file served by dnsteer and by NSD: every name, asked for every type, gets the same answer. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { packet } from '../support/packet.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { must, name } from '../support/wire.ts';
import { type ForeignServer, startForeign } from './foreign-server.ts';
import { RICH_RECORDS } from './rich-zone.ts';

const ZONE = 'plain.example';

/** All names of the zone file, and some that are not in it. */
const OWNERS = [
  ...new Set(
    parseZoneText(RICH_RECORDS, { origin: name(ZONE) }).records.map(({ owner }) => nameToText(owner)),
  ),
  ...[
    'missing',
    'a.b.missing',
    'WWW',
    'x.www',
    'under.void',
    'void',
    'other.void',
    'host.sub',
    'a.b.ns.sub',
    'x.child',
    'any.wild',
    'a.b.wild',
    'ANY.wild',
    'x.host1.wild',
    '_tcp.host2.wild',
    'x.*.wild',
    'wild',
    'x.subdel.wild',
    'any.aliased',
    'aliased',
  ].map((label) => `${label}.${ZONE}.`),
  'elsewhere.example.',
  '.',
];

const TYPES = 'A NS CNAME SOA PTR MX TXT AAAA SRV DS SVCB HTTPS CAA TYPE65280 TYPE65281 TYPE65400'.split(' ');

describe('NSD and dnsteer', { skip: missing('nsd') }, () => {
  let server: TestServer;
  let nsd: ForeignServer;
  let ours: UdpPeer;
  let theirs: UdpPeer;

  before(async () => {
    [server, nsd] = await Promise.all([
      startServer({ policies: { [`${ZONE}.zone`]: RICH_RECORDS } }),
      startForeign({
        program: 'nsd',
        args: (config) => ['-d', '-c', config],
        config: nsdConfig,
        files: { [`${ZONE}.zone`]: RICH_RECORDS },
        ready: 'nsd started',
      }),
    ]);
    ours = await UdpPeer.open(server.port);
    theirs = await UdpPeer.open(nsd.port);
  });
  after(async () => {
    ours.close();
    theirs.close();
    await Promise.all([server.stop(), nsd.stop()]);
  });

  for (const type of TYPES) {
    test(`give the same answers for ${type}`, async () => {
      for (const owner of OWNERS) assert.deepEqual(...(await both(`${owner} ${type}`)), owner);
    });
  }

  test('refuse and deny the same for ANY, where either picks an RRset of its own (RFC 8482 §4.1)', async () => {
    for (const owner of OWNERS) {
      const [our, their] = await both(`${owner} ANY`);
      assert.deepEqual(
        { ...our, answers: our.answers.length > 0 },
        { ...their, answers: their.answers.length > 0 },
        owner,
      );
    }
  });

  async function both(question: string): Promise<[Summary, Summary]> {
    const sent = packet({ id: 1, question, opt: {} });
    return [summaryOf(await ours.ask(sent)), summaryOf(await theirs.ask(sent))];
  }
});

/** What two servers of one zone must agree on; the order of records is theirs. */
interface Summary {
  readonly rcode: string;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly answers: readonly string[];
}

function summaryOf(reply: Uint8Array): Summary {
  const { rcode, authoritative, truncated, answers } = must(decodeMessage(reply));
  return {
    rcode: rcodeToText(rcode),
    isAuthoritative: authoritative,
    isTruncated: truncated,
    answers: answers.map(recordToText).sort(),
  };
}

function nsdConfig(port: number, folder: string): string {
  return `
server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  zonesdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  xfrdir: "${folder}"
  xfrdfile: ""
  pidfile: ""
  verbosity: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: ${ZONE}
  zonefile: ${ZONE}.zone
`;
}
