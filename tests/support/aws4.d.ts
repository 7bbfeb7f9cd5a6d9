/** @module What is used of the library `aws4`, which comes without types. */

interface SignedRequest {
  headers: Record<string, string>;
}

declare const aws4: {
  sign(
    request: {
      service: string;
      region: string;
      method: string;
      path: string;
      headers: Record<string, string>;
      doNotModifyHeaders: boolean;
    },
    keys: { accessKeyId: string; secretAccessKey: string },
  ): SignedRequest;
};
// deno-lint-ignore townsquare/declared-functions -- the library has this one export
export default aws4;
