export interface Block {
  readonly userId: string;
  /** Null: everywhere, set by the owner of the bot. */
  readonly guildId: string | null;
  readonly reason: string;
  /** User id of the moderator or owner. */
  readonly by: string;
  readonly createdAt: number;
  /** Epoch ms; null: without end. */
  readonly until: number | null;
}

/** Rejects with RiffError('store_failed') where the store cannot be read or written. */
export interface BlockList {
  /** Replaces an earlier block of the same user in the same guild. */
  block(block: Block): Promise<void>;
  /** False: there was none. */
  unblock(userId: string, guildId: string | null): Promise<boolean>;
  /** The block in force now in this guild (null: in DMs). A block everywhere takes precedence over one of the guild. */
  find(userId: string, guildId: string | null, now: number): Promise<Block | null>;
  /** The blocks in force now, newest first: of exactly this guild, or (null) those set everywhere. */
  list(guildId: string | null, now: number): Promise<readonly Block[]>;
}
