/**
 * Proof that a policy passed its trial, kept for the next start: the same sources, under the same settings
 * and the same dnsteer, need neither be compiled nor tried again. For ten thousand policies that
 * takes seconds, where trying all takes minutes.
 *
 * A policy with warnings has no proof, so that the next start logs them as well.
 */

import { contentHash, NO_CONTENT } from '../base/files/content-hash.ts';
import { preludeBundle } from '../build/prelude-bundle.ts';
import { shownPath } from '../build/shown-path.ts';
import { acceptManifest } from '../trial/trial.ts';
import { originOf } from '../zone/origin.ts';
import type { ZoneFiles } from './discover.ts';
import type { FolderContent } from './folder/content.ts';
import type { LastGood, TrialProof } from './last-good.ts';
import type { PrepareContext } from './prepare.ts';
import type { TriedPolicy } from './zone-version.ts';

type Context = Pick<PrepareContext, 'root' | 'settings'> & { readonly version: string };

/** The proof to keep of a trial; `undefined` where there is none. */
export async function proofOf(
  policy: TriedPolicy | undefined,
  context: Context,
): Promise<TrialProof | undefined> {
  if (policy?.trial.kind !== 'passed' || policy.sources === undefined) return undefined;
  if (policy.trial.diagnostics.length > 0 || policy.hasWarnings) return undefined;
  const by = await trialBasis(context);
  const { data, loadMs, decisions } = policy.trial.accepted;
  if (by === undefined) return undefined;
  return { by, sources: policy.sources, manifest: data, loadMs, decisions: [...decisions] };
}

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
