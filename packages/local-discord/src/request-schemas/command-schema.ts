import { ApplicationCommandOptionType, ApplicationCommandType, Locale } from 'discord-api-types/v10';
import { z } from 'zod';
import { problem } from './parse-body.ts';

/** Letters, digits, dash, underscore, apostrophe; lower case where the script has cases. */
const NAME_PATTERN = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
/** Name, description and choice values of a whole command. Source: interactions/application-commands. */
const COMMAND_TEXT_LIMIT = 8000;

const isSlashName = (name: string): boolean => NAME_PATTERN.test(name) && name === name.toLowerCase();
const INVALID_NAME = ['APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid'] as const;

const nameSchema = z
  .string()
  .min(1)
  .max(32)
  .refine(isSlashName, { message: INVALID_NAME[1], params: { code: INVALID_NAME[0] } });
/** The codes of Discord's languages. */
export const LOCALES: readonly string[] = Object.values(Locale);

/** Texts by language. */
const localized = (text: z.ZodType<string>) =>
  z
    .record(z.string(), text)
    .superRefine((texts, context) => {
      for (const locale of Object.keys(texts)) {
        if (LOCALES.includes(locale)) continue;
        const message = `Value must be one of {${LOCALES.join(', ')}}.`;
        context.addIssue(problem([locale], 'BASE_TYPE_CHOICES', message));
      }
    })
    .nullish();
const localizedNames = localized(nameSchema);
const localizedTexts = localized(z.string().min(1).max(100));

const choiceSchema = z.looseObject({
  name: z.string().min(1).max(100),
  name_localizations: localizedTexts,
  value: z.union([z.string().min(1).max(100), z.number()]),
});

const optionShape = {
  type: z
    .number()
    .int()
    .min(ApplicationCommandOptionType.Subcommand)
    .max(ApplicationCommandOptionType.Attachment),
  name: nameSchema,
  name_localizations: localizedNames,
  description: z.string().min(1).max(100),
  description_localizations: localizedTexts,
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
  choices: z.array(choiceSchema).max(25).nullish(),
  min_length: z.number().int().min(0).max(6000).nullish(),
  max_length: z.number().int().min(1).max(6000).nullish(),
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
  /** For attachments, such as `audio` or `.wav`. */
  file_types: z.array(z.string().min(1)).max(10).nullish(),
};

const optionSchema = z.looseObject(optionShape);
const groupedOptionSchema = z.looseObject({
  ...optionShape,
  options: z
    .array(z.looseObject({ ...optionShape, options: z.array(optionSchema).max(25).nullish() }))
    .max(25)
    .nullish(),
});

export const commandSchema = z
  .looseObject({
    type: z
      .number()
      .int()
      .min(ApplicationCommandType.ChatInput)
      .max(ApplicationCommandType.Message)
      .nullish(),
    name: z.string().min(1).max(32),
    name_localizations: localized(z.string().min(1).max(32)),
    description: z.string().max(100).nullish(),
    description_localizations: localizedTexts,
    options: z.array(groupedOptionSchema).max(25).nullish(),
    default_member_permissions: z
      .union([z.string().regex(/^\d+$/), z.number().int()])
      .transform(String)
      .nullish(),
    dm_permission: z.boolean().nullish(),
    contexts: z.array(z.number().int().min(0).max(2)).nullish(),
    integration_types: z.array(z.number().int().min(0).max(1)).nullish(),
    nsfw: z.boolean().nullish(),
  })
  .superRefine((command, context) => {
    const isMenu = (command.type ?? ApplicationCommandType.ChatInput) !== ApplicationCommandType.ChatInput;
    for (const found of isMenu ? menuProblems(command) : slashProblems(command)) context.addIssue(found);
    if (textLength(command) > COMMAND_TEXT_LIMIT) {
      context.addIssue(problem([], 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)'));
    }
    for (const problemPath of misorderedOptions(command.options ?? [], ['options'])) {
      const message = 'Required options must be placed before non-required options';
      context.addIssue(problem(problemPath, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message));
    }
  });

/** Problems of a slash command. */
function slashProblems(command: CommandFields): z.core.$ZodSuperRefineIssue[] {
  const { name, description, name_localizations: names } = command;
  const badNames = Object.entries(names ?? {}).filter(([, text]) => !isSlashName(text));
  return [
    ...badNames.map(([locale]) => problem(['name_localizations', locale], ...INVALID_NAME)),
    ...(isSlashName(name) ? [] : [problem(['name'], ...INVALID_NAME)]),
    ...(description ? [] : [problem(['description'], 'BASE_TYPE_REQUIRED', 'This field is required')]),
  ];
}

/** Problems of a context menu command, which has only a name. */
function menuProblems({ description, options }: CommandFields): z.core.$ZodSuperRefineIssue[] {
  const code = (field: string): string => `APPLICATION_COMMAND_CONTEXT_MENU_${field}_INVALID`;
  const sentence = 'Context menu commands cannot have';
  return [
    ...(description ? [problem(['description'], code('DESCRIPTION'), `${sentence} description`)] : []),
    ...(options?.length ? [problem(['options'], code('OPTIONS'), `${sentence} options`)] : []),
  ];
}

interface CommandFields {
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null | undefined;
  readonly description?: string | null | undefined;
  readonly options?: readonly unknown[] | null | undefined;
}

export type CommandBody = z.infer<typeof commandSchema>;

/** An option, a subcommand or a group of them. */
export interface OptionBody extends z.infer<typeof optionSchema> {
  readonly options?: readonly OptionBody[] | null | undefined;
}

function misorderedOptions(options: readonly OptionBody[], path: PropertyKey[]): PropertyKey[][] {
  return options.flatMap((option, index) => {
    const here = [...path, index];
    const deeper = misorderedOptions(option.options ?? [], [...here, 'options']);
    const late = option.required === true && options.slice(0, index).some((earlier) => !isRequired(earlier));
    return late ? [here, ...deeper] : deeper;
  });
}

function isRequired(option: OptionBody): boolean {
  return option.required === true;
}

function textLength(node: CommandBody | OptionBody): number {
  const choices = ('choices' in node ? (node.choices as OptionBody['choices']) : null) ?? [];
  const own = node.name.length + (node.description ?? '').length;
  const inChoices = choices.reduce(
    (sum, choice) => sum + choice.name.length + String(choice.value).length,
    0,
  );
  return (node.options ?? []).reduce(
    (sum, option) => sum + textLength(option as OptionBody),
    own + inChoices,
  );
}
