/** Settings of files in which other programs find pools: what is refused, and where paths lead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emit, emitWithPlaces } from '../../runtime/config/emit/emit-schema.ts';

const ONE = { kind: 'nginx', file: 'shop.conf', pools: ['shop.example/eu'] };

function problems(...written: unknown[]): string[] {
  const { error } = emit.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
}

test('Paths are relative to the folder of the settings', () => {
  const [one] = emitWithPlaces(emit.parse([{ ...ONE, kind: 'haproxy', socket: 'run/admin.sock' }]), '/etc/x');
  assert.equal(one?.file, '/etc/x/shop.conf');
  assert.equal(one.socket, '/etc/x/run/admin.sock');
  assert.equal(one.port, 80);
});

test('What cannot be kept is refused', () => {
  assert.deepEqual(problems(ONE), []);
  assert.deepEqual(problems({ ...ONE, kind: 'apache' }), ['0.kind must be one of nginx, haproxy, caddy']);
  assert.deepEqual(problems({ ...ONE, pools: [] }), ['0.pools must name at least one pool']);
  assert.match(problems({ ...ONE, pools: ['eu'] })[0] ?? '', /must be the name of a pool, such as/);
  assert.deepEqual(problems({ ...ONE, socket: 'x' }), ['0.socket needs kind: haproxy']);
  assert.deepEqual(problems({ ...ONE, reload: [] }), ['0.reload must name a program']);
  assert.deepEqual(problems(ONE, { ...ONE, file: './shop.conf' }), ['1.file is named twice']);
});
