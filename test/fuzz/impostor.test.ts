/**
 * A real `Sandbox` over processes that answer with anything: replies spoilt by the seeded mutator, for
 * the wrong request, cut into pieces, twice, too early, or octets that are no frames at all. Every
 * request gets one outcome, and nothing is thrown or kept.
 * DNSTEER_FUZZ_SEED and DNSTEER_FUZZ_RUNS look further.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { ROOT } from '../../runtime/wire/name.ts';
import { decide, LIMITS } from '../runner/guests.ts';
import { impostor } from '../runner/impostors.ts';
import { atEnd } from '../support/at-end.ts';
import { FUZZ } from '../support/fuzz.ts';
import { until } from '../support/until.ts';

/** Policies of a run of this test; each may end three processes until it is quarantined. */
const POLICIES = Math.ceil(FUZZ.numRuns / 150);
const RUNS_OF_EACH = 20;

const [world, mutator] = ['../answer/world.ts', '../support/mutate.ts'].map((file) =>
  JSON.stringify(path.resolve(import.meta.dirname, file)),
);

/** Answers soundly for a while, and then in its own way. */
function liar(seed: number): string {
  return `
    const { seededRandom } = require(${world});
    const { mutate, pick } = require(${mutator});
    const random = seededRandom(${seed});
    const plan = { kind: 'firstHealthy', of: [{ kind: 'records', records: { A: ['192.0.2.1'] }, ttl: 5 }] };
    const manifest = { form: 'policy', pools: {}, fallback: plan, hosts: { www: null }, records: {} };
    const decision = JSON.stringify({ plan, reads: [['client.country'], ['health.eu', 'up']], impure: [] });
    /** Lines of told.ts: right, nearly right, and decisions that have no number yet. */
    const told = (id) => pick([
      \`\${id} 5 3\${decision}\`, \`\${id} 5 3\`, \`\${id} 5 7\`, \`\${id} 5 4\${mangled(decision)}\`, mangled(\`\${id} 5 3\`),
      \`\${id} 5 99999\${decision}\`, \`\${id} 99999999999 3\`, \`\${id} 5 3\\n\${id + 1} 5 3\`, \`\${id} 5 3\${'['.repeat(500)}\`, \`\${id} 5 3null\`,
    ], random);
    const mangled = (text) => {
      const at = Math.floor(text.length * random());
      return text.slice(0, at) + pick(['', ' ', '-', '1', '{', '"', '\\n', '\\0', '\\u20ac'], random) + text.slice(at + Math.floor(2 * random()));
    };
    const sendTold = (line, clock = '1234') => write(framed(Buffer.from('t' + clock + '\\n' + line)));
    const clockOrNot = () => pick(['1234', '1234', '1234', '', '-5', '9'.repeat(400), 'x'], random);
    const sound = ({ t, id }) => t === 'load'
      ? { t: 'loaded', id, manifest }
      : pick([
          { t: 'ran', id, plan, reads: [['client.country', 'DE']], impure: [], micros: 5 },
          { t: 'ran', id, plan, reads: [['client.country']], impure: [], micros: 5 },
          { t: 'failed', id, reason: pick(['throw', 'timeout', 'memory', 'invalid', 'missing', 'together'], random), message: 'Boom' },
        ], random);
    const frame = (message) => framed(Buffer.from(JSON.stringify([message])));
    const framed = (body) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return Buffer.concat([length, body]);
    };
    const octets = (count) => Buffer.from(Array.from({ length: count }, () => 256 * random()));
    const lie = (request) => {
      const message = sound(request);
      const whole = frame(message);
      if (request.t === 'run' && random() < 0.5) return sendTold(told(request.id), clockOrNot());
      switch (Math.floor(14 * random())) {
        case 0: return send({ ...message, id: message.id + 1 });
        case 1: return send(message, message);
        case 2: return write(octets(1 + 50 * random()));
        case 3: return write(Buffer.concat([Buffer.from([0, 63, 255, 255]), octets(2000)]));
        case 4: return write(whole.fill(255, 4 + Math.floor((whole.length - 4) * random())));
        case 5: return process.exit(3);
        case 6: return;
        case 7: return send({ t: 'ready', open: [], lockless: [] });
        case 8: return write(Buffer.concat([whole, octets(20)]));
        case 9: { const junk = Array.from({ length: 20000 }, () => []); return send({ ...message, junk }); }
        default: return send(mutate(message, random));
      }
    };
    const requestsIn = (text) => {
      if (!text.startsWith('r')) return JSON.parse(text);
      const [head, , ...lines] = text.split('\\n');
      return lines.map((_, index) => ({ t: 'run', id: Number(head.split(' ')[2]) + index }));
    };
    send({ t: 'ready', open: [], lockless: [] });
    const buffer = Buffer.alloc(1 << 20);
    let kept = Buffer.alloc(0);
    for (let honest = Math.floor(30 * random()); ; ) {
      const count = readSync(3, buffer);
      if (count === 0) process.exit();
      kept = Buffer.concat([kept, buffer.subarray(0, count)]);
      while (kept.length >= 4 && kept.length >= 4 + kept.readUInt32BE(0)) {
        const end = 4 + kept.readUInt32BE(0);
        for (const request of requestsIn(kept.toString('utf8', 4, end))) {
          if (request.t === 'drop') continue;
          honest -= 1;
          if (honest < 0) lie(request);
          else if (request.t === 'run' && honest % 2 === 0) sendTold(\`\${request.id} 5 3\${decision}\`);
          else send(sound(request));
        }
        kept = kept.subarray(end);
      }
    }`;
}

test('Whatever a sandbox says, each request gets one outcome', {
  timeout: 30_000 + 100 * FUZZ.numRuns,
}, async (context) => {
  let processes = 0;
  const sandbox = new Sandbox({ spawn: () => impostor(liar(FUZZ.seed + processes++)) });
  atEnd(context, () => sandbox.stop());
  await sandbox.start();
  const before = process.memoryUsage();
  const told: number[] = [];
  const outcomes: Record<string, number> = {};
  for (let policy = 0; policy < POLICIES; policy += 1) {
    const key = `example.com@${policy}`;
    const loaded = sandbox.load(key, 'globalThis', LIMITS);
    await Promise.all(
      Array.from({ length: RUNS_OF_EACH }, async () => {
        const run = told.push(0) - 1;
        const outcome = await decide(count(run), key, { budgetMs: 20, withinMs: 150 });
        outcomes[outcome.ok ? 'ok' : outcome.reason] =
          (outcomes[outcome.ok ? 'ok' : outcome.reason] ?? 0) + 1;
        if (outcome.ok) compilePlan(outcome.plan, { zone: ROOT, pools: new Map(), ttl: 30, apex: false });
        else assert.ok(outcome.message.length <= 5000);
      }),
    );
    sandbox.drop(key);
    await loaded;
  }
  assert.deepEqual(
    told,
    Array.from(told, () => 1),
  );
  // Whoever waited has been told at the deadline; the process may have been given a moment longer.
  await until(
    async () => sandbox.stats().pending,
    (pending) => pending === 0,
  );
  const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  assert.ok(grown < 64 << 20, `${grown} octets are kept`);
  assert.ok((outcomes.ok ?? 0) > 0 && (outcomes.sandbox ?? 0) > 0, JSON.stringify(outcomes));
  await sandbox.stop();
  assert.deepEqual(
    told,
    Array.from(told, () => 1),
    'nobody is told again at the end',
  );

  /** The sandbox, with each call of `done` noted. */
  function count(run: number): Pick<Sandbox, 'run'> {
    return {
      run: (ask, done) =>
        sandbox.run(ask, (outcome) => {
          told[run] = (told[run] ?? 0) + 1;
          done(outcome);
        }),
    };
  }
});
