package io.github.wxtoken.testkit;

import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A store whose statements are wrong in one way. It is made from the correct store by changing its
 * statements.
 *
 * @param <S> the type of a statement, such as the text of SQL
 * @param name the fault
 * @param rewrite changes the affected statement into one that does not equal it, and returns any
 *     other unchanged
 * @param rejectedBy the cases of the contract that must fail, such as {@code
 *     Replace.anotherCreateAtIsAnotherGrant}; empty if no case can distinguish it from the correct
 *     store
 */
public record StatementMutant<S>(String name, UnaryOperator<S> rewrite, Set<String> rejectedBy) {

  /**
   * Creates a mutant that the contract must reject.
   *
   * @param <S> the type of a statement
   * @param name the fault
   * @param rewrite changes the affected statement
   * @param rejectedBy the cases that must fail
   * @return the mutant
   * @throws IllegalArgumentException if no case is named
   */
  public static <S> StatementMutant<S> of(
      String name, UnaryOperator<S> rewrite, String... rejectedBy) {
    if (rejectedBy.length == 0) {
      throw new IllegalArgumentException("rejectedBy must name a case");
    }
    return new StatementMutant<>(name, rewrite, Set.of(rejectedBy));
  }

  /**
   * Creates a mutant that no caller can distinguish from the correct store.
   *
   * @param <S> the type of a statement
   * @param name the difference, and why no caller can notice it
   * @param rewrite changes the affected statement
   * @return the mutant
   */
  public static <S> StatementMutant<S> equivalent(String name, UnaryOperator<S> rewrite) {
    return new StatementMutant<>(name, rewrite, Set.of());
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }
}
