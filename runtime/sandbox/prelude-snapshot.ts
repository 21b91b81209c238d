/**
 * What V8 holds when the prelude has run, for isolates to begin with: they are loaded in half the time that it
 * takes if each runs it. Every one has a context of its own, as the prelude left it.
 */
import ivm from 'isolated-vm';

/** An isolate that has run the prelude. */
export type Snapshot = ivm.ExternalCopy<ArrayBuffer>;

/** What stacks call it. Frames of ours are not shown: build/source-map.ts. */
const FILE_NAME = 'dnsteer:prelude';

/** V8 compiles a function when it is called first. These are compiled once and for all; nothing else is left of it. */
const WARM_UP = `
  const { definePolicy, firstHealthy, install } = __dnsteer_modules.dnsteer;
  const plan = firstHealthy('here', 'there');
  install({
    default: definePolicy({
      pools: { here: { A: '192.0.2.1' }, there: { A: ['192.0.2.2'], AAAA: ['2001:db8::2'] } },
      fallback: plan,
      hosts: { '@': plan, www: ({ client }) => (client.country === 'DE' ? plan : { A: '192.0.2.3' }) },
    }),
  });
  __dnsteer_manifest();
  const client = { ip: '192.0.2.1', subnet: '192.0.2.0/24', family: 4, country: 'DE' };
  __dnsteer_run('www', 'www.example', 'A', JSON.stringify({ client, now: 0, health: { here: 'up', there: 'up' } }));`;

/** Runs the prelude. Throws if it does. */
export function snapshotOf(prelude: string): Snapshot {
  return ivm.Isolate.createSnapshot([{ code: prelude, filename: FILE_NAME }], WARM_UP);
}
