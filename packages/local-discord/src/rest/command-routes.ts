import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import { commandSchema } from '../request-schemas/command-schema.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import type { Command } from '../state/command-store.ts';
import { serializeCommand } from '../state/serialize-command.ts';
import { requireGuild } from './guild-routes.ts';
import { botRoute, NO_CONTENT, ok, type RestCall, type Route } from './route.ts';

/** At most 100 slash commands, 15 user commands and 15 message commands. */
const listSchema = z.array(commandSchema).max(130);

/** Command registration, global and per guild. */
export function commandRoutes(context: Context): Route[] {
  return [
    ...routesBelow(context, '/applications/{application_id}/commands', () => null),
    ...routesBelow(
      context,
      '/applications/{application_id}/guilds/{guild_id}/commands',
      (call) => requireGuild(context.state, call).id,
    ),
  ];
}

function routesBelow(
  { commands, state }: Context,
  base: string,
  guildOf: (call: RestCall) => string | null,
): Route[] {
  const scope = (call: RestCall): string | null => {
    if (call.param('application_id') !== state.applicationId)
      throw new DiscordError(RESTJSONErrorCodes.MissingAccess);
    return guildOf(call);
  };
  const one = `${base}/{command_id}`;
  const required = (call: RestCall) => commands.require(scope(call), call.param('command_id'));
  const shown = (command: Command, isLocalized = true) => serializeCommand(state, command, isLocalized);
  return [
    botRoute('GET', base, (call) => {
      const isLocalized = call.query.get('with_localizations') === 'true';
      return ok(commands.list(scope(call)).map((command) => shown(command, isLocalized)));
    }),
    botRoute('PUT', base, (call) =>
      ok(commands.replaceAll(scope(call), parseBody(listSchema, call.body)).map((command) => shown(command))),
    ),
    botRoute('POST', base, (call) => {
      const { command, created } = commands.upsert(scope(call), parseBody(commandSchema, call.body));
      return { status: created ? 201 : 200, body: shown(command) };
    }),
    botRoute('GET', one, (call) => ok(shown(required(call)))),
    botRoute('PATCH', one, (call) => {
      const command = required(call);
      const changes = parseBody(z.looseObject({}), call.body);
      const { type } = command.definition;
      const form = parseBody(commandSchema, { ...command.definition, ...changes, type });
      return ok(shown(commands.update(command, form)));
    }),
    botRoute('DELETE', one, (call) => {
      commands.delete(required(call));
      return NO_CONTENT;
    }),
  ];
}
