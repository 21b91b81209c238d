/**
 * What a program gets that imports `dnsteer`: policies run in the sandbox of dnsteer, and nowhere else. The names are
 * those of policy.d.ts, so that a module which imports them is linked, and the error below says what to do instead.
 */
export const alias = undefined;
export const closestByLatency = undefined;
export const cname = undefined;
export const definePolicy = undefined;
export const fastest = undefined;
export const firstHealthy = undefined;
export const health = undefined;
export const leastLoaded = undefined;
export const nearest = undefined;
export const nodata = undefined;
export const nxdomain = undefined;
export const refuse = undefined;
export const rotate = undefined;
export const geo = undefined;
export const fence = undefined;
export const bounded = undefined;
export const shed = undefined;
export const sticky = undefined;
export const take = undefined;
export const weighted = undefined;

throw Object.assign(
  new Error(
    'A policy runs in the sandbox of dnsteer only. To test it, write shop.example.test.ts beside shop.example.ts, with { test, ask, expect } from "dnsteer/test", and run: dnsteer test',
  ),
  { code: 'POLICY_IMPORT' },
);
