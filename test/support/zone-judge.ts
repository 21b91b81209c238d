/**
 * Whole signed zones, judged by three programs. None proves all: ldns-verify-zone reads no bitmap of NSEC, kzonecheck
 * no algorithms, and dnssec-verify counts an algorithm only if it signs DNSKEY.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Place } from './validators/ask-resolver.ts';

const run = promisify(execFile);

export const ZONE_JUDGES = {
  'ldns-verify-zone': (_: string, file: string) => [file],
  // -z: one key may sign all.
  'dnssec-verify': (origin: string, file: string) => ['-z', '-o', origin, file],
  kzonecheck: (origin: string, file: string) => ['-d', 'on', '-o', origin, file],
} as const;

export type ZoneJudge = keyof typeof ZONE_JUDGES;

export interface ZoneVerdict {
  readonly isGood: boolean;
  readonly said: string;
}

/** What a program says of a zone as text, one record a line and all names absolute. */
export async function judgeZone(judge: ZoneJudge, origin: string, text: string): Promise<ZoneVerdict> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-judge-'));
  const file = path.join(folder, 'zone');
  writeFileSync(file, text);
  try {
    const { stdout, stderr } = await run(judge, ZONE_JUDGES[judge](origin, file), { maxBuffer: 1 << 26 });
    return { isGood: true, said: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    // An error of the system has a word as its code: the program has not run.
    if (typeof code !== 'number') throw error;
    return { isGood: false, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A zone as dig gets it by AXFR, one record a line, its SOA once; throws where it is not given. */
export async function transferredZone({ address, port }: Place, origin: string): Promise<string> {
  const at = [`@${address}`, '-p', String(port)];
  const { stdout } = await run('dig', [...at, '+noall', '+answer', '+onesoa', origin, 'AXFR'], {
    maxBuffer: 1 << 26,
  });
  if (!/\sSOA\s/.test(stdout)) throw new Error(`${address} does not give ${origin} away:\n${stdout}`);
  return stdout;
}
