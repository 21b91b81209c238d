/** The answer processes as control builds them: with their secrets, and with the sandbox in which policies are tried before. */
import path from 'node:path';
import type { Logger } from '../base/log.ts';
import { CookieSecrets } from '../control/cookie-rotation.ts';
import type { AnswerEvent } from '../control/fleet/answer-events.ts';
import { AnswerFleet } from '../control/fleet/answer-fleet.ts';
import { ZoneImages } from '../control/fleet/zone-images.ts';
import type { ServerParts } from '../control/server-parts.ts';
import { accountIn } from '../control/settings.ts';
import type { SettingsInForce } from '../control/settings-in-force.ts';
import { TlsInUse } from '../control/tls-in-use.ts';
import { Sandbox } from '../runner/sandbox.ts';
import { accountToBecome } from '../transport/privileges.ts';

/**
 * Builds the answer processes, their secrets, and the sandbox in which policies are tried before they answer.
 */
export function buildAnswers(
  settings: SettingsInForce,
  log: Logger,
  onEvent: (event: AnswerEvent, pid: number) => void,
): Pick<ServerParts, 'sandbox' | 'images' | 'fleet' | 'cookies' | 'tls'> {
  const { config, generation } = settings;
  const account = accountToBecome(accountIn(config));
  // No query waits for a trial, so no spare sandbox process is kept.
  const sandbox = new Sandbox({
    spare: false,
    isPatient: true,
    account,
    settings: config.sandbox,
    prelude: settings.prelude,
  });
  const answerLog = log.child({ component: 'answer' });
  const folder = path.join(config.state, 'zones');
  const images = new ZoneImages({ folder, id: generation.id, account, log: answerLog });
  const fleet = new AnswerFleet({ images, settings: settings.ofAnswers(), log: answerLog, onEvent });
  const cookies = new CookieSecrets(
    path.join(config.state, 'cookie-secrets'),
    log.child({ component: 'cookies' }),
    (secrets) => fleet.setCookies(settings.ofCookies(secrets)),
  );
  const tls = new TlsInUse(log.child({ component: 'tls' }), (secrets) => fleet.setSecrets(secrets));
  return { sandbox, images, fleet, cookies, tls };
}
