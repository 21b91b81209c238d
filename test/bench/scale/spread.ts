/** How evenly the kernel shares queries among answer processes, by the number of ports they come from. */
import path from 'node:path';
import { cpuMicros, dnsperf, pidsOf, table } from '../measure.ts';
import { writeQuestions } from '../questions.ts';
import { hostsOf, makeFolder } from './policies.ts';
import { startOver } from './start.ts';

const PORTS = [8, 64, 512];

export async function measureSpread(seconds: number): Promise<void> {
  const rows = [['processes', 'client ports', 'share of the CPU time, %', 'most ÷ even share', 'q/s']];
  for (const processes of [2, 4]) {
    const folder = makeFolder(10);
    const server = await startOver(folder, undefined, processes);
    const questions = path.join(folder, 'questions');
    writeQuestions(questions, hostsOf(10));
    const pids = await pidsOf(server.adminUrl, 'answer');
    for (const ports of PORTS) {
      const before = pids.map(cpuMicros);
      const options = ['-B', '-d', questions, '-l', String(seconds), '-q', '1000', '-c', String(ports)];
      const { perSecond } = await dnsperf(server.port, options);
      const spent = pids.map((pid, index) => cpuMicros(pid) - (before[index] ?? 0));
      const all = spent.reduce((sum, one) => sum + one, 0);
      const shares = spent.map((one) => ((100 * one) / all).toFixed(0)).join(' ');
      const most = (Math.max(...spent) * processes) / all;
      rows.push([String(processes), String(ports), shares, most.toFixed(2), perSecond.toFixed(0)]);
    }
    await server.stop();
  }
  table(rows);
}
