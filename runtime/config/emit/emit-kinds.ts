/** Programs that read pools. */
export const EMIT_KINDS = ['nginx', 'haproxy', 'caddy'] as const;
export type EmitKind = (typeof EMIT_KINDS)[number];
