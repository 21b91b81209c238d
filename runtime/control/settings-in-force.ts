/** The settings that are in force; a reload puts others in their place. */
import type { Generation } from '../base/process/generation.ts';
import type { Config } from '../config/config.ts';
import type { AnswerSettings, CookieSettings } from '../rpc/answer-settings.ts';
import type { TakenGeo } from './geo/taken-geo.ts';
import { answerSettings, cookieSettings, generationOf } from './settings.ts';

export class SettingsInForce {
  config: Config;
  /** Tells this control process from others; no reload changes it. */
  readonly generation: Generation;
  /** The script that runs before the script of every policy. */
  readonly prelude: string;

  readonly #geo: TakenGeo['geoFiles'];
  readonly #latency: TakenGeo['latencyFile'];

  constructor(config: Config, prelude: string, { geoFiles, latencyFile }: TakenGeo) {
    this.#latency = latencyFile;
    this.#geo = geoFiles;
    this.config = config;
    this.generation = generationOf(config);
    this.prelude = prelude;
  }

  /** The settings of each answer process, by index, under this configuration, whose geo data has been taken. */
  ofAnswers(config = this.config): AnswerSettings[] {
    return answerSettings(config, this.generation, this.prelude, {
      geoFiles: this.#geo.inForce(config.geo.files),
      latencies: this.#latency.inForce(),
    });
  }

  /** The settings of cookies; `made` are the secrets made here. */
  ofCookies(made: readonly string[]): CookieSettings {
    return cookieSettings(this.config, made);
  }
}
