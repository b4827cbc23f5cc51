package io.github.wxtoken.testkit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * A hook between a store and its server, by which a {@link StatementMutant} changes the store's
 * statements. Thread-safe.
 *
 * @param <S> the type of a statement
 */
public final class Rewriter<S> implements UnaryOperator<S> {
  private final AtomicLong rewritten = new AtomicLong();
  private volatile UnaryOperator<S> rewrite = UnaryOperator.identity();
  private volatile boolean mutating;

  /** Creates a rewriter that changes nothing until {@link StatementContract} sets a mutant. */
  public Rewriter() {}

  /**
   * Returns the statement to send.
   *
   * @param statement the store's statement
   * @return the same statement, or the one that the current mutant makes of it
   */
  @Override
  public S apply(S statement) {
    S sent = rewrite.apply(statement);
    if (!sent.equals(statement)) {
      rewritten.incrementAndGet();
    }
    return sent;
  }

  /**
   * Tells whether a mutant is active. A case then need not wait long, because the event that it
   * waits for may never happen.
   *
   * @return whether statements are changed
   */
  public boolean isMutating() {
    return mutating;
  }

  void mutate(UnaryOperator<S> mutant) {
    rewritten.set(0);
    rewrite = mutant;
    mutating = true;
  }

  void stop() {
    rewrite = UnaryOperator.identity();
    mutating = false;
  }

  /** Returns how many statements were changed since the mutant was set. */
  long rewritten() {
    return rewritten.get();
  }
}
