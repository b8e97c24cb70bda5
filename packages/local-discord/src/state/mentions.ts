import type { AllowedMentions } from '../request-schemas/message-schema.ts';
import type { User } from './entities.ts';

export interface Mentions {
  readonly userIds: readonly string[];
  readonly everyone: boolean;
}

/**
 * Whom a text mentions. `allowed` null: everybody whom it names. Source: resources/message, "Allowed Mentions Object".
 */
export function mentionsIn(
  content: string,
  allowed: AllowedMentions | null,
  users: ReadonlyMap<string, User>,
  canMentionEveryone: boolean,
): Mentions {
  const named = [...content.matchAll(/<@!?(\d+)>/g)].map((match) => match[1] ?? '');
  const allUsers = allowed === null || (allowed.parse ?? []).includes('users');
  const allEveryone = allowed === null || (allowed.parse ?? []).includes('everyone');
  const userIds = named.filter((id) => users.has(id) && (allUsers || (allowed?.users ?? []).includes(id)));
  return {
    userIds: [...new Set(userIds)],
    everyone: canMentionEveryone && allEveryone && /@(everyone|here)\b/.test(content),
  };
}
