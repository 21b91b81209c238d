/** A sandbox process that does not keep to the protocol is lost at once, for a reason that is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxProcess } from '../../../runtime/runner/process/sandbox-process.ts';
import { impostor } from '../impostors.ts';

interface Life {
  readonly lost: string;
  readonly exited: string;
  readonly replies: readonly unknown[];
}

/** Watches a process that runs this code and never ends by itself. */
async function lifeOf(code: string): Promise<Life> {
  const replies: unknown[] = [];
  let lost = '';
  const child = new SandboxProcess(
    {
      onReady: () => {},
      onReply: (_, reply) => {
        replies.push(reply);
        return undefined;
      },
      onMemory: () => {},
      onLost: (_, why) => {
        lost += why;
      },
    },
    impostor(`${code}; setInterval(() => {}, 1000);`),
  );
  return { exited: await child.exited, lost, replies };
}

const READY = `send({ t: 'ready', open: [], lockless: [] });`;

const LIES: readonly [code: string, why: string][] = [
  [`write('GET / HTTP/1.1')`, 'Frame of 1195725856 octets: 1 to 524288 are allowed'],
  [`write(Buffer.alloc(4))`, 'Frame of 0 octets: 1 to 524288 are allowed'],
  [`write(Buffer.from([0, 0, 0, 1, 120]))`, 'Frame is not JSON'],
  [`write(Buffer.from([0, 0, 0, 2, 123, 125]))`, 'Frame is not an array of messages'],
  [`${READY} send(null)`, 'it sent a message that is not of the protocol'],
  [`${READY} send({ t: 'ran', id: 1 })`, 'it sent a message that is not of the protocol'],
  [`send({ t: 'loaded', id: 1 })`, 'it replied before it was ready'],
  [`${READY} ${READY}`, 'it said twice that it is ready'],
  [`${READY} require('node:net').Socket({ fd: 3 }).destroy()`, 'it ended'],
  [`write(Buffer.alloc(100000, 255))`, 'Frame of 4294967295 octets: 1 to 524288 are allowed'],
];

for (const [code, why] of LIES) {
  test(`It is killed after ${code.replace(READY, '').trim()}`, async () => {
    const life = await lifeOf(code);
    assert.equal(life.lost, why);
    assert.equal(life.exited, 'SIGKILL');
    assert.deepEqual(life.replies, []);
  });
}

test('Replies before the lie are heard, those after it are not', async () => {
  const good = `{ t: 'loaded', id: 1, manifest: {} }`;
  const life = await lifeOf(`${READY} send(${good}, { t: 'nonsense' }, ${good}); send(${good});`);
  assert.deepEqual(life.replies, [{ t: 'loaded', id: 1, manifest: {} }]);
});

test('Replies sent just before the end are heard', async () => {
  const reply = `{ t: 'loaded', id: 1, manifest: {} }`;
  const life = await lifeOf(`${READY} send(${reply}); process.abort();`);
  assert.equal(life.replies.length, 1);
  assert.match(life.exited, /^SIGABRT/);
});

test('Of what it complains the telling line is kept', async () => {
  const life = await lifeOf(
    `console.error('starting\\n#\\n# Fatal error in v8, line 5\\n' + '  at native code\\n'.repeat(50)); process.exit(7);`,
  );
  assert.equal(life.exited, 'exit code 7: Fatal error in v8, line 5');
});
