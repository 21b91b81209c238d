/** Manifests on their way from control to answer processes. */
import assert from 'node:assert/strict';
import { atOnce } from '../../runtime/base/loop/steps.ts';
import { readManifest } from '../../runtime/plan/manifest.ts';
import { type SentManifest, sentManifestInSteps } from '../../runtime/plan/manifest-octets.ts';
import { encodeManifest } from '../../runtime/plan/manifest-writer.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import type { PolicyUpdate, ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import type { WireName } from '../../runtime/wire/name.ts';
import { CHECK_TIMING } from './check-timing.ts';

/** As control does it; the manifest must be sound. */
export function encodedManifest(
  data: ManifestData,
  zone: WireName,
): Pick<PolicyUpdate, 'manifest' | 'targets'> {
  const manifest = readManifest(data, {
    zone,
    defaultTtl: 30,
    maxBudgetMs: Number.POSITIVE_INFINITY,
    maxDeadlineMs: Number.POSITIVE_INFINITY,
    checkTiming: CHECK_TIMING,
  });
  assert.ok(manifest.ok, manifest.ok ? '' : manifest.problem.join('\n'));
  const targets = manifest.value.targets.map(({ id }) => id);
  return { manifest: encodeManifest(manifest.value, data), targets };
}

/** The manifest in an update, as answer processes read it. */
export function manifestIn(update: ZoneUpdate | undefined): SentManifest {
  assert.ok(update?.policy !== undefined, 'the zone has a policy');
  return atOnce(sentManifestInSteps(update.policy.manifest, () => -1));
}
