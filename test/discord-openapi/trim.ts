import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes openapi.json: the routes below and the schemas that they refer to, from Discord's whole file.
 *
 *   node test/discord-openapi/trim.ts path/to/openapi.json
 *
 * The whole file: https://github.com/discord/discord-api-spec, specs/openapi.json
 */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/applications/@me': ['get'],
  '/applications/{application_id}/commands': ['get', 'post', 'put'],
  '/applications/{application_id}/commands/{command_id}': ['get', 'patch', 'delete'],
  '/applications/{application_id}/guilds/{guild_id}/commands': ['get', 'post', 'put'],
  '/applications/{application_id}/guilds/{guild_id}/commands/{command_id}': ['get', 'patch', 'delete'],
  '/channels/{channel_id}': ['get'],
  '/channels/{channel_id}/messages': ['get', 'post'],
  '/channels/{channel_id}/messages/{message_id}': ['get', 'patch', 'delete'],
  '/gateway/bot': ['get'],
  '/guilds/{guild_id}': ['get'],
  '/guilds/{guild_id}/channels': ['get'],
  '/guilds/{guild_id}/members': ['get'],
  '/guilds/{guild_id}/members/{user_id}': ['get'],
  '/guilds/{guild_id}/roles': ['get'],
  '/interactions/{interaction_id}/{interaction_token}/callback': ['post'],
  '/oauth2/applications/@me': ['get'],
  '/users/@me': ['get'],
  '/users/@me/channels': ['post'],
  '/users/{user_id}': ['get'],
  '/webhooks/{webhook_id}/{webhook_token}': ['post'],
  '/webhooks/{webhook_id}/{webhook_token}/messages/@original': ['get', 'patch', 'delete'],
  '/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': ['get', 'patch', 'delete'],
};

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

const REFERENCE = /^#\/components\/(?<kind>\w+)\/(?<name>\w+)$/;

function trim(api: JsonObject): JsonObject {
  const paths = Object.fromEntries(
    Object.entries(ROUTES).map(([route, methods]) => [route, operations(child(api.paths, route), methods)]),
  );
  const { openapi = null, info = null, servers = null } = api;
  return { openapi, info, servers, paths, components: componentsOf(paths, child(api, 'components')) };
}

/** The chosen methods of a path: what is sent as JSON, and the answers that are no error. */
function operations(path: Json, methods: readonly string[]): Json {
  return Object.fromEntries(methods.map((method) => [method, operation(child(path, method))]));
}

function operation(described: Json): Json {
  const body = isObject(described) ? described.requestBody : undefined;
  const answers = Object.entries(child(described, 'responses') as JsonObject).filter(([status]) =>
    /^2\d\d$/.test(status),
  );
  return {
    ...(body !== undefined && { requestBody: jsonContent(body) }),
    responses: Object.fromEntries(answers.map(([status, answer]) => [status, jsonContent(answer)])),
  };
}

/** An empty object: no body. */
function jsonContent(described: Json): Json {
  if (!isObject(described) || described.content === undefined) return {};
  const json = child(described.content, 'application/json');
  return { content: { 'application/json': withoutProse(json) } };
}

/** Everything that `root` refers to, and what that refers to, and so on. */
function componentsOf(root: Json, components: Json): Json {
  const kept: Record<string, Record<string, Json>> = {};
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    for (const { kind, name } of referencesIn(value)) {
      kept[kind] ??= {};
      if (name in kept[kind]) continue;
      const component = withoutProse(child(child(components, kind), name));
      kept[kind][name] = component;
      open.push(component);
    }
  }
  return Object.fromEntries(
    Object.entries(kept).map(([kind, parts]) => [
      kind,
      Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
}

function referencesIn(value: Json): { kind: string; name: string }[] {
  if (!isObject(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const { kind, name } = (key === '$ref' && REFERENCE.exec(String(part))?.groups) || {};
    return kind && name ? [{ kind, name }] : referencesIn(part);
  });
}

/** Only a text is prose: a property may be called `description`, too. */
function withoutProse(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, part]) => !(key === 'description' && typeof part === 'string'),
  );
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutProse(part)]));
}

function child(parent: Json | undefined, name: string): Json {
  const found = isObject(parent) ? parent[name] : undefined;
  if (found === undefined) throw new RangeError(`openapi.json: expected ${name}, found no such entry`);
  return found;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const [source] = process.argv.slice(2);
if (!source) throw new RangeError('trim.ts: expected the path of Discord’s openapi.json, got nothing');
const trimmed = trim(JSON.parse(readFileSync(source, 'utf8')) as JsonObject);
writeFileSync(new URL('openapi.json', import.meta.url), `${JSON.stringify(trimmed)}\n`);
