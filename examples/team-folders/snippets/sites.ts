/** What all teams agree on: the sites, and who is sent where. */
import { type Client, firstHealthy, type Plan } from 'dnsteer';

/** The order of sites for a client. Teams name their pools `eu` and `us`. */
export function homeFirst(client: Client): Plan {
  return client.continent === 'EU' ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu');
}
