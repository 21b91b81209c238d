/**
 * What the admin server knows of this server: facts that control has, and requests to answer processes for
 * what only they know.
 */
import type { AnnounceAsk, AnnounceOutcome } from '../admin/announce/announce-ask.ts';
import { type ShownRecord, shownRecord } from '../admin/dynamic-records.ts';
import type { Upstream } from '../admin/emit/upstream.ts';
import type { OverrideAsk, OverrideOutcome } from '../admin/overrides/override-ask.ts';
import type { RollAsk, RollOutcome } from '../admin/roll-ask.ts';
import type { AdminSource, LatencyFacts, Release, ServerFacts, SigningPlace } from '../admin/source.ts';
import { unkept } from '../base/files/keeping.ts';
import { ok, type Result } from '../base/result.ts';
import { withPlace } from '../build/failure-place.ts';
import type { Push } from '../health/push-board.ts';
import { withOrigins } from '../registry/served-version.ts';
import type { AnswerStats } from '../rpc/answer-stats.ts';
import type { ExplainAsk, Explained } from '../rpc/explanation.ts';
import type { ForcedTransfer } from '../transfer/forced-transfer.ts';
import { upstreamsOf } from './emit/upstreams-of.ts';
import { endQuarantine } from './end-quarantine.ts';
import { forgetPushed, usePushed } from './geo/change-latencies.ts';
import { carryOutOverride } from './overrides/carry-out.ts';
import { tellingOverrides } from './overrides/telling-overrides.ts';
import type { ServerParts } from './server-parts.ts';
import { isTransferable } from './settings.ts';
import { udpWarnings } from './warnings.ts';

export type FactsParts = Omit<ServerParts, 'admin' | 'observe' | 'audit'>;

/** Those that look at no other part as a whole. */
export type BuiltParts = Omit<FactsParts, 'announcer'>;

export class ServerSource implements AdminSource {
  /** dnsteer's own version. */
  readonly #version: string;
  readonly #startedAt = Date.now();
  readonly #parts: FactsParts;

  constructor(version: string, parts: FactsParts) {
    this.#version = version;
    this.#parts = parts;
  }

  facts(): ServerFacts {
    const { settings, registry, secondaries, signing, monitor, overrides, maintenance } = this.#parts;
    const { geoFiles, latencyFile, fleet, sandbox, news, changes } = this.#parts;
    const latencies = latencyFile.facts();
    const { config } = settings;
    const { sample, full, folder } = config.record;
    const answer = fleet.members();
    const zones = registry.status();
    return {
      version: this.#version,
      startedAt: this.#startedAt,
      configFile: config.file,
      policies: config.policies,
      geo: geoFiles.facts(config.geo),
      ...(latencies && { latencies }),
      signingOf: (zone) => signing.statusOf(zone),
      zones,
      transferable: new Set(zones.map(({ zone }) => zone).filter((zone) => isTransferable(config, zone))),
      dynamicCountOf: (zone) => this.#parts.dynamic.partOf(zone)?.records.length,
      secondaries: secondaries.status(),
      targets: monitor.snapshot(),
      held: this.#parts.damper.held(),
      aliases: this.#parts.aliases.report(),
      overrides: {
        all: overrides.shown(),
        planned: maintenance.planned(),
        inForce: (zone, pool) => overrides.inForce(zone, pool),
      },
      answer,
      edges: fleet.members(true),
      trials: sandbox.stats(),
      reloads: changes.reloads,
      reloadFailures: registry.failures,
      lastReload: this.#parts.reloading.last,
      lastFailures: news.lastFailures,
      contradictions: news.contradictions,
      warnings: this.#warnings(answer),
      recording: { sample, full, folder },
      notified: this.#parts.notices.counts,
      announce: this.#parts.announcer.status(),
      emitted: this.#parts.emitted.status(),
      unkept: unkept().map(({ what }) => what),
      notReady: this.#notReady(answer),
    };
  }

  dynamicRecords(): ShownRecord[] {
    const { dynamic, registry } = this.#parts;
    return dynamic.zones().flatMap((zone) => {
      const { records = [], revision } = dynamic.partOf(zone) ?? {};
      const unserved = registry.revisionOf(zone) === revision ? registry.unservedOf(zone) : undefined;
      return records.map((record) => shownRecord(zone, record, unserved));
    });
  }

  stats(): Promise<AnswerStats[]> {
    return this.#parts.fleet.stats();
  }

  async explain(ask: ExplainAsk): Promise<Explained | undefined> {
    const { fleet, registry, overrides } = this.#parts;
    const explained = await fleet.explain({ ...ask, withOrigins: true });
    if (!explained?.ok) return explained;
    const { zone = '', version = '' } = explained.value;
    const told = withOrigins(tellingOverrides(explained.value, overrides), registry.versionOf(zone, version));
    return ok(withPlace(told, (trace) => registry.locate(zone, version, trace)));
  }

  push(name: string, push: Push): ReturnType<AdminSource['push']> {
    const targets = this.#parts.pushes.push(name, push);
    return targets > 0 ? { targets } : { targets, meant: this.#parts.pushes.meant(name) };
  }

  release(zone: string): Promise<Release | undefined> {
    return endQuarantine(zone, this.#parts);
  }

  override(ask: OverrideAsk): Promise<OverrideOutcome> {
    return carryOutOverride(ask, this.#parts.overrides);
  }

  upstreams(zone: string, pool: string): Upstream[] | undefined {
    return upstreamsOf(zone, pool, this.#parts);
  }

  announce(ask: AnnounceAsk): Promise<AnnounceOutcome> {
    return this.#parts.announcer.obey(ask);
  }

  pushLatencies(octets: Uint8Array, kind: 'whole' | 'rows'): Promise<Result<LatencyFacts>> {
    return usePushed(octets, kind, this.#parts);
  }

  dropLatencies(): Promise<boolean> {
    return forgetPushed(this.#parts);
  }

  signing(): SigningPlace {
    const { dnssec, state } = this.#parts.settings.config;
    return { dnssec, state };
  }

  reload(): number {
    return this.#parts.reloading.want();
  }

  async roll(zone: string, ask: RollAsk): Promise<RollOutcome | undefined> {
    const { signing, fleet, reloading } = this.#parts;
    const outcome = await signing.obey(zone, ask);
    if (ask.do === 'confirm-clock' && outcome?.kind === 'obeyed' && fleet.confirmClock()) reloading.want();
    return outcome;
  }

  transfer(zone: string, isForced: boolean): ForcedTransfer | undefined {
    const { secondaries, log } = this.#parts;
    const transfer = secondaries.force(zone, isForced);
    if (transfer !== undefined)
      log.info({ component: 'admin', zone, isForced }, 'Operator asked for a transfer');
    return transfer;
  }

  #warnings(answer: ServerFacts['answer']): string[] {
    const { settings, geoFiles, sandbox, registry, tls, signing, aliases, overrides, maintenance } =
      this.#parts;
    const { echoRights, monitor } = this.#parts;
    return [
      ...settings.config.warnings.map(({ message }) => message),
      ...geoFiles.warnings(settings.config.geo),
      ...this.#parts.latencyFile.warnings,
      ...sandbox.warnings,
      ...registry.warnings,
      ...udpWarnings(answer),
      ...tls.warnings(),
      ...signing.warnings(),
      ...aliases.warnings(),
      ...echoRights.warnings(monitor.snapshot()),
      ...overrides.warnings,
      ...maintenance.warnings(),
      ...this.#parts.notices.warnings(),
      ...this.#parts.announcer.warnings(),
      ...this.#parts.emitted.warnings(),
      ...(this.#parts.fleet.isAhead ? [CLOCK_WAS_AHEAD] : []),
      ...unkept().map(({ message }) => message),
    ];
  }

  #notReady(answer: ServerFacts['answer']): string[] {
    const absent = answer.filter(({ state }) => state !== 'listening').length;
    return [
      ...(this.#parts.firstLoad.isOver ? [] : ['Zones are being loaded']),
      ...(absent > 0 ? [`${absent} of ${answer.length} answer processes do not listen`] : []),
    ];
  }
}

const CLOCK_WAS_AHEAD =
  'The clock was ahead when answer processes began, and what they sign begins too late: if it is right now, "dnsteer dnssec confirm-clock" of any signed zone replaces them';
