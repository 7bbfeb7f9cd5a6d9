/** @module What is used of the library `s3rver`, which comes without types. */

declare class S3rver {
  constructor(options: {
    address: string;
    port: number;
    silent: boolean;
    directory: string;
    configureBuckets: { name: string }[];
  });
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}
// deno-lint-ignore townsquare/declared-functions -- the library has this one export
export default S3rver;
