/** Datacenters of `metafo` and `geoip`: each is a resource, an address, several, or a name (gdnsd-plugin-metafo(8)). */
import { isIP } from 'node:net';
import { meant } from '../../base/suggest.ts';
import type { DecisionDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import { labelled } from './addresses.ts';
import { type GdnsdContext, INHERITED, originText, type ResourceUse } from './context.ts';
import { hashAt, inherit, textAt } from './fields.ts';
import { placeAndTtl } from './multifo.ts';
import type { Vscf, VscfHash, VscfText } from './vscf.ts';

/** A resource of a plugin, with its name and that of one of its datacenters: `www/dc1`. */
export interface MetaResource {
  readonly name: string;
  readonly datacenter: string | undefined;
  readonly hash: VscfHash;
}

/** Finds `name` or `name/datacenter` among the resources of a plugin. @throws {NotUnderstood} If it is not there. */
export function metaResource(plugin: VscfHash, name: string, place: Vscf['place']): MetaResource {
  const resources = hashAt(plugin, 'resources')?.entries ?? new Map<string, Vscf>();
  const [base = '', datacenter] = name.split('/', 2);
  const found = resources.get(base);
  if (found?.kind === 'hash') return { name: base, datacenter, hash: inherit(found, INHERITED, plugin) };
  throw new NotUnderstood(
    place,
    `There is no resource "${base}"${meant(base, resources.keys())}`,
    'Name one that is defined',
  );
}

/** The decision of one datacenter. */
export function datacenterDecision(
  { name, hash }: MetaResource,
  datacenter: string,
  use: ResourceUse,
  context: GdnsdContext,
): DecisionDraft | undefined {
  const map = hashAt(hash, 'dcmap');
  const value = map?.entries.get(datacenter);
  if (map === undefined || value === undefined) {
    const hint = meant(datacenter, map?.entries.keys() ?? []);
    throw new NotUnderstood(
      (map ?? hash).place,
      `Resource "${name}" has no datacenter "${datacenter}"${hint}`,
      'Write it into dcmap',
    );
  }
  const inner = { ...use, names: [datacenter, `${name}-${datacenter}`], label: `${use.label}/${datacenter}` };
  const plugin = textAt(hash, 'plugin') ?? 'multifo';
  if (value.kind === 'text') return textDecision(value, plugin, hash, inner, context);
  if (value.kind === 'array')
    return context.inline('multifo', inherit(labelled(value), INHERITED, hash), inner);
  return context.inline(textAt(value, 'plugin') ?? plugin, inherit(value, INHERITED, hash), inner);
}

function textDecision(
  value: VscfText,
  plugin: string,
  hash: VscfHash,
  use: ResourceUse,
  context: GdnsdContext,
): DecisionDraft | undefined {
  const { text, place } = value;
  if (text.startsWith('%') || text.startsWith('!')) {
    const [named = '', resource = ''] = (text.startsWith('!') ? `${plugin}${text}` : text.slice(1)).split(
      '!',
      2,
    );
    // Of what is referred to, pools have the names of their own resource.
    return context.resource(named, resource, place, {
      ...use,
      names: [resource],
      label: `${named}!${resource}`,
    });
  }
  if (isIP(text) !== 0) return context.inline('multifo', inherit(labelled(value), INHERITED, hash), use);
  return context.pools.plan(use.names, originText(use.label, place), {
    records: { CNAME: [text] },
    ...placeAndTtl(use, false),
  });
}
