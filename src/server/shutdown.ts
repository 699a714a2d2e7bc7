/** Closing in order: each step has a name and a deadline, and a step that fails or hangs does not stop the next. */

export interface ShutdownStep {
  name: string;
  deadlineMilliseconds: number;
  run(): Promise<void> | void;
}

/** The errors met, a missed deadline among them; empty after a clean shutdown. */
export async function closeInOrder(steps: readonly ShutdownStep[]): Promise<Error[]> {
  const errors: Error[] = [];
  for (const step of steps) {
    try {
      await withDeadline(step);
    } catch (error) {
      errors.push(new Error(`While closing: ${step.name}`, { cause: error }));
    }
  }
  return errors;
}

async function withDeadline(step: ShutdownStep): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not done after ${step.deadlineMilliseconds} ms`)),
      step.deadlineMilliseconds,
    );
  });
  try {
    await Promise.race([Promise.resolve().then(() => step.run()), late]);
  } finally {
    clearTimeout(timer);
  }
}
