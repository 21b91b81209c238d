/** The settings that a server goes by at the moment; a reload puts others in their place. */
import type { Generation } from '../base/process/generation.ts';
import type { Config } from '../config/config.ts';
import type { AnswerSettings, CookieSettings } from '../rpc/answer-settings.ts';
import { answerSettings, cookieSettings, generationOf } from './settings.ts';

export class SettingsInForce {
  config: Config;
  /** Of this control process, whatever the settings. */
  readonly generation: Generation;
  /** What all scripts of policies expect to have run. */
  readonly prelude: string;

  constructor(config: Config, prelude: string) {
    this.config = config;
    this.generation = generationOf(config);
    this.prelude = prelude;
  }

  /** Those of each answer process, by index, under this configuration. */
  ofAnswers(config = this.config): AnswerSettings[] {
    return answerSettings(config, this.generation, this.prelude);
  }

  /** What cookies go by, with the secrets made here. */
  ofCookies(made: readonly string[]): CookieSettings {
    return cookieSettings(this.config, made);
  }
}
