/**
 * Waits for statements that were sent without waiting for each other's answers, which on PostgreSQL saves their round
 * trips; they run in the order in which they were sent. When one fails the others are still waited for, so that none
 * of them can come after the rollback; what is told is the failure that came first, as later ones may only follow from
 * it.
 */
export async function together<const Answers extends readonly unknown[]>(
  answers: Answers,
): Promise<{ -readonly [Index in keyof Answers]: Awaited<Answers[Index]> }> {
  const failures: unknown[] = [];
  await Promise.all(answers.map((answer) => Promise.resolve(answer).catch((error) => failures.push(error))));
  if (failures.length > 0) throw failures[0];
  return Promise.all(answers) as Promise<{ -readonly [Index in keyof Answers]: Awaited<Answers[Index]> }>;
}
