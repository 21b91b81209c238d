/** Structures as the kernel reads and writes them, with a test in the kernel's place. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Datagrams } from '../../runtime/transport/datagrams.ts';

/** Beyond 32 bits, and so that a carry is met. */
const BASE = 0x7fff_ffff_f000;
const COUNT = 3;

/** What struct mmsghdr says, by number of the message. */
function header(datagrams: Datagrams, index: number) {
  const view = new DataView(datagrams.words.buffer);
  const pointer = (at: number): number => Number(view.getBigUint64(at, true)) - BASE;
  const at = datagrams.headerAddress(index) - BASE;
  const iovec = pointer(at + 16);
  return {
    view,
    name: pointer(at),
    nameLength: view.getUint32(at + 8, true),
    payload: pointer(iovec),
    payloadLength: Number(view.getBigUint64(iovec + 8, true)),
    iovecs: Number(view.getBigUint64(at + 24, true)),
    control: pointer(at + 32),
    controlLength: Number(view.getBigUint64(at + 40, true)),
    /** Writes what the kernel writes of a message it received. */
    receive(length: number, controlLength: number): void {
      view.setUint32(at + 8, 16, true);
      view.setBigUint64(at + 40, BigInt(controlLength), true);
      view.setUint32(at + 56, length, true);
    },
  };
}

function datagrams(): Datagrams {
  return new Datagrams({ addressOf: () => BASE }, COUNT);
}

suite('Datagrams', () => {
  test('lie apart from one another, and have room for the longest', () => {
    const block = datagrams();
    const used: [from: number, to: number][] = [];
    for (let index = 0; index < COUNT; index += 1) {
      const { name, payload, payloadLength, iovecs, control, controlLength } = header(block, index);
      assert.equal(iovecs, 1);
      assert.equal(payloadLength, 65_536);
      assert.equal(control % 8, 0);
      used.push([64 * index, 64 * (index + 1)], [name, name + 28], [payload, payload + payloadLength]);
      used.push([control, control + controlLength]);
    }
    used.sort(([a], [b]) => a - b);
    for (const [at, [from]] of used.entries()) assert.ok(from >= (used[at - 1]?.[1] ?? 0), `${from}`);
    assert.ok((used.at(-1)?.[1] ?? 0) <= block.octets.length);
  });

  test('have room anew once they are read', () => {
    const block = datagrams();
    const fresh = header(block, 1);
    fresh.receive(12, 0);
    block.open(1);
    assert.equal(block.payload(1).length, 12);
    const { nameLength, controlLength } = header(block, 1);
    assert.deepEqual([nameLength, controlLength], [fresh.nameLength, fresh.controlLength]);
  });

  test('go back in the envelope they came in', () => {
    const [inbox, outbox] = [datagrams(), datagrams()];
    const received = header(inbox, 2);
    const name = Uint8Array.of(2, 0, 0x14, 0xe9, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    inbox.octets.set(name, received.name);
    received.receive(3, 0);
    outbox.put(0, Uint8Array.of(7, 8, 9), 4, inbox.words, inbox.open(2));
    const sent = header(outbox, 0);
    assert.deepEqual(outbox.octets.slice(sent.name, sent.name + 16), name);
    assert.deepEqual([sent.nameLength, sent.controlLength, sent.payloadLength], [16, 0, 3]);
    assert.deepEqual(outbox.octets.slice(sent.payload, sent.payload + 3), Uint8Array.of(7, 8, 9));
  });

  const IPV4 = { family: 4, octets: 28, local: 20, interface: 16 } as const;
  const IPV6 = { family: 6, octets: 36, local: 16, interface: 32 } as const;
  for (const { kind, address, keeps } of [
    { kind: IPV4, address: [192, 0, 2, 53], keeps: 0 },
    { kind: IPV4, address: [254, 128, 2, 53], keeps: 0 },
    { kind: IPV6, address: [0x20, 0x01, 0x0d, 0xb8], keeps: 0 },
    { kind: IPV6, address: [0xfe, 0x80, 0, 0], keeps: 3 },
    { kind: IPV6, address: [0xfe, 0xc0, 0, 0], keeps: 0 },
  ]) {
    const by = keeps > 0 ? 'its interface' : 'any interface';
    test(`leave from the address they came to, by ${by}: IPv${kind.family} ${address.join(' ')}`, () => {
      const [inbox, outbox] = [datagrams(), datagrams()];
      const received = header(inbox, 0);
      received.view.setUint32(received.control + kind.interface, 3, true);
      inbox.octets.set(address, received.control + kind.local);
      received.receive(0, 40);
      outbox.put(1, new Uint8Array(0), kind.family, inbox.words, inbox.open(0));
      const sent = header(outbox, 1);
      assert.equal(sent.controlLength, 40);
      const local = sent.control + kind.local;
      assert.deepEqual(outbox.octets.slice(local, local + 4), Uint8Array.from(address));
      assert.equal(sent.view.getUint32(sent.control + kind.interface, true), keeps);
    });
  }
});
