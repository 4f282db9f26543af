/**
 * Standard Schema, version 1: what schemas of zod, valibot, arktype and others have in common. Its types are meant to be
 * copied, and are: from https://standardschema.dev, under the MIT licence.
 */

/**
 * A schema. It says whether a value is what it should be, and may make something else of it.
 *
 * @typeParam Input - what it takes
 * @typeParam Output - what it makes of that
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The properties of the standard. */
  readonly '~standard': StandardSchemaProps<Input, Output>
}

/** The properties of the standard. */
export interface StandardSchemaProps<Input = unknown, Output = Input> {
  /** The version of the standard. */
  readonly version: 1
  /** The name of the library. */
  readonly vendor: string
  /** Validates a value, which may be anything; at once, or where the schema needs it, later. */
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
  /** For the compiler alone. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
}

/** What became of a value: what the schema made of it, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** Something that is wrong with a value. */
export interface StandardIssue {
  /** What is wrong. */
  readonly message: string
  /** Where. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes. */
export type InputOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input']

/** What a schema makes of it. */
export type OutputOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output']
