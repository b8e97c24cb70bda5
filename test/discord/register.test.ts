import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIApplicationCommand } from 'discord.js';
import { COMMANDS } from '../../commands/index.ts';
import { type AnyCommand, ON_MESSAGES } from '../../src/discord/command.ts';
import { differs } from '../../src/discord/register.ts';

const definitions = COMMANDS.map(({ definition }) => definition);

/** As Discord gives a command back: with ids, versions and everything it fills in. */
function asDiscordHasIt(definition: AnyCommand['definition']): APIApplicationCommand {
  const copy = {
    id: '1',
    application_id: '2',
    version: '3',
    nsfw: false,
    name_localizations: null,
    description_localizations: null,
    default_permission: true,
    default_member_permissions: null,
    ...structuredClone(definition),
  };
  return { ...copy, contexts: copy.contexts?.toReversed() } as unknown as APIApplicationCommand;
}

for (const definition of definitions) {
  test(`/${definition.name} as Discord gives it back is the same`, () => {
    assert.equal(differs(definition, asDiscordHasIt(definition)), false);
  });
}

test('a command of menus is the same with the empty description that Discord gives it', () => {
  const remix = { ...ON_MESSAGES, name: 'Remix this' };
  const present = { ...asDiscordHasIt(remix), description: '' };
  assert.equal(differs(remix, present), false);
  assert.equal(differs({ ...remix, contexts: [0] }, present), true);
});

test('every change of a definition is seen', () => {
  const [riff] = definitions;
  assert.ok(riff && 'options' in riff && riff.options);
  const [prompt, ...others] = riff.options;
  const changes: object[] = [
    { description: 'another' },
    { name_localizations: { de: 'anders' } },
    { description_localizations: { de: 'anders' } },
    { contexts: [0] },
    { integration_types: [0] },
    { default_member_permissions: '8' },
    { nsfw: true },
    { options: others },
    { options: [...others, prompt] },
    { options: [{ ...prompt, max_length: 5 }, ...others] },
    { options: [{ ...prompt, required: false }, ...others] },
    { options: [{ ...prompt, choices: [{ name: 'a', value: 'a' }] }, ...others] },
    { options: [{ ...prompt, name_localizations: { de: 'anders' } }, ...others] },
  ];
  for (const change of changes) {
    assert.equal(
      differs({ ...riff, ...change } as AnyCommand['definition'], asDiscordHasIt(riff)),
      true,
      JSON.stringify(change),
    );
  }
});
