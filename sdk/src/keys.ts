/** An input whose idempotency key may be left to the SDK. */
export type KeyOptional<Input extends { readonly idempotencyKey: string }> = Omit<Input, "idempotencyKey"> & {
  /**
   * 1 to 255 characters; the same key has its effect once, for ever. Best the id of the call itself, so that
   * even a second run of your program cannot charge it twice. Default: a new UUID for each call of the method,
   * shared by its attempts.
   */
  readonly idempotencyKey?: string | undefined;
};

/** Fills in the key once for each call, so that all attempts share it. */
export const withKey = <Input extends { readonly idempotencyKey?: string | undefined }>(
  input: Input,
): Input & { readonly idempotencyKey: string } => ({
  ...input,
  idempotencyKey: input.idempotencyKey ?? crypto.randomUUID(),
});
