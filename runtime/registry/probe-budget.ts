/**
 * How many probes a second all zones together declare, and the bound on that: control makes every probe, and
 * one zone's twenty thousand would keep control from all its other work.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { checkKindOf } from '../health/check-kinds.ts';
import { type HealthSubject, probedTargets } from '../health/combination.ts';
import { limitText, type ManifestLimits, WITHIN_LIMITS } from '../limits/manifest-limits.ts';

/** Probes a second in millionths: as a whole number, so that sums come back to exactly zero. */
type Rate = number;
const ONE = 1_000_000;

/** Target → the rate that one zone declares for it. */
type Rates = ReadonlyMap<string, Rate>;

export class ProbeBudget {
  /** Probes a second that control makes at most. */
  most: number;
  readonly #zones = new Map<string, Rates>();
  /** Target → how many zones declare it. Control probes it once all the same. */
  readonly #owners = new Map<string, number>();
  #sum: Rate = 0;
  /** By manifest, the probes of all zones that it bounds. */
  readonly #teams = new Map<string, ProbeBudget>();

  constructor(most: number) {
    this.most = most;
  }

  /** Sets the targets that a zone declares from now on; none once the zone is no longer served. `limits` bound its policy. */
  declare(zone: string, targets: readonly HealthSubject[], limits: readonly ManifestLimits[] = []): void {
    for (const [source, team] of this.#teams)
      team.declare(zone, limits.some((one) => one.source === source) ? targets : []);
    for (const [id, rate] of this.#zones.get(zone) ?? []) {
      const others = (this.#owners.get(id) ?? 1) - 1;
      if (others > 0) this.#owners.set(id, others);
      else {
        this.#owners.delete(id);
        this.#sum -= rate;
      }
    }
    const rates = ratesOf(targets);
    for (const [id, rate] of rates) {
      const others = this.#owners.get(id) ?? 0;
      this.#owners.set(id, others + 1);
      if (others === 0) this.#sum += rate;
    }
    if (rates.size > 0) this.#zones.set(zone, rates);
    else this.#zones.delete(zone);
  }

  /** The problem if a zone declared these targets: they raise the sum above the bound. */
  problemOf(
    zone: string,
    targets: readonly HealthSubject[],
    file: string,
    limits: readonly ManifestLimits[] = [],
  ): Diagnostic | undefined {
    for (const limit of limits) {
      const problem = this.#problemOfTeam(zone, targets, file, limit);
      if (problem !== undefined) return problem;
    }
    const rates = ratesOf(targets);
    const sum = this.#sumWith(zone, rates);
    if (sum <= this.most * ONE || sum <= this.#sum) return undefined;
    const [most, rate] = this.#mostOf(zone, rates);
    const whose = most === zone ? 'this zone' : most;
    return {
      code: 'POLICY_MANIFEST',
      severity: 'error',
      message: `Health checks of all zones would come to ${perSecond(sum)} probes a second, ${perSecond(sumOf(rates))} of them of this zone; ${this.most} are possible. Most are of ${whose}: ${perSecond(rate)}`,
      file,
      remedy:
        'Probe less often ("interval"), or one "url" for a pool in place of each address; the setting "health.probesPerSecond" is the bound',
    };
  }

  /** A manifest that bounds less than before refuses all that goes beyond it. */
  #problemOfTeam(
    zone: string,
    targets: readonly HealthSubject[],
    file: string,
    { source, probesPerSecond }: ManifestLimits,
  ): Diagnostic | undefined {
    if (probesPerSecond === undefined) return undefined;
    const team = this.#teams.get(source) ?? new ProbeBudget(probesPerSecond.value);
    this.#teams.set(source, team);
    const sum = team.#sumWith(zone, ratesOf(targets));
    if (targets.length === 0 || sum <= probesPerSecond.value * ONE) return undefined;
    const message = `Health checks of the folder: ${limitText(`${perSecond(sum)} probes a second`, probesPerSecond)}`;
    return { code: 'POLICY_TEAM', severity: 'error', message, file, remedy: WITHIN_LIMITS };
  }

  #sumWith(zone: string, rates: Rates): Rate {
    const before = this.#zones.get(zone);
    let sum = this.#sum;
    for (const [id, rate] of before ?? []) if (!rates.has(id) && this.#owners.get(id) === 1) sum -= rate;
    for (const [id, rate] of rates) if (!this.#owners.has(id)) sum += rate;
    return sum;
  }

  #mostOf(zone: string, rates: Rates): [zone: string, rate: Rate] {
    let most: [string, Rate] = [zone, sumOf(rates)];
    for (const [other, others] of this.#zones) {
      const rate = other === zone ? 0 : sumOf(others);
      if (rate > most[1]) most = [other, rate];
    }
    return most;
  }
}

function ratesOf(targets: readonly HealthSubject[]): Rates {
  const probed = targets.flatMap(probedTargets).filter((target) => checkKindOf(target).isPushed !== true);
  return new Map(probed.map(({ id, intervalMs }) => [id, Math.round((1000 / intervalMs) * ONE)]));
}

function sumOf(rates: Rates): Rate {
  let sum = 0;
  for (const rate of rates.values()) sum += rate;
  return sum;
}

function perSecond(rate: Rate): string {
  return String(Math.ceil(rate / ONE));
}
