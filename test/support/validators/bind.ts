/** BIND as a resolver, which concludes from NSEC what it can (synth-from-dnssec). */
import { hintsText, type RootZone, startResolver, type ValidatorKind } from './validator.ts';

export const BIND: ValidatorKind = {
  name: 'BIND',
  program: 'named',
  start: (root) =>
    startResolver({
      name: 'BIND',
      program: 'named',
      args: (folder) => ['-g', '-4', '-n', '1', '-c', `${folder}/named.conf`],
      files: (folder, port) => ({
        'root.hints': hintsText(root),
        'named.conf': `
options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  pid-file none;
  session-keyfile none;
  recursion yes;
  dnssec-validation yes;
  synth-from-dnssec yes;
  empty-zones-enable no;
  trust-anchor-telemetry no;
  minimal-responses no-auth;
  notify no;
};
controls { };
${bindAnchors(root)}
zone "." { type hint; file "root.hints"; };
`,
      }),
    }),
};

/** The trust anchor as BIND's programs read it. */
export function bindAnchors({ ds }: Pick<RootZone, 'ds'>): string {
  return `trust-anchors { . static-ds ${ds.tag} ${ds.algorithm} ${ds.digestType} "${ds.digest}"; };`;
}
