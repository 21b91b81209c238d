/**
 * Floods of UPDATE messages (RFC 2136): unsigned, signed with another secret, signed with a key that may change nothing,
 * and signed with one that may, of which each message is new and most are over what the key may ask in a minute.
 */
import assert from 'node:assert/strict';
import type { TsigKey } from '../../../runtime/tsig/tsig-key.ts';
import { updateKey, updateMessage } from '../../support/update-message.ts';
import { residentMiB } from '../memory.ts';
import { dial, pour } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const OTHER_SECRET = 'YW5vdGhlciBzZWNyZXQsIGFzIGxvbmcgYXMgdGhlIGZpcnN0';
/** Carried out at once, and then as many as a minute brings. */
const PER_MINUTE = 60;
/** Messages made ahead by each attacker, all of them others. */
const MESSAGES = 20_000;
/** MiB of control, which remembers what it carried out. */
const MOST_OF_CONTROL = 400;

function* updates(key: TsigKey | undefined): Generator<Uint8Array> {
  for (let index = 0; index < MESSAGES; index += 1) {
    const name = `_acme-challenge.n${index}.flooded.example`;
    yield updateMessage({ id: index, zone: 'flooded.example', name, text: String(index) }, key);
  }
}

export const attack: StrangerAttack = {
  title: 'A flood of updates',
  files: { 'flooded.example.zone': '$TTL 30\n@ SOA ns h 1 7200 600 86400 30\n@ NS ns\nns A 192.0.2.1\n' },
  config: `
keys:
  granted.example: { secret: ${SECRET} }
  powerless.example: { secret: ${SECRET} }
update:
  perMinute: ${PER_MINUTE}
  grants: [{ key: granted.example }]
`,
  strike: ({ port }) => {
    const keys = [
      undefined,
      updateKey('granted.example', OTHER_SECRET),
      updateKey('powerless.example', SECRET),
      updateKey('granted.example', SECRET),
    ];
    for (const [index, key] of keys.entries()) {
      const framed = [...updates(key)].map((message) =>
        Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]),
      );
      const flood = dial(port, index).resume();
      flood.on('connect', () => pour(flood, Buffer.concat(framed)));
    }
  },
  sees: async (server, { processes }) => {
    const carriedOut = server.output().split('Zone was updated').length - 1;
    assert.ok(carriedOut > 0 && carriedOut <= PER_MINUTE + 10, `${carriedOut} updates were carried out`);
    const control = processes.find(({ kind }) => kind === 'control') ?? assert.fail('no control');
    const held = residentMiB(control.pid);
    assert.ok(held < MOST_OF_CONTROL, `control has ${held.toFixed(0)} MiB`);
    assert.ok(server.output().length < 1_000_000, `${server.output().length} characters of log`);
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
