/** Checks as authors write them, probed once at a server on loopback. */
import assert from 'node:assert/strict';
import { DataReader } from '../../../runtime/base/data-reader.ts';
import { isCombination } from '../../../runtime/health/combination.ts';
import { createNetworkProbe, type NetworkProbeOptions } from '../../../runtime/health/network-probe.ts';
import type { ProbeResult } from '../../../runtime/health/probe.ts';
import type { RecordSet } from '../../../runtime/plan/plan.ts';
import { readCheck } from '../../../runtime/plan/pools/check-tree.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { CHECK_TIMING } from '../../support/check-timing.ts';

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const SETS: readonly RecordSet[] = [{ type: RRTYPE.A, ttl: 30, rdatas: [LOOPBACK], slots: [-1] }];
const never = new AbortController().signal;

/** The problem that a probe finds, or `undefined`. */
export async function probed(check: object, options?: NetworkProbeOptions): Promise<string | undefined> {
  const result = await resultOf(check, options);
  return result.ok ? undefined : result.problem;
}

/** Whether it succeeds, and the load that it learns of. */
export async function probedLoad(check: object): Promise<{ ok: boolean; load: number | undefined }> {
  const result = await resultOf(check);
  return { ok: result.ok, load: result.ok ? result.load : undefined };
}

async function resultOf(check: object, options?: NetworkProbeOptions): Promise<ProbeResult> {
  const reader = new DataReader();
  const commands = [...(options?.commands?.().keys() ?? [])];
  const defaults = { ...CHECK_TIMING, commands };
  const target = readCheck(check, 'check', SETS, reader, defaults)?.(RRTYPE.A, LOOPBACK);
  assert.deepEqual(reader.problems, []);
  assert.ok(target !== undefined && !isCombination(target));
  return await createNetworkProbe(options)(target, never);
}
