/** Structures the kernel receives into, with a test in the kernel's place. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Inbox } from '../../../runtime/transport/udp/inbox.ts';
import { FakeKernel } from '../fake-kernel.ts';

const COUNT = 3;
const NAME = new Uint8Array(16);

function inbox() {
  const kernel = new FakeKernel();
  const box = new Inbox(kernel, COUNT);
  return { kernel, box, addressOf: (index: number) => box.address + 64 * index };
}

suite('An inbox', () => {
  test('has datagrams apart from one another, and room for the longest', () => {
    const { kernel, addressOf } = inbox();
    const used: [from: number, to: number][] = [];
    for (let index = 0; index < COUNT; index += 1) {
      const { at, name, nameLength, payloads, control, controlLength } = kernel.header(addressOf(index));
      const [{ from, length } = assert.fail(), ...more] = payloads;
      assert.deepEqual([length, nameLength, more], [65_536, 28, []]);
      assert.equal(control % 8, 0);
      used.push([at, at + 64], [name, name + nameLength], [from, from + length]);
      used.push([control, control + controlLength]);
    }
    used.sort(([a], [b]) => a - b);
    for (const [at, [from]] of used.entries()) assert.ok(from >= (used[at - 1]?.[1] ?? 0), `${from}`);
    assert.ok((used.at(-1)?.[1] ?? 0) <= kernel.octets.length);
  });

  test('has room anew once a datagram is read', () => {
    const { kernel, box, addressOf } = inbox();
    const { nameLength, controlLength } = kernel.header(addressOf(1));
    kernel.receive(addressOf(1), 12, NAME);
    box.open(1);
    assert.equal(box.payload(1).length, 12);
    const after = kernel.header(addressOf(1));
    assert.deepEqual([after.nameLength, after.controlLength], [nameLength, controlLength]);
  });

  test('shows of each datagram the octets that were received, whatever was there before', () => {
    const { kernel, box, addressOf } = inbox();
    for (const length of [12, 700, 0, 65_535, 12]) {
      const { from } = kernel.header(addressOf(2)).payloads[0] ?? assert.fail();
      const octets = Uint8Array.from({ length }, (_, at) => at + length);
      kernel.octets.set(octets, from);
      kernel.receive(addressOf(2), length, NAME);
      assert.deepEqual(box.payload(2), octets);
    }
  });
});
