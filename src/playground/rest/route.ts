import type { Json } from '../json.ts';
import type { UploadedFile } from '../messages/attachment-vault.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request that found its route, body parsed. */
export interface RestCall {
  /** A named part of the path; throws TypeError when the route does not have it. */
  param(name: string): string;
  readonly query: URLSearchParams;
  /** JSON body, or `payload_json` of a multipart body; null when there was none. */
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
  /** `none` where the token in the path is the permission. */
  readonly auth: 'bot' | 'none';
  readonly handle: (call: RestCall) => RestAnswer;
}

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export class RouteTable {
  readonly #routes: readonly { readonly route: Route; readonly segments: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, segments: route.template.split('/') }));
  }

  /** Literal segments win over named ones, so `@me` and `@original` are never read as an id. */
  find(method: string, path: string): FoundRoute | null {
    const parts = path.split('/').map(decodeURIComponent);
    const candidates = this.#routes
      .filter(({ route, segments }) => route.method === method && segments.length === parts.length)
      .filter(({ segments }) => segments.every((segment, i) => isNamed(segment) || segment === parts[i]))
      .sort((a, b) => a.segments.filter(isNamed).length - b.segments.filter(isNamed).length);
    const best = candidates[0];
    if (!best) return null;
    const named = best.segments.flatMap((segment, i) =>
      isNamed(segment) ? [[segment.slice(1, -1), parts[i] ?? '']] : [],
    );
    return { route: best.route, params: Object.fromEntries(named) };
  }
}

function isNamed(segment: string): boolean {
  return segment.startsWith('{');
}
