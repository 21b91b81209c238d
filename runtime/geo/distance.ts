/** Great-circle distance by the haversine formula, within 0.5 % of the truth, as the earth is no sphere. */

/** Kilometres between two places given in degrees north and east. */
export function distanceKm(
  latitudeA: number,
  longitudeA: number,
  latitudeB: number,
  longitudeB: number,
): number {
  const a = latitudeA * RADIANS;
  const b = latitudeB * RADIANS;
  const sinLatitude = Math.sin((b - a) / 2);
  const sinLongitude = Math.sin(((longitudeB - longitudeA) * RADIANS) / 2);
  const haversine = sinLatitude * sinLatitude + Math.cos(a) * Math.cos(b) * sinLongitude * sinLongitude;
  // Rounding may carry antipodes just past 1, where the arc sine ends.
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

const RADIANS = Math.PI / 180;
/** Mean radius R1 of the IUGG. */
const EARTH_RADIUS_KM = 6371.0088;
