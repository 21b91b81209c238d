/** Resources of gdnsd by plugin and name, each as a decision. */
import { meant } from '../../base/suggest.ts';
import type { DecisionDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import type { PoolBook } from '../pool-book.ts';
import type { ImportReport, SourcePlace } from '../report.ts';
import type { GdnsdConfig } from './config.ts';
import { type GdnsdContext, INHERITED, originText, type ResourceUse } from './context.ts';
import { hashOf, inherit, textOf } from './fields.ts';
import { geoipDecision, metafoDecision } from './meta.ts';
import { multifoDecision, simplefoDecision, staticDecision } from './multifo.ts';
import { ServiceTypes } from './service-types.ts';
import type { Vscf, VscfHash } from './vscf.ts';
import { weightedDecision } from './weighted.ts';

const KNOWN = ['geoip', 'metafo', 'multifo', 'simplefo', 'weighted', 'static', 'null', 'reflect'];
/** References are followed so deep; gdnsd itself runs out of stack on a circle of them. */
const DEEPEST = 16;

export class GdnsdResources implements GdnsdContext {
  readonly report: ImportReport;
  readonly pools: PoolBook;
  readonly services: ServiceTypes;
  readonly folder: string;
  readonly #plugins: VscfHash;

  constructor(config: GdnsdConfig, report: ImportReport, pools: PoolBook) {
    this.report = report;
    this.pools = pools;
    this.services = new ServiceTypes(config.serviceTypes, report);
    this.folder = config.folder;
    this.#plugins = config.plugins;
  }

  resource(plugin: string, name: string, place: SourcePlace, outer: ResourceUse): DecisionDraft | undefined {
    const use = { ...outer, depth: outer.depth + 1 };
    if (use.depth > DEEPEST) {
      throw new NotUnderstood(
        place,
        `References lead more than ${DEEPEST} levels deep`,
        'Look for resources that refer to each other',
      );
    }
    if (plugin === 'null') return this.#nothing(place, use);
    if (plugin === 'reflect') return this.#reflect(place, use);
    const config = this.#plugin(plugin, place);
    if (plugin === 'metafo') return metafoDecision(config, name, place, use, this);
    if (plugin === 'geoip') return geoipDecision(config, name, place, use, this);
    const found = INHERITED.includes(name) ? undefined : config.entries.get(name);
    if (found === undefined) {
      const hint = meant(
        name,
        [...config.entries.keys()].filter((key) => !INHERITED.includes(key)),
      );
      throw new NotUnderstood(place, `There is no resource "${name}"${hint}`, 'Name one that is defined');
    }
    return this.#named(plugin, found, config, use);
  }

  inline(plugin: string, hash: VscfHash, use: ResourceUse): DecisionDraft | undefined {
    if (plugin === 'weighted') return weightedDecision(hash, use, this);
    if (plugin === 'simplefo') return simplefoDecision(hash, use, this);
    if (plugin === 'multifo') return multifoDecision(hash, use, this);
    const message = `No resource of ${plugin} can be written here${meant(plugin, ['multifo', 'simplefo', 'weighted'])}`;
    throw new NotUnderstood(hash.place, message, 'Define it where its plugin is, and write %plugin!resource');
  }

  #plugin(plugin: string, place: SourcePlace): VscfHash {
    const config = this.#plugins.entries.get(plugin);
    if (config !== undefined && KNOWN.includes(plugin)) return hashOf(config, `Plugin "${plugin}"`);
    if (config === undefined && KNOWN.includes(plugin)) {
      throw new NotUnderstood(place, `Plugin ${plugin} is not configured`, 'Write it into plugins => { … }');
    }
    throw new NotUnderstood(
      place,
      `There is no plugin "${plugin}" that answers${meant(plugin, KNOWN)}`,
      `Name one of ${KNOWN.join(', ')}`,
    );
  }

  #named(plugin: string, found: Vscf, config: VscfHash, use: ResourceUse): DecisionDraft | undefined {
    if (plugin === 'static') return staticDecision(textOf(found, 'A resource of static'), use, this);
    const hash = found.kind === 'array' ? shorthand(found) : hashOf(found, 'A resource');
    return this.inline(plugin, inherit(hash, INHERITED, config), use);
  }

  /** gdnsd-plugin-null(8): addresses of zeros. */
  #nothing(place: SourcePlace, use: ResourceUse): DecisionDraft {
    const pool = { records: { A: ['0.0.0.0'], AAAA: ['::'] }, ttl: use.ttl };
    return this.pools.plan(['null'], originText('null', place), pool);
  }

  #reflect(place: SourcePlace, use: ResourceUse): undefined {
    this.report.add('left out', place, {
      what: use.label,
      why: 'no plan answers the address of the client',
      instead: 'nothing',
      remedy:
        'Write a host for it: (query) => (query.client.family === 4 ? { A: query.client.ip } : { AAAA: query.client.ip })',
    });
    return undefined;
  }
}

/** A resource of multifo as an array of addresses. */
function shorthand({ items, place }: Vscf & { kind: 'array' }): VscfHash {
  return { kind: 'hash', entries: new Map(items.map((item, index) => [String(index + 1), item])), place };
}
