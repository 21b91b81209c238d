/**
 * The control process: every part built and wired once.
 *
 *   policies/ ──▶ registry ──▶ zones ──▶ fleet ──▶ answer processes
 *                    │  ╲                  ▲
 *                    ▼   ╲─ targets ─▶ monitor (health)
 *                  trial sandbox                      admin asks them all
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createObserver } from '../admin/observe.ts';
import { type AdminServer, startAdmin } from '../admin/server.ts';
import type { AdminSource, Release, ServerFacts } from '../admin/source.ts';
import type { Status } from '../admin/status.ts';
import type { Logger } from '../base/log.ts';
import { within } from '../base/within.ts';
import { endCompiler, onCompilerHung } from '../build/esbuild-service.ts';
import { withPlace } from '../build/failure-place.ts';
import type { Config } from '../config/config.ts';
import { AnswerFleet } from '../control/fleet/answer-fleet.ts';
import { Charge, type Inheritance } from '../control/charge/charge.ts';
import { CookieSecrets } from '../control/cookie-rotation.ts';
import { endQuarantine } from '../control/end-quarantine.ts';
import { HealthLog } from '../control/health-log.ts';
import { HealthNews } from '../control/health-news.ts';
import { News } from '../control/news.ts';
import {
  accountIn,
  answerSettings,
  cookieSettings,
  generationOf,
  registrySettings,
} from '../control/settings.ts';
import { progressTo } from '../control/start-progress.ts';
import { TlsKeeper } from '../control/tls-keeper.ts';
import { createTransfers } from '../control/transfers.ts';
import { geoWarnings, udpWarnings } from '../control/warnings.ts';
import { ZoneImages } from '../control/fleet/zone-images.ts';
import { HealthMonitor } from '../health/monitor.ts';
import { Registry } from '../registry/registry.ts';
import type { AnswerStats } from '../rpc/answer-stats.ts';
import type { ExplainAsk, Explanation } from '../rpc/explanation.ts';
import { Sandbox } from '../runner/sandbox.ts';
import type { Notifier } from '../transfer/notifier.ts';
import type { Secondaries } from '../transfer/secondaries.ts';
import { tellSecondaries } from '../transfer/tell.ts';
import { accountToBecome } from '../transport/privileges.ts';
import { beyond, checkAddresses } from '../transport/sockets/free-addresses.ts';
import { Awaited, type Endable } from './ending.ts';

/** Milliseconds that the addresses may wait for all zones to be loaded. */
const LISTEN_AFTER_MS = 3000;
/** Milliseconds that may be spent on what those before left in the state folder. */
const TAKE_OVER_MS = 2000;

export class Server implements AdminSource, Endable {
  readonly #version: string;
  readonly #prelude: string;
  readonly #log: Logger;
  readonly #startedAt = Date.now();
  readonly #generation;
  readonly #charge: Charge;
  readonly #replaced = Promise.withResolvers<void>();
  readonly #sandbox: Sandbox;
  readonly #monitor = new HealthMonitor();
  readonly #images: ZoneImages;
  readonly #fleet: AnswerFleet;
  readonly #cookies: CookieSecrets;
  #cookieSecrets: readonly string[] = [];
  readonly #registry: Registry;
  readonly #secondaries: Secondaries;
  readonly #notifier: Notifier;
  /** Of all zones, once begun. */
  #loading: Promise<void> | undefined;
  readonly #observe = createObserver(this);
  #config: Config;
  #admin: AdminServer | undefined;
  #tls: TlsKeeper | undefined;
  readonly #healthNews = new HealthNews((states) => this.#fleet.setHealth(states));
  #isLoading = true;
  readonly #geoWarnings: readonly string[];
  #reloads = 0;
  readonly #news: News;
  #stopped: Promise<void> | undefined;
  readonly #awaited = new Awaited();

  /** `prelude` is what all scripts of policies expect to have run. */
  constructor(config: Config, version: string, prelude: string, log: Logger) {
    this.#config = config;
    this.#version = version;
    this.#prelude = prelude;
    this.#log = log;
    this.#generation = generationOf(config);
    this.#charge = new Charge({
      folder: config.state,
      generation: this.#generation,
      version,
      log: log.child({ component: 'control' }),
      give: () => this.#give(),
      onLeave: () => this.#replaced.resolve(),
    });
    this.#geoWarnings = geoWarnings(config.geo.detail);
    // No query waits for a trial, so no spare process needs to.
    const account = accountToBecome(accountIn(config));
    this.#sandbox = new Sandbox({
      spare: false,
      isPatient: true,
      account,
      settings: config.sandbox,
      prelude,
    });
    this.#images = new ZoneImages({
      folder: path.join(config.state, 'zones'),
      id: this.#generation.id,
      account,
      log: log.child({ component: 'answer' }),
    });
    this.#fleet = new AnswerFleet({
      images: this.#images,
      settings: answerSettings(config, this.#generation, prelude),
      log: log.child({ component: 'answer' }),
      onEvent: (event, pid) => this.#news.tell(event, pid),
    });
    this.#cookies = new CookieSecrets(
      path.join(config.state, 'cookie-secrets'),
      log.child({ component: 'cookies' }),
      (secrets) => {
        this.#cookieSecrets = secrets;
        this.#fleet.setCookies(cookieSettings(this.#config, secrets));
      },
    );
    const { secondaries, notifier } = createTransfers(
      () => this.#config,
      log.child({ component: 'transfer' }),
      (zone) => this.#takeTransferred(zone),
    );
    this.#secondaries = secondaries;
    this.#notifier = notifier;
    const tellProgress = progressTo(log);
    this.#registry = new Registry({
      root: config.policies,
      lastGood: path.join(config.state, 'last-good'),
      settings: registrySettings(config),
      version,
      sandbox: this.#sandbox,
      log: log.child({ component: 'policies' }),
      transferred: this.#secondaries,
      onUpdate: async (put, drop) => {
        if (!this.#isLoading) this.#reloads += put.length + drop.length;
        for (const zone of drop) this.#news.forget(zone);
        await this.#fleet.publish(put, drop);
        for (const update of put) tellSecondaries(update, this.#notifier);
      },
      // A changed file ends a quarantine, be it by a comment.
      onUnchanged: (zone) => void this.#fleet.release(zone),
      onTargets: (zone, targets) => this.#monitor.declare(zone, targets),
      onProgress: (done, total) => {
        if (this.#isLoading) tellProgress(done, total);
      },
    });
    this.#news = new News({ registry: this.#registry, secondaries, log });
    const healthLog = new HealthLog(log.child({ component: 'health' }));
    this.#monitor.onChange((change) => {
      healthLog.note(change);
      this.#healthNews.tell(change);
    });
  }

  /** Where the admin server is, unless it is off. */
  get adminUrl(): string | undefined {
    return this.#admin?.url;
  }

  /**
   * Resolves when the server answers for all its zones; for each it does so as soon as it is loaded.
   * If another server is there it may take that one's place, which ends once this one answers.
   * @throws {DnsteerError} `START`, if it cannot listen or read its policies, or another server is there.
   */
  async start(mayReplace = false): Promise<void> {
    onCompilerHung((text) => this.#log.error({ component: 'policies' }, text));
    const inheritance = await this.#charge.claim(this.#config, mayReplace);
    const { admin } = this.#config;
    // One address cannot be listened on by both.
    const isAdminLater = inheritance !== undefined && isDeepStrictEqual(inheritance.admin, admin.listen);
    this.#cookies.start();
    this.#startTls(this.#config);
    // Who is replaced lives: if we die before we take over, our answer processes are to leave it alone.
    if (inheritance !== undefined) this.#generation.before = undefined;
    await this.#fleet.start();
    if (inheritance !== undefined) this.#inherit(inheritance);
    await Promise.all([this.#sandbox.start(), isAdminLater ? undefined : this.#startAdmin(admin)]);
    for (const warning of this.#sandbox.warnings) this.#log.warn({ component: 'sandbox' }, warning);
    await this.#secondaries.start();
    const loaded = this.#registry.start();
    this.#loading = loaded;
    // A resolver that is refused goes elsewhere for a while: better not to be there yet, for a while.
    const patience = sleep(LISTEN_AFTER_MS, undefined, { ref: false });
    // Where somebody answers until we do, there is no hurry.
    await (inheritance === undefined ? Promise.race([loaded, patience]) : loaded);
    await this.#fleet.listen();
    this.#notifier.open();
    for (const warning of udpWarnings(this.#fleet.members()))
      this.#log.warn({ component: 'answer' }, warning);
    for (const warning of this.#tls?.warnings() ?? []) this.#log.warn({ component: 'tls' }, warning);
    await loaded;
    if (this.#stopped !== undefined) return;
    this.#isLoading = false;
    await this.#charge.take();
    // Answers are there already: a server without metrics is better than none.
    if (isAdminLater)
      await this.#startAdmin(admin).catch((err: unknown) =>
        this.#log.error({ component: 'admin', err }, 'The admin server does not start; SIGHUP tries again'),
      );
    await within(TAKE_OVER_MS, this.#images.takeOver());
  }

  /** Resolves when another server has taken the place of this one, which is to be stopped. */
  get replaced(): Promise<void> {
    return this.#replaced.promise;
  }

  async status(): Promise<Status> {
    return (await this.#observe()).status;
  }

  /**
   * Goes by other settings from now on, as far as a running server can.
   * @throws {DnsteerError} `START`, if it cannot listen where they say.
   */
  async reload(config: Config): Promise<void> {
    const before = this.#config;
    const settings = answerSettings(config, this.#generation, this.#prelude);
    if (!isDeepStrictEqual(before.tls, config.tls) || this.#tls === undefined) this.#startTls(config);
    const isOther = !isDeepStrictEqual(answerSettings(before, this.#generation, this.#prelude), settings);
    if (isOther) {
      await checkAddresses(beyond(config, before));
      await this.#fleet.replaceAll(settings);
    }
    const isAdminElsewhere = this.#admin === undefined || !isDeepStrictEqual(before.admin, config.admin);
    if (isAdminElsewhere) await this.#startAdmin(config.admin);
    this.#config = config;
    this.#fleet.setCookies(cookieSettings(config, this.#cookieSecrets));
    this.#log.level = config.log.level;
    await this.#registry.reload(registrySettings(config));
    if (!isDeepStrictEqual(before.sandbox, config.sandbox)) {
      this.#log.warn('Settings under "sandbox" take effect on trials at the next start');
    }
    for (const name of ['policies', 'state', 'secondary'] as const) {
      if (!isDeepStrictEqual(before[name], config[name]))
        this.#log.warn(`Setting "${name}" takes effect at the next start`);
    }
  }

  /** Answers what is pending and ends all processes, whether or not it has started yet. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get unended(): readonly string[] {
    return this.#awaited.names;
  }

  kill(): void {
    this.#fleet.kill();
  }

  facts(): ServerFacts {
    const answer = this.#fleet.members();
    const absent = answer.filter(({ state }) => state !== 'listening').length;
    return {
      version: this.#version,
      startedAt: this.#startedAt,
      configFile: this.#config.file,
      policies: this.#config.policies,
      zones: this.#registry.status(),
      secondaries: this.#secondaries.status(),
      targets: this.#monitor.snapshot(),
      answer,
      trials: this.#sandbox.stats(),
      reloads: this.#reloads,
      reloadFailures: this.#registry.failures,
      lastFailures: this.#news.lastFailures,
      contradictions: this.#news.contradictions,
      warnings: [
        ...this.#config.warnings.map(({ message }) => message),
        ...this.#geoWarnings,
        ...this.#sandbox.warnings,
        ...this.#registry.warnings,
        ...udpWarnings(answer),
        ...(this.#tls?.warnings() ?? []),
      ],
      notReady: [
        ...(this.#isLoading ? ['Zones are being loaded'] : []),
        ...(absent > 0 ? [`${absent} of ${answer.length} answer processes do not listen`] : []),
      ],
    };
  }

  stats(): Promise<AnswerStats[]> {
    return this.#fleet.stats();
  }

  async explain(ask: ExplainAsk): Promise<Explanation | undefined> {
    const explanation = await this.#fleet.explain(ask);
    if (explanation === undefined) return undefined;
    const { zone = '', version = '' } = explanation;
    return withPlace(explanation, (trace) => this.#registry.locate(zone, version, trace));
  }

  release(zone: string): Promise<Release | undefined> {
    return endQuarantine(zone, { registry: this.#registry, fleet: this.#fleet, log: this.#log });
  }

  async #stop(): Promise<void> {
    const transfers = Promise.all([this.#secondaries.stop(), this.#notifier.stop()]);
    const policies = this.#registry.stop();
    endCompiler();
    await this.#awaited.all({
      'the admin server': this.#admin?.close(),
      'answer processes': this.#fleet.drain(),
      'the sandbox for trials': this.#sandbox.stop(),
      certificates: this.#tls?.stop(),
      'the policies folder and last good versions': policies,
      'transfers of zones': transfers,
    });
    this.#monitor.stop();
    this.#cookies.stop();
    this.#charge.close();
  }

  /** What comes while zones are loaded for the first time may or may not be among what is loaded. */
  #takeTransferred(zone: string): void {
    this.#loading
      ?.then(() => this.#registry.transferred(zone))
      .catch((error: unknown) =>
        this.#log.error({ err: error, zone }, 'A transferred zone could not be taken'),
      );
  }

  async #startAdmin({ listen, token }: Config['admin']): Promise<void> {
    await this.#admin?.close();
    this.#admin = undefined;
    if (listen === 'off') return;
    const log = this.#log.child({ component: 'admin' });
    this.#admin = await startAdmin({ listen, token, source: this, observe: this.#observe, log });
  }

  #give(): Inheritance {
    const { listen, tls, https, admin } = this.#config;
    const down = [...this.#monitor.states()].flatMap(([id, state]) => (state === 'down' ? id : []));
    return { sets: this.#fleet.sockets, addresses: { listen, tls, https }, admin: admin.listen, down };
  }

  /** What was down a moment ago is not taken to be up. */
  #inherit({ sets, down }: Inheritance): void {
    this.#fleet.inherit(sets);
    this.#healthNews.inherit(down);
  }

  /** Where nothing is encrypted, files that are named need not be there. */
  #startTls({ tls, https }: Config): void {
    const before = this.#tls;
    const { certificate, key } = tls;
    const isUsed = tls.listen.length + https.listen.length > 0;
    this.#tls =
      !isUsed || certificate === undefined || key === undefined
        ? undefined
        : new TlsKeeper({
            files: { certificate, key },
            log: this.#log.child({ component: 'tls' }),
            onSecrets: (secrets) => this.#fleet.setSecrets(secrets),
          });
    void before?.stop();
  }
}
