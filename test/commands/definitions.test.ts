import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../../commands/index.ts';
import { COMPONENT_ACTIONS } from '../../src/discord/buttons.ts';
import { PROFILE_NAMES, REQUEST_LIMITS, SCHEDULER_NAMES } from '../../src/riff/request.ts';

interface Option {
  readonly name: string;
  readonly description: string;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly options?: readonly Option[];
}

const NAME = /^[-_a-z]{1,32}$/;

test('the limits that Discord shows are the limits that the code checks', () => {
  const riff = COMMANDS.find(({ definition }) => definition.name === 'riff');
  const options = new Map(
    ((riff?.definition.options ?? []) as Option[]).map((option) => [option.name, option]),
  );
  const { promptLength, negativePromptLength, seed, steps, guidanceScale } = REQUEST_LIMITS;
  assert.equal(options.get('prompt')?.max_length, promptLength.max);
  assert.equal(options.get('negative')?.max_length, negativePromptLength.max);
  for (const [name, range] of Object.entries({ seed, steps, guidance: guidanceScale })) {
    assert.deepEqual(
      [options.get(name)?.min_value, options.get(name)?.max_value],
      [range.min, range.max],
      name,
    );
  }
  assert.deepEqual(
    options.get('scheduler')?.choices?.map(({ value }) => value),
    [...SCHEDULER_NAMES],
  );
  assert.deepEqual(
    options.get('profile')?.choices?.map(({ value }) => value),
    [...PROFILE_NAMES],
  );
});

test('every definition keeps within Discord’s own limits', () => {
  for (const { definition } of COMMANDS) {
    assert.ok(JSON.stringify(definition).length < 8000, definition.name);
    for (const { name, description, options, choices } of everyOption(definition as Option)) {
      assert.match(name, NAME);
      assert.ok(description.length >= 1 && description.length <= 100, `${name}: ${description}`);
      for (const choice of choices ?? []) assert.ok(choice.name.length <= 100, choice.name);
      assert.ok((options?.length ?? 0) <= 25 && (choices?.length ?? 0) <= 25, name);
    }
  }
});

test('what is for moderators is offered to moderators, and only in servers', () => {
  const gates = { queue: 1n << 13n, settings: 1n << 5n };
  for (const [name, permission] of Object.entries(gates)) {
    const command = COMMANDS.find(({ definition }) => definition.name === name);
    assert.equal(command?.definition.default_member_permissions, String(permission));
    assert.deepEqual(command?.definition.contexts, [0]);
  }
});

test('every button has exactly one handler', () => {
  for (const action of COMPONENT_ACTIONS) {
    assert.equal(COMMANDS.filter(({ components }) => components?.[action]).length, 1, action);
  }
});

function everyOption(option: Option): Option[] {
  return [option, ...(option.options ?? []).flatMap(everyOption)];
}
