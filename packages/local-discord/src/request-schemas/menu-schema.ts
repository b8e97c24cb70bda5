import { ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { problem } from './parse-body.ts';

export const customIdSchema = z.string().min(1).max(100);

export const DUPLICATED_ID = [
  'COMPONENT_CUSTOM_ID_DUPLICATED',
  'Component custom id cannot be duplicated',
] as const;

const menuShape = {
  custom_id: customIdSchema,
  placeholder: z.string().max(150).nullish(),
  min_values: z.number().int().min(0).max(25).nullish(),
  max_values: z.number().int().min(1).max(25).nullish(),
  disabled: z.boolean().nullish(),
  /** Used in forms only. */
  required: z.boolean().nullish(),
};

/** An option of a menu, or of a radio or checkbox group in a form. */
export const choiceSchema = z.looseObject({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  default: z.boolean().nullish(),
});

const optionSchema = choiceSchema.extend({ emoji: z.looseObject({}).nullish() });

const stringMenuSchema = z
  .looseObject({
    ...menuShape,
    type: z.literal(ComponentType.StringSelect),
    options: z.array(optionSchema).min(1).max(25),
  })
  .superRefine((menu, context) => {
    for (const found of [...countProblems(menu, menu.options.length), ...optionProblems(menu)])
      context.addIssue(found);
  });

/** A menu of users, roles or channels. `kinds`: the types of its default values. */
const entityMenu = <T extends number>(type: T, kinds: readonly string[]) =>
  z
    .looseObject({
      ...menuShape,
      type: z.literal(type),
      default_values: z
        .array(z.looseObject({ id: z.string().regex(/^\d{1,20}$/), type: z.enum(kinds) }))
        .max(25)
        .nullish(),
    })
    .superRefine((menu, context) => {
      for (const found of countProblems(menu, 25)) context.addIssue(found);
      if ((menu.default_values?.length ?? 0) > (menu.max_values ?? 1))
        context.addIssue(problem(['default_values'], ...TOO_MANY_DEFAULTS));
    });

const userMenuSchema = entityMenu(ComponentType.UserSelect, ['user']);
const roleMenuSchema = entityMenu(ComponentType.RoleSelect, ['role']);
const mentionableMenuSchema = entityMenu(ComponentType.MentionableSelect, ['user', 'role']);
const channelMenuSchema = entityMenu(ComponentType.ChannelSelect, ['channel']);

/** All kinds of menu, for a union by `type`. */
export const MENU_SCHEMAS = [
  stringMenuSchema,
  userMenuSchema,
  roleMenuSchema,
  mentionableMenuSchema,
  channelMenuSchema,
] as const;

export type MenuBody = z.infer<(typeof MENU_SCHEMAS)[number]>;

const TOO_MANY_DEFAULTS = [
  'SELECT_COMPONENT_TOO_MANY_DEFAULTS',
  'More values are chosen from the start than max_values allows',
] as const;

interface Counts {
  readonly min_values?: number | null | undefined;
  readonly max_values?: number | null | undefined;
}

function countProblems({ min_values: min, max_values: max }: Counts, offered: number) {
  const most = max ?? 1;
  return [
    ...(most > offered
      ? [problem(['max_values'], 'NUMBER_TYPE_MAX', `Value must be at most ${offered}.`)]
      : []),
    ...((min ?? 0) > most
      ? [problem(['min_values'], 'NUMBER_TYPE_MAX', `Value must be at most ${most}.`)]
      : []),
  ];
}

interface StringMenu extends Counts {
  readonly options: readonly z.infer<typeof optionSchema>[];
}

function optionProblems({ options, max_values: max }: StringMenu) {
  const values = options.map(({ value }) => value);
  const repeated = values.flatMap((value, at) => (values.indexOf(value) < at ? [at] : []));
  const defaults = options.filter((option) => option.default).length;
  return [
    ...repeated.map((at) =>
      problem(
        ['options', at, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      ),
    ),
    ...(defaults > (max ?? 1) ? [problem(['options'], ...TOO_MANY_DEFAULTS)] : []),
  ];
}
