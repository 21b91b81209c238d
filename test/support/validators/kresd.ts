/** Knot Resolver. */
import { dsText, startResolver, type ValidatorKind } from './validator.ts';

export const KRESD: ValidatorKind = {
  name: 'Knot Resolver',
  program: 'kresd',
  start: (root) =>
    startResolver({
      name: 'Knot Resolver',
      program: 'kresd',
      args: (folder) => ['-n', '-c', `${folder}/kresd.conf`, folder],
      files: (folder, port) => ({
        'kresd.conf': `
net.ipv6 = false
net.listen('127.0.0.1', ${port}, { kind = 'dns' })
cache.open(10 * MB, 'lmdb://${folder}/cache')
modules = { 'hints' }
modules.unload('priming')
modules.unload('ta_update')
modules.unload('ta_signal_query')
modules.unload('detect_time_skew')
hints.root({ ['${root.server.name}'] = { '${root.server.address}' } })
trust_anchors.remove('.')
trust_anchors.add('. IN DS ${dsText(root.ds)}')
`,
      }),
    }),
};
