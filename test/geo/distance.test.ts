/** Great-circle distance, against known pairs and the laws of a metric. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { distanceKm } from '../../runtime/geo/distance.ts';

const HALF_WAY_ROUND = Math.PI * 6371.0088;

for (const [from, to, latitudeA, longitudeA, latitudeB, longitudeB, km] of [
  ['Frankfurt', 'New York', 50.0333, 8.5706, 40.6398, -73.7789, 6185],
  ['Sydney', 'Auckland', -33.9461, 151.1772, -37.0081, 174.7917, 2159],
  ['Fiji', 'Samoa, over the date line', -17.7554, 177.4434, -13.83, -172.0083, 1205],
  ['the North Pole', 'the South Pole', 90, 0, -90, 0, 20015],
  ['a quarter', 'the equator', 0, 0, 0, 90, 10008],
] as const) {
  test(`From ${from} to ${to} it is ${km} km`, () => {
    const distance = distanceKm(latitudeA, longitudeA, latitudeB, longitudeB);
    assert.ok(Math.abs(distance - km) < km * 0.005, `${distance}`);
  });
}

const latitude = fc.double({ min: -90, max: 90, noNaN: true });
const longitude = fc.double({ min: -180, max: 180, noNaN: true });
const place = fc.tuple(latitude, longitude);

test('It is the same both ways, zero to the same place, and never more than half way round', () => {
  fc.assert(
    fc.property(place, place, ([a, b], [c, d]) => {
      const distance = distanceKm(a, b, c, d);
      assert.ok(distance >= 0 && distance <= HALF_WAY_ROUND + 1e-6);
      assert.ok(Math.abs(distance - distanceKm(c, d, a, b)) < 1e-6);
      assert.equal(distanceKm(a, b, a, b), 0);
    }),
  );
});

test('A detour is never shorter', () => {
  fc.assert(
    fc.property(place, place, place, (a, b, c) => {
      assert.ok(distanceKm(...a, ...c) <= distanceKm(...a, ...b) + distanceKm(...b, ...c) + 1e-3);
    }),
  );
});
