/** Cookies of one secret: what dnsteer makes NSD and BIND know, and the other way round (RFC 9018 §1). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ServerCookies } from '../../runtime/answer/limits/server-cookies.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { RCODE } from '../../runtime/wire/iana/rcode.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { atEnd } from '../support/at-end.ts';
import { missing } from '../support/dig.ts';
import { option, packet } from '../support/packet.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { hex, must } from '../support/wire.ts';
import { startNameServer } from './foreign-server.ts';

const SECRET = '000102030405060708090a0b0c0d0e0f';
const CLIENT = 'a1a2a3a4a5a6a7a8';
const ZONE = '@ 60 SOA ns1 hostmaster 1 7200 1800 259200 900\n@ 60 NS ns1\nns1 60 A 127.0.0.1\n';

const SERVERS = {
  nsd: {
    server: `  answer-cookie: yes\n  cookie-secret: "${SECRET}"`,
    zones: 'zone:\n  name: example.com\n  zonefile: zone\n',
  },
  named: {
    server: `  notify no;\n  cookie-algorithm siphash24;\n  cookie-secret "${SECRET}";\n  require-server-cookie yes;`,
    zones: 'zone "example.com" { type primary; file "zone"; };\n',
  },
};

/** Ten minutes ago, so that a server which makes another cookie is told from one that knows this. */
function ours(): string {
  const cookies = new ServerCookies(() => Math.floor(Date.now() / 1000) - 600);
  cookies.use({ secrets: [SECRET], isRequired: false });
  cookies.read(hex(CLIENT), 0, 8, '127.0.0.1');
  return Buffer.from(cookies.reply).toString('hex');
}

function isOurs(cookie: Uint8Array): boolean {
  const cookies = new ServerCookies();
  cookies.use({ secrets: [SECRET], isRequired: false });
  return cookies.read(cookie, 0, cookie.length, '127.0.0.1');
}

for (const name of ['nsd', 'named'] as const) {
  describe(`With the same secret, ${name}`, { skip: missing(name) }, () => {
    test('and dnsteer know each other’s cookies', async (context) => {
      const server = await startNameServer(name, () => SERVERS[name], { zone: ZONE });
      atEnd(context, () => server.stop());
      const peer = await UdpPeer.open(server.port);
      atEnd(context, () => peer.close());
      const ask = async (cookie: string): Promise<Message> => {
        const options = option(10, cookie);
        return must(
          decodeMessage(await peer.ask(packet({ id: 7, question: 'example.com. SOA', opt: { options } }))),
        );
      };
      const theirs = (await ask(CLIENT)).edns?.cookie ?? assert.fail('no cookie');
      assert.equal(theirs.length, 24);
      assert.equal(isOurs(theirs), true);
      const made = ours();
      const forged = `${made.slice(0, -2)}${made.endsWith('00') ? '01' : '00'}`;
      const [known, unknown] = [await ask(made), await ask(forged)];
      const knows = ({ rcode, edns }: Message, sent: string): boolean =>
        name === 'named' ? rcode === RCODE.NOERROR : Buffer.from(edns?.cookie ?? []).toString('hex') === sent;
      assert.equal(knows(known, made), true);
      assert.equal(knows(unknown, forged), false);
    });
  });
}
