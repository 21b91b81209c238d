/** Where clients are in the tests of answers: four networks, and everywhere else is nowhere. */
import { withOverrides } from '../../runtime/geo/overrides.ts';

/** Frankfurt, Ashburn, Sydney; and a network of which only the country is known. */
export const PLACES = {
  '198.51.100.0/24': { country: 'DE', city: 'Frankfurt', latitude: 50.1, longitude: 8.7 },
  '192.0.2.0/25': { country: 'US', region: 'VA', latitude: 39, longitude: -77.5 },
  '2001:db8:a::/48': { country: 'AU', latitude: -33.9, longitude: 151.2 },
  '203.0.113.0/24': { country: 'FR' },
} as const;

export const GEO = withOverrides(
  { locate: () => ({}), read: () => undefined, key: () => 0, prefixLength: () => 0 },
  PLACES,
);
