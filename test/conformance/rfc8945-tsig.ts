/** RFC 8945: messages signed with a key that both sides have. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AnswerCheck, Signer } from '../../runtime/tsig/signature.ts';
import { keyringOf, type TsigKey } from '../../runtime/tsig/tsig-key.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { findTsig, readTsig, type Tsig, withTsig } from '../../runtime/wire/tsig.ts';
import { replyToText } from '../support/reply.ts';
import { must, name } from '../support/wire.ts';
import { both, except, peer, query } from './server.ts';
import { TSIG_KEY } from './target.ts';

const KEY = keyringOf([TSIG_KEY]).values().next().value as TsigKey;
const ANSWER = ['NOERROR qr aa', 'answer www.rich.example. 300 IN AAAA 2001:db8::1'];

function signed(saying: Partial<Tsig> = {}, key = KEY) {
  const bare = query('www.rich.example. AAAA');
  return { bare, ...new Signer(key, undefined).sign(bare, saying) };
}

/** RCODE, TSIG error, and whether the record is signed. */
async function verdict(message: Uint8Array): Promise<string> {
  const reply = await peer.ask(Buffer.from(message));
  const { rcode } = must(decodeMessage(reply));
  const at = findTsig(reply);
  if (at === undefined) return `${rcode}`;
  const tsig = readTsig(reply, at) ?? assert.fail('malformed TSIG');
  return `${rcode} ${tsig.error} ${tsig.mac.length > 0 ? 'signed' : 'unsigned'}`;
}

describe('RFC 8945: TSIG', () => {
  test('RFC 8945 §5.3: a signed query is answered as ever, and signed', async () => {
    const { signed: message, mac } = signed();
    const reply = await peer.ask(Buffer.from(message));
    assert.deepEqual(replyToText(must(new AnswerCheck(KEY, mac).next(reply))), ANSWER);
  });

  test('RFC 8945 §5.2.1: a key that is not known: BADKEY, unsigned', async () => {
    assert.equal(
      await verdict(signed({}, { ...KEY, name: name('nobody.example.') }).signed),
      '9 17 unsigned',
    );
  });

  test(
    'RFC 8945 §5.2.1: a key under another algorithm: BADKEY, unsigned',
    except({ failsOn: { nsd: 'takes a key with any algorithm' } }),
    async () => {
      const other = { algorithm: 'hmac-sha512', algorithmName: name('hmac-sha512.') } as const;
      assert.equal(await verdict(signed({}, { ...KEY, ...other }).signed), '9 17 unsigned');
    },
  );

  test('RFC 8945 §5.2.2: another secret: BADSIG, unsigned', async () => {
    assert.equal(await verdict(signed({}, { ...KEY, secret: Buffer.from('no') }).signed), '9 16 unsigned');
  });

  test('RFC 8945 §5.2.2: one octet changed on the way: BADSIG, wherever it is', async () => {
    const { signed: message, bare } = signed();
    for (const at of [2, bare.length - 4, 14]) {
      const changed = Uint8Array.from(message);
      // RD; the type; a letter of the name.
      changed[at] = (changed[at] ?? 0) ^ (at === 14 ? 0x02 : 0x01);
      assert.equal(await verdict(changed), '9 16 unsigned', `octet ${at}`);
    }
  });

  test(
    'RFC 8945 §5.2.3: a time that is too far off: BADTIME, signed',
    except({ failsOn: { nsd: 'BADTIME, unsigned' } }),
    async () => {
      const timeSigned = Math.floor(Date.now() / 1000) - 1000;
      assert.equal(await verdict(signed({ timeSigned }).signed), '9 18 signed');
    },
  );

  test(
    'RFC 8945 §5.2.2.1: a MAC cut by half is sound, and too short for us: BADTRUNC',
    except({ failsOn: both('BADSIG') }),
    async () => {
      const { bare, signed: message } = signed();
      const tsig = readTsig(message, bare.length) ?? assert.fail();
      const reply = await verdict(withTsig(bare, { ...tsig, mac: tsig.mac.slice(0, 16) }));
      assert.equal(reply, '9 22 signed');
    },
  );

  test(
    'RFC 8945 §5.2.2.1: a MAC shorter than 10 octets: FORMERR',
    except({ failsOn: both('BADSIG') }),
    async () => {
      const { bare, signed: message } = signed();
      const tsig = readTsig(message, bare.length) ?? assert.fail();
      assert.match(await verdict(withTsig(bare, { ...tsig, mac: tsig.mac.slice(0, 9) })), /^1\b/);
    },
  );

  test('RFC 8945 §5.2: a record behind it, or a second one: FORMERR', async () => {
    const { signed: message, bare } = signed();
    const record = message.subarray(bare.length);
    const twice = Buffer.concat([message, record]);
    twice.writeUInt16BE(2, 10);
    const opt = Buffer.concat([message, Buffer.from('0000290400000000000000', 'hex')]);
    opt.writeUInt16BE(2, 10);
    assert.match(await verdict(twice), /^1\b/, 'twice');
    assert.match(await verdict(opt), /^1\b/, 'OPT behind it');
  });
});
