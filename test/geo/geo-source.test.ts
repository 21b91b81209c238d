/** Geo data by the settings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../runtime/base/net/ip.ts';
import { createGeoSource } from '../../runtime/geo/geo-source.ts';
import { ALL_FIELDS } from '../../runtime/geo/location.ts';

const ADDRESS = parseAddress('5.9.0.1') ?? assert.fail();

test('Where there is to be no geo data, every client is in the same unknown place', () => {
  const source = createGeoSource({ detail: 'none', files: [], overrides: {} });
  assert.deepEqual(source.locate(ADDRESS), {});
  assert.equal(source.read(ADDRESS, 'country'), undefined);
  assert.equal(source.prefixLength(ADDRESS, ALL_FIELDS), 0);
});

test('What the operator knows of networks holds without geo data as well', () => {
  const source = createGeoSource({
    detail: 'none',
    files: [],
    overrides: { '5.9.0.0/16': { country: 'DE' } },
  });
  assert.equal(source.read(ADDRESS, 'country'), 'DE');
  assert.equal(source.read(ADDRESS, 'continent'), 'EU');
  assert.equal(source.prefixLength(ADDRESS, ALL_FIELDS), 16);
});

test('Countries come with the data of countries', () => {
  const source = createGeoSource({ detail: 'country', files: [], overrides: {} });
  assert.equal(source.read(ADDRESS, 'country'), 'DE');
});
