import { z } from 'zod';
import { commandSchema } from '../forms/command-form.ts';
import { parseForm } from '../forms/parse-form.ts';
import { commandPayload } from '../payloads/command-payload.ts';
import { APPLICATION_ID } from '../world/cast.ts';
import { DiscordError } from './discord-error.ts';
import { requireGuild } from './guild-routes.ts';
import type { DiscordParts } from './parts.ts';
import type { RestCall, Route } from './route.ts';

const listSchema = z.array(commandSchema).max(100);

/** Command registration, global and per guild. */
export function commandRoutes(parts: DiscordParts): Route[] {
  return [
    ...routesBelow(parts, '/applications/{application_id}/commands', () => null),
    ...routesBelow(
      parts,
      '/applications/{application_id}/guilds/{guild_id}/commands',
      (call) => requireGuild(parts.world, call).id,
    ),
  ];
}

function routesBelow(
  { commands }: DiscordParts,
  base: string,
  guildOf: (call: RestCall) => string | null,
): Route[] {
  const scope = (call: RestCall): string | null => {
    if (call.param('application_id') !== APPLICATION_ID) throw new DiscordError(50001);
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
          body: commands.list(scope(call)).map((command) => commandPayload(command, localized)),
        };
      },
    },
    {
      ...all,
      method: 'PUT',
      handle: (call) => {
        const replaced = commands.replaceAll(scope(call), parseForm(listSchema, call.body));
        return { status: 200, body: replaced.map((command) => commandPayload(command, true)) };
      },
    },
    {
      ...all,
      method: 'POST',
      handle: (call) => {
        const { command, created } = commands.upsert(scope(call), parseForm(commandSchema, call.body));
        return { status: created ? 201 : 200, body: commandPayload(command, true) };
      },
    },
    {
      ...one,
      method: 'GET',
      handle: (call) => ({ status: 200, body: commandPayload(required(call), true) }),
    },
    {
      ...one,
      method: 'PATCH',
      handle: (call) => {
        const command = required(call);
        const changes = parseForm(z.looseObject({}), call.body);
        const form = parseForm(commandSchema, { ...command.form, ...changes });
        return { status: 200, body: commandPayload(commands.update(command, form), true) };
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
