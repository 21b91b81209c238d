/** Pools as nginx, HAProxy and Caddy read them: judged by these programs themselves, where they are there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { EmitKind } from '../../../runtime/config/emit/emit-kinds.ts';
import { upstreamName, upstreamText } from '../../../runtime/control/emit/upstream-text.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-emit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const UP = { isUp: true, share: 1 };
const POOL = {
  pool: 'shop.example/eu',
  upstreams: [
    { address: '192.0.2.1', ...UP },
    { address: '192.0.2.2', isUp: false, share: 1 },
    { address: '192.0.2.3', isUp: true, share: 0 },
    { address: '2001:db8::1', isUp: true, share: 0.4 },
  ],
};

function textFor(kind: EmitKind, ...pools: (typeof POOL)[]): string {
  const text = upstreamText(kind, pools, 8080);
  assert.ok(text.ok);
  return text.value;
}

test('What is down or drained is out; a drain leaves a share', () => {
  assert.equal(
    textFor('nginx', POOL),
    `# Written by dnsteer.
upstream shop.example_2feu {
    server 192.0.2.1:8080 weight=100;
    server 192.0.2.2:8080 weight=100 down;
    server 192.0.2.3:8080 weight=1 down;
    server [2001:db8::1]:8080 weight=40;
}
`,
  );
  assert.match(textFor('haproxy', POOL), /server 192\.0\.2\.2 192\.0\.2\.2:8080 weight 100 disabled\n/);
  assert.match(textFor('caddy', POOL), /\n {4}reverse_proxy 192\.0\.2\.1:8080 \[2001:db8::1\]:8080\n/);
});

test('Where all is down, all of it is used, but for what is drained', () => {
  const upstreams = POOL.upstreams.map((one) => ({ ...one, isUp: false }));
  assert.match(
    textFor('nginx', { ...POOL, upstreams }),
    /192\.0\.2\.2:8080 weight=100;\n.*192\.0\.2\.3:8080 weight=1 down/,
  );
});

test('A pool without addresses, or one that is named twice, is refused', () => {
  assert.equal(upstreamText('nginx', [{ pool: 'a/b', upstreams: [] }], 80).ok, false);
  assert.equal(upstreamText('nginx', [POOL, POOL], 80).ok, false);
});

test('A name is nothing but a name, and no two pools have one', () => {
  assert.equal(upstreamName('a/\u{10000}'), 'a_2f_f0_90_80_80');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      assert.match(upstreamName(one), /^[A-Za-z0-9._-]*$/);
      if (Buffer.compare(Buffer.from(one), Buffer.from(other)) !== 0)
        assert.notEqual(upstreamName(one), upstreamName(other));
    }),
  );
});

/** Around what is emitted: enough for the program to judge it. */
const PROGRAMS: readonly (readonly [
  EmitKind,
  (text: string) => string,
  (file: string) => readonly string[],
])[] = [
  [
    'nginx',
    (text) => `pid ${folder}/pid; events {} http { access_log off;\n${text} }\n`,
    (file) => ['-t', '-c', file],
  ],
  [
    'haproxy',
    (text) =>
      `defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nfrontend f\n bind 127.0.0.1:8099\n${text}`,
    (file) => ['-c', '-f', file],
  ],
  [
    'caddy',
    (text) => `${text}\n:8099 {\n import ${upstreamName(POOL.pool)}\n}\n`,
    (file) => ['validate', '--adapter', 'caddyfile', '--config', file],
  ],
];

for (const [kind, around, args] of PROGRAMS) {
  const isAbsent = spawnSync('which', [kind]).status !== 0 && `${kind} is not installed`;
  test(`${kind} takes what is emitted for it, whatever pools are called`, { skip: isAbsent }, () => {
    const hostile = { ...POOL, pool: 'shop.example/a{};"\n$(id) # é' };
    const file = path.join(folder, kind);
    writeFileSync(file, around(textFor(kind, POOL, hostile)));
    const { status, stderr } = spawnSync(kind, args(file), { env: { ...process.env, HOME: folder } });
    assert.equal(status, 0, stderr.toString());
  });
}
