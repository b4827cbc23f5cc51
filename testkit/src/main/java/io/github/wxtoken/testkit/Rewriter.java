package io.github.wxtoken.testkit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Where what a store sends passes through on its way to the server, so that a {@link
 * StatementMutant} can change it. Thread-safe.
 *
 * @param <S> what the store sends
 */
public final class Rewriter<S> implements UnaryOperator<S> {
  private final AtomicLong rewritten = new AtomicLong();
  private volatile UnaryOperator<S> rewrite = UnaryOperator.identity();
  private volatile boolean mutating;

  /** Changes nothing until {@link StatementContract} says so. */
  public Rewriter() {}

  /**
   * Returns what is sent in place of a statement.
   *
   * @param statement what the store sends
   * @return that, or what the mutant of the moment makes of it
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
   * Tells whether a mutant is at work, for which a case need not wait long: it may wait for what
   * never happens.
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

  /** How many statements were changed since the mutant was set. */
  long rewritten() {
    return rewritten.get();
  }
}
