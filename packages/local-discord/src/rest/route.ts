import type { Json } from '../json.ts';
import type { UploadedFile } from '../state/attachment-store.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A parsed request to a route. */
export interface RestCall {
  /** A parameter of the path; throws TypeError if the route does not have it. */
  param(name: string): string;
  readonly query: URLSearchParams;
  /** JSON body, or `payload_json` of a multipart body; null if there is none. */
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export interface RestAnswer {
  readonly status: 200 | 201 | 204;
  readonly body?: Json;
}

export interface Route {
  readonly method: Method;
  /** Path below /api/v10, written as in Discord's OpenAPI file: `/channels/{channel_id}`. */
  readonly template: string;
  /** `none`: the token in the path authorises the request. */
  readonly auth: 'bot' | 'none';
  readonly handle: (call: RestCall) => RestAnswer;
}

/** A route that takes the bot's token. */
export function botRoute(method: Method, template: string, handle: Route['handle']): Route {
  return { method, template, auth: 'bot', handle };
}

export function ok(body: Json): RestAnswer {
  return { status: 200, body };
}

/** After a deletion, and where no answer is asked for. */
export const NO_CONTENT: RestAnswer = { status: 204 };
