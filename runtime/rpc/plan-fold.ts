/**
 * Walks plans, which are trees, as data and as compiled: the plans inside a plan are its `of`, whatever its
 * kind. So the walks here serve all kinds, and no caller needs to know which kinds hold other plans.
 */

/** The `of` of a plan: one plan, or several to choose among, each alone or with its weight. */
type Inside<N> = N | readonly Member<N>[];
type Member<N> = N | { readonly plan: N };

/** Those of the plans `N` that hold no other plan. */
export type LeafOf<N> = Exclude<N, { readonly of: unknown }>;
/** Those of the plans `N` that hold other plans. */
export type HolderOf<N> = Extract<N, { readonly of: unknown }>;

export function isLeaf<N extends object>(plan: N): plan is LeafOf<N> {
  return insideOf(plan) === undefined;
}

/** The plan of a member of several. */
export function planOf<N extends object>(member: Member<N>): N {
  // A field that may be missing is read faster than it is looked for by \`in\`.
  const { plan } = member as { readonly plan?: N };
  return plan ?? (member as N);
}

/** Whether all leaves pass the test, in order, until one does not. Allocates nothing. */
export function everyLeaf<N extends object, C>(
  plan: N,
  passes: (leaf: LeafOf<N>, context: C) => boolean,
  context: C,
): boolean {
  const inside = insideOf(plan);
  if (inside === undefined) return passes(plan as LeafOf<N>, context);
  if (!isSeveral(inside)) return everyLeaf(inside, passes, context);
  for (let index = 0; index < inside.length; index += 1) {
    const member = inside[index];
    if (member !== undefined && !everyLeaf(planOf(member), passes, context)) return false;
  }
  return true;
}

/** Folds a plan from the inside out: first its leaves, then each plan by the results of the plans inside. */
export function fold<N extends object, T>(
  plan: N,
  ofLeaf: (leaf: LeafOf<N>) => T,
  ofHolder: (plan: HolderOf<N>, inside: readonly T[]) => T,
): T {
  const inside = insideOf(plan);
  if (inside === undefined) return ofLeaf(plan as LeafOf<N>);
  const members: readonly Member<N>[] = isSeveral(inside) ? inside : [inside];
  return ofHolder(
    plan as HolderOf<N>,
    members.map((member) => fold(planOf(member), ofLeaf, ofHolder)),
  );
}

function insideOf<N extends object>(plan: N): Inside<N> | undefined {
  return (plan as { readonly of?: Inside<N> }).of;
}

/** Held from the start of the isolate, as the prelude walks plans after a policy has run. */
const { isArray } = Array;

/** Tells TypeScript that a read-only array is an array, which `isArray` alone does not. */
function isSeveral<N extends object>(inside: Inside<N>): inside is readonly Member<N>[] {
  return isArray(inside);
}
