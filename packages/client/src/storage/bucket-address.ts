/** Where a bucket is. */
export interface BucketAddress {
  readonly pool: string;
  readonly name: string;
}

/** The parts of a route that name a bucket. */
export interface BucketPath {
  readonly pool: string;
  readonly bucket: string;
}

/** The parts of a route for an address. */
export function bucketPath({ pool, name }: BucketAddress): BucketPath {
  return { pool, bucket: name };
}
