import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ApplicationCommandOptionType } from 'discord.js';
import { ActionRefused } from 'local-discord/action-refused';
import type { OptionValues } from 'local-discord/command-options';
import type { Message } from 'local-discord/message';
import { COMMANDS } from '../../commands/index.ts';
import { actText } from '../../src/discord/record-act.ts';
import { customIds, privateAnswer, privateMessage } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

/** The first user's id is the same in every run. */
const MIKA_ID = '900000000000000011';

type UserName = 'mika' | 'noor' | 'sol' | 'ada';

interface Visitor {
  readonly user: UserName;
  readonly channel: string;
  /** Past Discord's own checks: a server may hand a command to anyone, and a client may be forged. */
  readonly unchecked: boolean;
}

const VISITORS = {
  member: { user: 'mika', channel: 'music', unchecked: false },
  'forging member': { user: 'mika', channel: 'music', unchecked: true },
  moderator: { user: 'sol', channel: 'music', unchecked: false },
  admin: { user: 'ada', channel: 'music', unchecked: false },
  'moderator in a DM': { user: 'sol', channel: 'dm', unchecked: true },
  'owner of another server': { user: 'noor', channel: 'elsewhere', unchecked: false },
} satisfies Record<string, Visitor>;

type VisitorName = keyof typeof VISITORS;

/** unseen: Discord does not offer it. own: done, but to the visitor's own server only. asked: done once a button confirms it. */
type Decision = 'done' | 'shown' | 'asked' | 'denied' | 'unseen' | 'own';

interface Row {
  readonly command: string;
  /** `JOB`, `USER` and `CHANNEL` stand for those of the home server. */
  readonly options?: OptionValues;
  readonly decisions: Readonly<Record<VisitorName, Decision>>;
  /** Makes that there is something to undo, in each of the two servers. */
  readonly given?: (bench: WireBench, guildId: string) => unknown;
}

const MODERATORS: Row['decisions'] = {
  member: 'unseen',
  'forging member': 'denied',
  moderator: 'done',
  admin: 'done',
  'moderator in a DM': 'denied',
  'owner of another server': 'own',
};
const OF_A_JOB: Row['decisions'] = { ...MODERATORS, 'owner of another server': 'denied' };
const VIEW: Row['decisions'] = {
  member: 'unseen',
  'forging member': 'shown',
  moderator: 'shown',
  admin: 'shown',
  'moderator in a DM': 'shown',
  'owner of another server': 'shown',
};
/** The other server has nothing that could be cleared or reset. */
const ASKED_MODERATORS: Row['decisions'] = {
  ...MODERATORS,
  moderator: 'asked',
  admin: 'asked',
  'owner of another server': 'shown',
};
const MODERATORS_VIEW: Row['decisions'] = {
  ...ASKED_MODERATORS,
  moderator: 'shown',
  admin: 'shown',
};
/** Only the bot's owner reaches everywhere. */
const OWNERS: Row['decisions'] = {
  ...MODERATORS,
  moderator: 'denied',
  admin: 'denied',
  'owner of another server': 'denied',
};
/** Manage Server; Sol has Manage Messages alone. */
const MANAGERS: Row['decisions'] = { ...MODERATORS, moderator: 'unseen' };
const MANAGERS_VIEW: Row['decisions'] = { ...MANAGERS, admin: 'shown', 'owner of another server': 'shown' };
const ASKED_MANAGERS: Row['decisions'] = { ...MANAGERS, admin: 'asked', 'owner of another server': 'asked' };

const isPaused: Row['given'] = ({ life }, guildId) =>
  life.queue.pause({ kind: 'guild', guildId }, 'quiet please');
const isBlocked: Row['given'] = async ({ life, discord, clock }, guildId) => {
  const [userId, by] = [discord.user('mika').id, discord.user('sol').id];
  await life.blocks.block({ userId, guildId, by, reason: 'spam', createdAt: clock.now(), until: null });
};
const hasRules: Row['given'] = ({ life, discord }, guildId) =>
  life.settings.update(guildId, {
    allowedChannelIds: [discord.channelId('general')],
    blockedWords: ['bad*'],
    modLogChannelId: discord.channelId('general'),
  });

const ROWS: readonly Row[] = [
  { command: 'queue show', decisions: VIEW },
  { command: 'queue move', options: { job: 'JOB', position: 1 }, decisions: OF_A_JOB },
  { command: 'queue remove', options: { job: 'JOB', reason: 'too loud' }, decisions: OF_A_JOB },
  { command: 'queue clear', options: { reason: 'spring' }, decisions: ASKED_MODERATORS },
  { command: 'queue pause', options: { reason: 'quiet please' }, decisions: MODERATORS },
  { command: 'queue resume', decisions: MODERATORS, given: isPaused },
  { command: 'queue block', options: { user: 'USER', hours: 2, reason: 'spam' }, decisions: MODERATORS },
  { command: 'queue unblock', options: { user: 'USER' }, decisions: MODERATORS, given: isBlocked },
  { command: 'queue blocks', decisions: MODERATORS_VIEW },
  { command: 'queue log', decisions: MODERATORS_VIEW },
  { command: 'queue pause', options: { where: 'everywhere' }, decisions: OWNERS },
  { command: 'queue log', options: { where: 'everywhere' }, decisions: OWNERS },
  { command: 'queue blocks', options: { where: 'everywhere' }, decisions: OWNERS },
  { command: 'queue resume', options: { where: 'everywhere' }, decisions: OWNERS },
  { command: 'settings show', decisions: MANAGERS_VIEW },
  { command: 'settings channels add', options: { channel: 'CHANNEL' }, decisions: MANAGERS },
  {
    command: 'settings channels remove',
    options: { channel: 'CHANNEL' },
    decisions: MANAGERS,
    given: hasRules,
  },
  { command: 'settings channels clear', decisions: MANAGERS, given: hasRules },
  { command: 'settings words add', options: { word: 'bad*' }, decisions: MANAGERS },
  { command: 'settings words remove', options: { word: 'bad*' }, decisions: MANAGERS, given: hasRules },
  { command: 'settings words clear', decisions: MANAGERS, given: hasRules },
  { command: 'settings limits', options: { 'per-server': 9 }, decisions: MANAGERS },
  { command: 'settings limits', decisions: MANAGERS_VIEW },
  { command: 'settings steps', options: { most: 30 }, decisions: MANAGERS },
  { command: 'settings steps', decisions: MANAGERS_VIEW },
  { command: 'settings profile', options: { name: 'fast' }, decisions: MANAGERS },
  { command: 'settings profile', decisions: MANAGERS_VIEW },
  { command: 'settings mod-log set', options: { channel: 'CHANNEL' }, decisions: MANAGERS },
  { command: 'settings mod-log off', decisions: MANAGERS, given: hasRules },
  { command: 'settings reset', decisions: ASKED_MANAGERS, given: hasRules },
];

describe('who may do what, whatever Discord lets through', () => {
  test('every verb of moderators and managers stands in the table', () => {
    const guarded = COMMANDS.map(({ definition }) => definition).filter(
      (definition) => 'default_member_permissions' in definition,
    );
    const verbs = guarded.flatMap((definition) => verbsOf(definition));
    assert.deepEqual(new Set(ROWS.map(({ command }) => command)), new Set(verbs));
  });

  for (const row of ROWS) {
    test(`/${[row.command, ...Object.keys(row.options ?? {})].join(' ')}`, async () => {
      await using shared = await benchFor(row);
      for (const [name, visitor] of Object.entries(VISITORS)) {
        const wanted = row.decisions[name as VisitorName];
        await using own = CHANGES.has(wanted) ? await benchFor(row) : null;
        assert.equal(await decisionOf(own ?? shared, visitor, row), wanted, name);
      }
    });
  }

  test('the owner of the bot may do everything in every server', async () => {
    // An unchecked call knows texts and numbers alone, so no users and channels.
    const rows = ROWS.filter(
      ({ options }) => !Object.values(options ?? {}).some((value) => /USER|CHANNEL/.test(`${value}`)),
    );
    const owner = VISITORS['forging member'];
    for (const row of rows) {
      await using bench = await benchFor(row, [MIKA_ID]);
      const found = await decisionOf(bench, owner, row);
      assert.ok(found !== 'denied' && found !== 'unseen', `${row.command}: ${found}`);
    }
  });

  test('a button names a job of another server or of a DM in vain', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const jobId = await fillQueue(bench);
    const own = discord.actAs('noor', { channel: 'elsewhere' }).command('riff', { prompt: 'mine' });
    const message = await discord.waitForOriginal(own, ({ components }) => components.length > 0);
    const before = await stateOf(bench);
    const forger = discord.actAs('noor', { channel: 'elsewhere', unchecked: true });
    for (const action of ['cancel', 'again', 'retext', 'collect']) {
      const answer = await privateAnswer(bench, forger.press(`1:${action}:${jobId}`, message.id));
      assert.match(answer, /no longer know this riff/, action);
    }
    assert.deepEqual(await stateOf(bench), before);
  });

  test('job suggestions reach moderators alone', async () => {
    await using bench = await WireBench.open();
    await fillQueue(bench);
    const suggested = async (user: UserName): Promise<number> => {
      const actor = bench.discord.actAs(user, { unchecked: true });
      const answer = await actor.autocomplete('queue remove', { job: '' }, 'job').answered;
      return answer.kind === 'choices' ? answer.choices.length : -1;
    };
    assert.equal(await suggested('noor'), 0);
    assert.ok((await suggested('sol')) > 0);
  });

  test('acts are written down with actor, target and reason, and posted where the server wants them', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const jobId = await fillQueue(bench);
    await life.settings.update(discord.guildId, { modLogChannelId: discord.channelId('general') });
    await privateAnswer(
      bench,
      discord.actAs('sol').command('queue remove', { job: jobId, reason: '@everyone *loud*' }),
    );
    const [entry] = await life.auditTrail.newest(discord.guildId, 1);
    assert.deepEqual(
      { ...entry, at: 0 },
      {
        guildId: discord.guildId,
        actorId: discord.user('sol').id,
        action: 'queue remove',
        targetUserId: discord.user('mika').id,
        jobId,
        reason: '@everyone *loud*',
        detail: '',
        at: 0,
      },
    );
    const text = entry ? actText(entry, 'en-US') : '';
    const posted = await discord.waitForMessage(({ content }) => content === text, { channel: 'general' });
    assert.match(posted.content, /\\@everyone \\\*loud\\\*/);
    assert.deepEqual(posted.mentionedUserIds, []);
  });
});

const DENIED = /needs the permission|in a server only|know no such riff|not blocked|Only the bot's owner/;

/** One job runs, two wait; the id of the newest. */
async function fillQueue(bench: WireBench): Promise<string> {
  const { discord, life } = bench;
  for (const prompt of ['one', 'two', 'three']) {
    const command = discord.actAs('mika').command('riff', { prompt });
    await discord.waitForOriginal(command, ({ components }) => components.length > 0 || prompt === 'one');
  }
  const [newest] = await life.queue.unfinishedOf(discord.user('mika').id);
  assert.equal(newest?.state.kind, 'waiting');
  return newest?.id ?? '';
}

interface Named {
  readonly type: number;
  readonly name: string;
  readonly options?: readonly Named[] | undefined;
}

const { Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

/** `queue show`, `settings words add`: the command with each of its subcommands. */
function verbsOf({ name, options = [] }: Omit<Named, 'type'>): string[] {
  const below = options.filter(({ type }) => type === Subcommand || type === SubcommandGroup);
  return below.length === 0
    ? [name]
    : below.flatMap((option) => verbsOf(option).map((verb) => `${name} ${verb}`));
}

/** After these the server is changed, so the next user needs another bench. */
const CHANGES: ReadonlySet<Decision> = new Set(['done', 'own']);

async function benchFor(row: Row, ownerIds: readonly string[] = []): Promise<WireBench> {
  const bench = await WireBench.open({ limits: { perUserWaiting: 10 }, ownerIds });
  await fillQueue(bench);
  for (const guildId of [bench.discord.guildId, bench.discord.guild('Elsewhere').id])
    await row.given?.(bench, guildId);
  return bench;
}

async function decisionOf(bench: WireBench, visitor: Visitor, row: Row): Promise<Decision> {
  const { user, channel, unchecked } = visitor;
  const options = await filledIn(bench, row.options ?? {});
  const before = await stateOf(bench);
  const actor = bench.discord.actAs(user, { channel, unchecked });
  let answer: Message;
  try {
    answer = await privateMessage(bench, actor.command(row.command, options));
  } catch (error) {
    if (error instanceof ActionRefused) return 'unseen';
    throw error;
  }
  assert.doesNotMatch(answer.content, /Something went wrong/, row.command);
  const after = await stateOf(bench);
  if (!isDeepStrictEqual(after.home, before.home)) return 'done';
  if (after.elsewhere !== before.elsewhere) return 'own';
  if (customIds(answer).some((id) => /^1:(clear|reset):/.test(id))) return 'asked';
  return DENIED.test(answer.content) ? 'denied' : 'shown';
}

async function filledIn(bench: WireBench, options: OptionValues): Promise<OptionValues> {
  const { discord, life } = bench;
  const jobs = await life.queue.unfinishedOf(discord.user('mika').id);
  const waiting = jobs.find(({ state }) => state.kind === 'waiting') ?? jobs[0];
  const ids: Readonly<Record<string, string>> = {
    JOB: waiting?.id ?? '',
    USER: discord.user('mika').id,
    CHANNEL: discord.channelId('general'),
  };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, ids[String(value)] ?? value]),
  );
}

/** Everything that a moderator could change; acts of moderators count by their number. */
async function stateOf({ life, discord, clock }: WireBench) {
  const { guildId } = discord;
  const { queue, settings, blocks, auditTrail } = life;
  const { running, waiting, pause } = await queue.list({ kind: 'guild', guildId });
  return {
    home: {
      running: running.length,
      waiting: waiting.map(({ id }) => id),
      pause,
      settings: await settings.get(guildId),
      blocks: await blocks.list(guildId, clock.now()),
      acts: (await auditTrail.newest(guildId, 100)).length,
    },
    elsewhere: (await auditTrail.newest(discord.guild('Elsewhere').id, 100)).length,
  };
}
