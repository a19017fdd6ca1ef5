/**
 * Waits for statements that were sent without waiting for each other's answers, which on PostgreSQL saves their round
 * trips; they run in the order in which they were sent. When one fails the others are still waited for, so that none
 * of them can come after the rollback.
 */
export async function together<const Answers extends readonly unknown[]>(
  answers: Answers,
): Promise<{ -readonly [Index in keyof Answers]: Awaited<Answers[Index]> }> {
  const settled = await Promise.allSettled(answers);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return Promise.all(answers) as Promise<{ -readonly [Index in keyof Answers]: Awaited<Answers[Index]> }>;
}
