/** All kinds of plans. The compiler demands of these lists what the types say: a kind that is missing is an error. */
import type { ArrangingKind, ChoosingKind, HolderKind, Kind, LeafKind } from './kind.ts';
import { cname } from './kinds/cname.ts';
import { firstHealthy } from './kinds/first-healthy.ts';
import { nearest } from './kinds/nearest.ts';
import { nodata, nxdomain, refuse, servfail } from './kinds/nothing.ts';
import { pool } from './kinds/pool.ts';
import { records } from './kinds/records.ts';
import { rotate } from './kinds/rotate.ts';
import { sticky } from './kinds/sticky.ts';
import { weighted } from './kinds/weighted.ts';
import type { Arranging, Choosing, Holder, Leaf, PlanByKind } from './plan.ts';

const LEAVES: { readonly [Name in Leaf['kind']]: LeafKind<Name> } = {
  records,
  pool,
  cname,
  nodata,
  nxdomain,
  refuse,
  servfail,
};

const CHOOSING: { readonly [Name in Choosing['kind']]: ChoosingKind<Name> } = {
  firstHealthy,
  weighted,
  nearest,
  sticky,
};

const ARRANGING: { readonly [Name in Arranging['kind']]: ArrangingKind<Name> } = { rotate };

const HOLDERS = { ...CHOOSING, ...ARRANGING };
const KINDS = { ...LEAVES, ...HOLDERS };

/** How a plan of that kind is read; `undefined` where there is no such kind, whatever it is. */
export function compileOf(kind: unknown): Kind<keyof PlanByKind>['compile'] | undefined {
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind)
    ? KINDS[kind as keyof PlanByKind].compile
    : undefined;
}

// A list has for each name the kind of that name, which the compiler does not conclude of a name it does not know.

export function leafKind<Name extends Leaf['kind']>({ kind }: Named<Name>): LeafKind<Name> {
  return LEAVES[kind] as LeafKind<Leaf['kind']>;
}

export function choosingKind<Name extends Choosing['kind']>({ kind }: Named<Name>): ChoosingKind<Name> {
  return CHOOSING[kind] as ChoosingKind<Choosing['kind']>;
}

export function arrangingKind<Name extends Arranging['kind']>({ kind }: Named<Name>): ArrangingKind<Name> {
  return ARRANGING[kind] as ArrangingKind<Arranging['kind']>;
}

export function holderKind<Name extends Holder['kind']>({ kind }: Named<Name>): HolderKind<Name> {
  return HOLDERS[kind] as HolderKind<Holder['kind']>;
}

export function anyKind<Name extends keyof PlanByKind>({ kind }: Named<Name>): Kind<Name> {
  return KINDS[kind] as Kind<keyof PlanByKind>;
}

interface Named<Name> {
  readonly kind: Name;
}
