/** Addresses to listen on, as operators write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isLoopback,
  parseSocketAddress,
  socketAddressToText,
} from '../../../runtime/base/net/socket-address.ts';

for (const text of ['127.0.0.1:53', '[::1]:5300', '[2001:db8::1]:65535', '0.0.0.0:0']) {
  test(`${text} is read and written the same`, () => {
    const parsed = parseSocketAddress(text);
    assert.ok(parsed);
    assert.equal(socketAddressToText(parsed), text);
  });
}

for (const text of [
  '',
  '53',
  '127.0.0.1',
  '::1:53',
  '127.0.0.1:65536',
  '127.0.0.256:53',
  'localhost:53',
  '[127.0.0.1]:53',
  '127.0.0.1:',
  '127.0.0.1:+5',
  '[::1]',
  '[fe80::1:53',
]) {
  test(`"${text}" is no address and port`, () => assert.equal(parseSocketAddress(text), undefined));
}

test('Loopback is told from everything else', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1']) assert.ok(isLoopback(address), address);
  for (const address of ['0.0.0.0', '::', '128.0.0.1', '192.0.2.1', '2001:db8::1'])
    assert.ok(!isLoopback(address), address);
});
