/**
 * Plans are trees, as data and as compiled: what is inside a plan is its `of`, whatever its kind. So whoever
 * walks a plan walks it here, and knows no kind that holds others.
 */

/** What a plan holds: one plan, or several to choose among, each alone or with its weight. */
type Inside<N> = N | readonly Member<N>[];
type Member<N> = N | { readonly plan: N };

/** Of plans, those that hold no other. */
export type LeafOf<N> = Exclude<N, { readonly of: unknown }>;
/** Of plans, those that hold others. */
export type HolderOf<N> = Extract<N, { readonly of: unknown }>;

export function isLeaf<N extends object>(plan: N): plan is LeafOf<N> {
  return insideOf(plan) === undefined;
}

/** The plan of one that is among several. */
export function planOf<N extends object>(member: Member<N>): N {
  // A field that may be missing is read faster than it is looked for by \`in\`.
  const { plan } = member as { readonly plan?: N };
  return plan ?? (member as N);
}

/** Whether all leaves pass, looked at in their order until one does not. It allocates nothing. */
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

/** What a plan comes to by what its leaves come to, from the inside out. */
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

/** As an isolate begins with it: the prelude walks plans after a policy has run. */
const { isArray } = Array;

/** For the compiler, which does not take a read-only array for one by `isArray` alone. */
function isSeveral<N extends object>(inside: Inside<N>): inside is readonly Member<N>[] {
  return isArray(inside);
}
