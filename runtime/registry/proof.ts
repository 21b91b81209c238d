/**
 * Proof that a policy passed its trial, kept for the next start: the same sources, under the same settings
 * and the same dnsteer, need neither be compiled nor tried again. For ten thousand policies that
 * takes seconds, where trying all takes half a minute. A version of nothing but such a policy is kept as it was sent.
 *
 * A policy with warnings has no proof, so that the next start logs them as well.
 */

import { contentHash, NO_CONTENT } from '../base/files/content-hash.ts';
import { fromBase64, toBase64 } from '../base/octets-text.ts';
import { preludeBundle } from '../build/prelude-bundle.ts';
import { shownPath } from '../build/shown-path.ts';
import { acceptManifest } from '../trial/trial.ts';
import { originOf } from '../zone/origin.ts';
import type { ZoneFiles } from './discover.ts';
import type { FolderContent } from './folder/content.ts';
import type { LastGood, TrialProof } from './last-good.ts';
import type { PrepareContext } from './prepare.ts';
import type { DraftSigning } from './signed-zones.ts';
import type { Serial } from './zone-serial.ts';
import type { CompletedVersion, TriedPolicy, VersionDraft, ZoneVersion } from './zone-version.ts';

type Context = Pick<PrepareContext, 'root' | 'settings'> & { readonly version: string };

/** The proof to keep of a version; `undefined` where there is none. */
export async function proofOf(version: ZoneVersion, context: Context): Promise<TrialProof | undefined> {
  const { policy } = version;
  if (policy?.trial.kind !== 'passed' || policy.sources === undefined) return undefined;
  if (policy.trial.diagnostics.length > 0 || policy.hasWarnings) return undefined;
  const by = await trialBasis(context);
  const { data, loadMs, decisions } = policy.trial.accepted;
  if (by === undefined) return undefined;
  const completed = policy.completed ?? completedOf(version, context);
  return { by, sources: policy.sources, manifest: data, loadMs, decisions: [...decisions], completed };
}

/** The version that a draft became at an earlier start, if it is of a proven policy alone and would become the same. */
export function completedBefore(
  draft: VersionDraft,
  serial: Serial,
  signing: DraftSigning | undefined,
  context: Context,
): ZoneVersion | undefined {
  const { policy } = draft;
  if (policy?.completed === undefined || signing !== undefined || draft.problems.length > 0) return undefined;
  const { by, update, madeHere } = policy.completed;
  if (by !== completionBasis(draft, serial, context)) return undefined;
  const manifest = fromBase64(update.policy.manifest);
  const { loadMs } = update.policy;
  const { script, lists } = policy;
  const sent = { ...update.policy, script, manifest, loadMs, ...(lists && { lists }) };
  return { ...draft, serial, madeHere, update: { ...update, image: fromBase64(update.image), policy: sent } };
}

/** What to keep of a version for {@link completedBefore}; `undefined` where there is more to it than its policy. */
function completedOf(version: ZoneVersion, context: Context): CompletedVersion | undefined {
  const { serial, signing, problems, madeHere = [], update } = version;
  const by = completionBasis(version, serial, context);
  const { policy, image } = update;
  if (by === undefined || signing !== undefined || problems.length > 0 || policy === undefined)
    return undefined;
  const { script: _script, lists: _lists, manifest, ...rest } = policy;
  return {
    by,
    update: { ...update, image: toBase64(image), policy: { ...rest, manifest: toBase64(manifest) } },
    madeHere,
  };
}

/** All that a version depends on apart from its policy; `undefined` where that is more than settings and serial. */
function completionBasis(
  { zone, records, dynamic, isTransferred, withheld }: VersionDraft,
  { value }: Serial,
  { version, settings }: Context,
): string | undefined {
  if (records.size > 0 || dynamic !== undefined || isTransferred || withheld !== undefined) return undefined;
  let common = commons.get(settings);
  if (common === undefined) {
    common = contentHash(JSON.stringify([version, settings.zone, settings.policy]));
    commons.set(settings, common);
  }
  return `${common} ${value} ${settings.isCyclic?.(zone) === true}`;
}

/** By the settings, with a version of dnsteer that stays the same. */
const commons = new WeakMap<object, string>();

/** The kept policy as if it had been tried now; `undefined` where it has to be tried. */
export async function provenPolicy(
  kept: LastGood | undefined,
  files: ZoneFiles,
  content: FolderContent,
  context: Context,
): Promise<TriedPolicy | undefined> {
  if (kept?.policy === undefined || kept.proof === undefined || files.policy === undefined) return undefined;
  const { policy, proof } = kept;
  const { by, sources, manifest, loadMs, decisions } = proof;
  if (decisions === undefined) return undefined;
  if (policy.file !== shownPath(context.root, files.policy) || by !== (await trialBasis(context)))
    return undefined;
  if (Object.entries(sources).some(([file, hash]) => (content.get(file)?.hash ?? NO_CONTENT) !== hash))
    return undefined;
  const accepted = acceptManifest(manifest, originOf(files.zone), context.settings.policy);
  if (!accepted.ok) return undefined;
  return {
    ...policy,
    sources,
    hasWarnings: false,
    completed: proof.completed,
    trial: {
      kind: 'passed',
      accepted: { ...accepted, loadMs, decisions: new Map(decisions) },
      diagnostics: [],
    },
  };
}

/** A hash of all a trial depends on but the sources; `undefined` without a prelude: then compiling fails. */
async function trialBasis({ version, settings }: Context): Promise<string | undefined> {
  try {
    const { id } = await preludeBundle();
    const known = bases.get(settings.policy);
    if (known?.version === version && known.id === id) return known.basis;
    const basis = contentHash(JSON.stringify([version, id, settings.policy]));
    bases.set(settings.policy, { version, id, basis });
    return basis;
  } catch {
    return undefined;
  }
}

/** By the settings, which are the same for ten thousand policies. */
const bases = new WeakMap<
  object,
  { readonly version: string; readonly id: string; readonly basis: string }
>();
