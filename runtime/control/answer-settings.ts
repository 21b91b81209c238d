/** What answer processes need of the configuration. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Config } from '../config/config.ts';
import type { AnswerSettings } from '../rpc/control-protocol.ts';

/** One control process, among all that ever use this folder of state. */
export function generationOf(config: Config): AnswerSettings['generation'] {
  return { file: path.join(config.state, 'generation'), id: randomUUID() };
}

/** The settings of each answer process, by index. */
export function answerSettings(config: Config, generation: AnswerSettings['generation']): AnswerSettings[] {
  const count = config.processes === 'auto' ? availableParallelism() : config.processes;
  const { user, group } = config;
  return Array.from({ length: count }, (_, index) => ({
    index,
    listen: config.listen,
    udpPayloadSize: config.edns.udpSize,
    negativeTtl: config.zone.negativeTtl,
    defaultTtl: config.policy.ttl,
    memoLeaves: config.memo.leaves,
    geo: config.geo,
    tcp: {
      idleMs: 1000 * config.tcp.idle,
      clients: config.tcp.clients,
      clientsPerAddress: config.tcp.clientsPerAddress,
    },
    queryLogSample: config.log.queries,
    ...(user === undefined ? {} : { dropPrivileges: { user, ...(group === undefined ? {} : { group }) } }),
    generation,
  }));
}
