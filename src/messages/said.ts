import { inLocale, type Texts } from './languages.ts';

type ValuesOf<Row> = Row extends (values: infer Values extends object) => string ? Values : object;

/**
 * The name of a row and the values that it takes, for a table whose rows are functions of one object. Plain JSON: it can
 * be stored or sent to another process before the reader's language is known.
 */
export type Said<Column> = {
  [Kind in keyof Column]: { readonly kind: Kind } & ValuesOf<Column[Kind]>;
}[keyof Column];

export function saidIn<Column extends object>(
  table: Texts<Column>,
  said: Said<Column>,
  locale: string | null,
): string {
  const row = inLocale(table, locale)[said.kind] as (values: Said<Column>) => string;
  return row(said);
}

/** Whether a value from outside names a row of the table; its values are not checked. */
export function isSaid<Column extends object>(table: Texts<Column>, value: unknown): value is Said<Column> {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : null;
  return typeof kind === 'string' && Object.hasOwn(table.en, kind);
}
