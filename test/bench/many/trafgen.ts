/** Queries of which each comes from another address, by trafgen. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Cable } from './veth.ts';

/** The packet, as trafgen's language has it: sources are drawn from 1.0.0.0 to 126.255.255.255, and ports from all. */
export function writePacket(file: string, { from, to }: Cable, port: number, message: Buffer): void {
  const payload = [...message].map((octet) => `0x${octet.toString(16).padStart(2, '0')}`);
  writeFileSync(
    file,
    `{
  eth(sa=${from}, da=${to}),
  ipv4(ttl=64, da=127.0.0.1, sa=drnd(0x01000000, 0x7effffff)),
  udp(sp=drnd(1024, 65535), dp=${port}),
  ${payload.join(', ')}
}
`,
  );
}

/** Sends so many packets, as fast as one processor can or at a rate; resolves when they are sent. */
export async function sendPackets(
  { there, device }: Cable,
  file: string,
  count: number,
  perSecond?: number,
): Promise<void> {
  // With one process, trafgen keeps itself to processor 0.
  const options = ['-o', device, '-i', file, '-P', '1', '-n', String(count), '-C', '-Q', '--no-sock-mem'];
  const rate = perSecond === undefined ? [] : ['-b', `${perSecond}pps`];
  const [program = '', ...args] = [...there, 'trafgen', ...options, ...rate];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`trafgen fails: ${said}`);
}
