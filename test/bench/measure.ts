/** What the benches measure with: dnsperf for load, the kernel's own accounts for CPU and memory. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Status } from '../../runtime/admin/status.ts';
import { childrenOf, computedMsOfAll } from '../../runtime/base/process/process-usage.ts';

const run = promisify(execFile);

/** Clock ticks a second, as /proc counts CPU time (USER_HZ; 100 on every Linux we know). */
const TICKS = 100;

export interface Load {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  readonly perSecond: number;
  readonly averageMs: number;
  /** Length of a reply, on average. */
  readonly replyOctets: number;
  /** `NOERROR` → count. */
  readonly rcodes: Readonly<Record<string, number>>;
}

/** Runs dnsperf over questions (`name type` a line) for some seconds. */
export async function load(
  port: number,
  questions: readonly string[],
  seconds: number,
  ...options: string[]
): Promise<Load> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'dnsteer-bench-')), 'questions');
  writeFileSync(file, `${questions.join('\n')}\n`);
  return dnsperf(port, ['-d', file, '-l', String(seconds), ...options]);
}

/** Runs dnsperf, on one processor of its own if it is given. */
export async function dnsperf(port: number, options: readonly string[], processor?: number): Promise<Load> {
  const { stdout } = await dnsperfText(port, options, processor);
  return loadFrom(stdout);
}

/** What dnsperf prints; with `-v`, a line for each answer. */
export function dnsperfText(
  port: number,
  options: readonly string[],
  processor?: number,
): Promise<{ stdout: string }> {
  const command = ['dnsperf', '-s', '127.0.0.1', '-p', String(port), ...options];
  const [program = '', ...args] = [...(processor === undefined ? [] : onProcessor(processor)), ...command];
  return run(program, args, { maxBuffer: 1 << 29 });
}

/** The command before another that keeps it to a processor. */
export function onProcessor(processor: number): string[] {
  return ['taskset', '-c', String(processor)];
}

function loadFrom(stdout: string): Load {
  const rcodes: Record<string, number> = {};
  for (const [, rcode, count] of (/Response codes:(.*)/.exec(stdout)?.[1] ?? '').matchAll(
    /([A-Z]+) (\d+)/g,
  )) {
    if (rcode !== undefined) rcodes[rcode] = Number(count);
  }
  const figure = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  return {
    sent: figure(/Queries sent:\s+(\d+)/),
    completed: figure(/Queries completed:\s+(\d+)/),
    lost: figure(/Queries lost:\s+(\d+)/),
    perSecond: figure(/Queries per second:\s+([\d.]+)/),
    averageMs: 1000 * figure(/Average Latency \(s\):\s+([\d.]+)/),
    replyOctets: figure(/Average packet size:.*response (\d+)/),
    rcodes,
  };
}

/** User and system time of a process so far, in microseconds. */
export function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS;
}

/** As {@link cpuMicros}, of all threads, of all processes that it has started, and to the nanosecond. */
export function cpuMicrosOfAll(pid: number): number {
  const pids = [pid, ...descendantsOf(pid)];
  return pids.reduce((sum, each) => sum + 1000 * (computedMsOfAll(each) ?? 0), 0);
}

export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}

export async function status(adminUrl: string): Promise<Status> {
  return (await (await fetch(`${adminUrl}/api/status`)).json()) as Status;
}

export async function pidsOf(adminUrl: string, kind: 'control' | 'answer' | 'sandbox'): Promise<number[]> {
  return (await status(adminUrl)).processes.filter((each) => each.kind === kind).map(({ pid }) => pid);
}

/** Resident memory of each process: `control 293, answer 238, sandbox 1600`. */
export async function memoryOf(adminUrl: string): Promise<string> {
  const { processes } = await status(adminUrl);
  return processes.map(({ kind, pid }) => `${kind} ${residentMiB(pid).toFixed(0)}`).join(', ');
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Prints rows in columns. */
export function table(rows: readonly (readonly (string | number)[])[]): void {
  const text = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)));
  const widths = text[0]?.map((_, column) => Math.max(...text.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of text) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
