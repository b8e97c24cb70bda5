import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import { commandSchema } from '../request-schemas/command-schema.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import { serializeCommand } from '../state/serialize-command.ts';
import { requireGuild } from './guild-routes.ts';
import type { RestCall, Route } from './route.ts';

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
  const all = { template: base, auth: 'bot' } as const;
  const one = { template: `${base}/{command_id}`, auth: 'bot' } as const;
  const required = (call: RestCall) => commands.require(scope(call), call.param('command_id'));
  return [
    {
      ...all,
      method: 'GET',
      handle: (call) => {
        const localized = call.query.get('with_localizations') === 'true';
        return {
          status: 200,
          body: commands.list(scope(call)).map((command) => serializeCommand(state, command, localized)),
        };
      },
    },
    {
      ...all,
      method: 'PUT',
      handle: (call) => {
        const replaced = commands.replaceAll(scope(call), parseBody(listSchema, call.body));
        return { status: 200, body: replaced.map((command) => serializeCommand(state, command, true)) };
      },
    },
    {
      ...all,
      method: 'POST',
      handle: (call) => {
        const { command, created } = commands.upsert(scope(call), parseBody(commandSchema, call.body));
        return { status: created ? 201 : 200, body: serializeCommand(state, command, true) };
      },
    },
    {
      ...one,
      method: 'GET',
      handle: (call) => ({ status: 200, body: serializeCommand(state, required(call), true) }),
    },
    {
      ...one,
      method: 'PATCH',
      handle: (call) => {
        const command = required(call);
        const changes = parseBody(z.looseObject({}), call.body);
        const { type } = command.definition;
        const form = parseBody(commandSchema, { ...command.definition, ...changes, type });
        return { status: 200, body: serializeCommand(state, commands.update(command, form), true) };
      },
    },
    {
      ...one,
      method: 'DELETE',
      handle: (call) => {
        commands.delete(required(call));
        return { status: 204 };
      },
    },
  ];
}
