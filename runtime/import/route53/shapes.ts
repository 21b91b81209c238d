/** What the API of Route 53 tells, as far as it is read here (API version 2013-04-01). */
import { z } from 'zod';

const recordSet = z.object({
  Name: z.string(),
  Type: z.string(),
  SetIdentifier: z.string().optional(),
  TTL: z.number().int().min(0).optional(),
  ResourceRecords: z.array(z.object({ Value: z.string() })).optional(),
  AliasTarget: z
    .object({ HostedZoneId: z.string(), DNSName: z.string(), EvaluateTargetHealth: z.boolean() })
    .optional(),
  HealthCheckId: z.string().optional(),
  Weight: z.number().int().min(0).optional(),
  Region: z.string().optional(),
  Failover: z.enum(['PRIMARY', 'SECONDARY']).optional(),
  MultiValueAnswer: z.boolean().optional(),
  GeoLocation: z
    .object({
      ContinentCode: z.string().optional(),
      CountryCode: z.string().optional(),
      SubdivisionCode: z.string().optional(),
    })
    .optional(),
  GeoProximityLocation: z
    .object({
      AWSRegion: z.string().optional(),
      LocalZoneGroup: z.string().optional(),
      Coordinates: z.object({ Latitude: z.string(), Longitude: z.string() }).optional(),
      Bias: z.number().optional(),
    })
    .optional(),
  CidrRoutingConfig: z.object({ CollectionId: z.string(), LocationName: z.string() }).optional(),
});

/** `list-resource-record-sets`. */
export const RECORD_SETS = z.object({ ResourceRecordSets: z.array(recordSet) });
export type RecordSetShape = z.infer<typeof recordSet>;

const healthCheck = z.object({
  Id: z.string(),
  HealthCheckConfig: z.object({
    Type: z.string(),
    IPAddress: z.string().optional(),
    Port: z.number().int().optional(),
    ResourcePath: z.string().optional(),
    FullyQualifiedDomainName: z.string().optional(),
    SearchString: z.string().optional(),
    RequestInterval: z.number().optional(),
    FailureThreshold: z.number().int().optional(),
    Inverted: z.boolean().optional(),
    Disabled: z.boolean().optional(),
    HealthThreshold: z.number().int().optional(),
    ChildHealthChecks: z.array(z.string()).optional(),
  }),
});

/** `list-health-checks`. */
export const HEALTH_CHECKS = z.object({ HealthChecks: z.array(healthCheck) });
export type HealthCheckShape = z.infer<typeof healthCheck>['HealthCheckConfig'];

/** `list-cidr-blocks`. */
export const CIDR_BLOCKS = z.object({
  CidrBlocks: z.array(z.object({ CidrBlock: z.string(), LocationName: z.string() })),
});
