import type { JsonObject } from '../json.ts';
import { serializeUser } from '../state/serialize-guild.ts';
import type { State } from '../state/state.ts';

/** The application object; its owner is that of the first guild. */
export function serializeApplication({
  bot,
  description,
  guilds,
  homeGuild,
  userInstalls,
  users,
}: State): JsonObject {
  const owner = users.get(homeGuild.ownerId) ?? bot;
  return {
    id: bot.id,
    name: bot.displayName,
    icon: null,
    description: description,
    type: null,
    bot: serializeUser(bot),
    bot_public: true,
    bot_require_code_grant: false,
    integration_types_config: { 0: {}, 1: {} },
    verify_key: '0'.repeat(64),
    flags: 0,
    flags_new: '0',
    max_participants: null,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: serializeUser(owner),
    approximate_guild_count: guilds.size,
    approximate_user_install_count: userInstalls.size,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: ['bot', 'applications.commands'],
  };
}
