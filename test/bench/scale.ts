/**
 * dnsteer with many policies, many clients and many processes.
 * Run: node test/bench/scale.ts [--only start,cost,flood,spread,cold,signed] [--policies 10,100,1000,10000] [--seconds 2]
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { measureCold } from './scale/cold.ts';
import { measureCost } from './scale/cost.ts';
import { measureFlood } from './scale/flood.ts';
import { makeFolder } from './scale/policies.ts';
import { measureSignedZones } from './scale/signed.ts';
import { measureSpread } from './scale/spread.ts';
import { measureStart } from './scale/start.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'start,cost,flood,spread,cold,signed' },
    policies: { type: 'string', default: '10,100,1000,10000' },
    seconds: { type: 'string', default: '2' },
  },
});
const seconds = Number(options.seconds);
const counts = options.policies.split(',').map(Number);
const most = Math.max(...counts);

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  start: () => measureStart(makeFolder(most), most),
  cost: () => measureCost(counts, seconds),
  spread: () => measureSpread(seconds),
  cold: () => measureCold(seconds),
  flood: () => measureFlood(most),
  signed: () => measureSignedZones(most),
};

// Servers end with this process, which an interrupt would otherwise end without a word.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
for (const part of options.only.split(',')) {
  console.log(`\n${part}`);
  await PARTS[part]?.();
}
