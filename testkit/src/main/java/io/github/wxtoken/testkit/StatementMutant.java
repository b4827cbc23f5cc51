package io.github.wxtoken.testkit;

import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A store whose statements are wrong in one way, made from the right one by changing what it sends.
 *
 * @param <S> what the store sends, such as the text of SQL
 * @param name what it does wrong
 * @param rewrite changes the statement that it is about into another one, which does not equal it,
 *     and returns any other as it is
 * @param rejectedBy the cases of the contract that are about it, such as {@code
 *     Replace.anotherCreateAtIsAnotherGrant}; none if no case can tell it from the right store
 */
public record StatementMutant<S>(String name, UnaryOperator<S> rewrite, Set<String> rejectedBy) {

  /**
   * A mutant that the contract must reject.
   *
   * @param <S> what the store sends
   * @param name what it does wrong
   * @param rewrite changes the statement that it is about
   * @param rejectedBy the cases that are about it
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
   * A mutant that no caller can tell from the right store.
   *
   * @param <S> what the store sends
   * @param name what it does otherwise, and why nobody can tell
   * @param rewrite changes the statement that it is about
   * @return the mutant
   */
  public static <S> StatementMutant<S> equivalent(String name, UnaryOperator<S> rewrite) {
    return new StatementMutant<>(name, rewrite, Set.of());
  }

  /** Shows the name. */
  @Override
  public String toString() {
    return name;
  }
}
