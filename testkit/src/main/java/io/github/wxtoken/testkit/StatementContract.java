package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that the contract guards every clause of a store's statements: it rejects the store as soon
 * as one clause is missing or wrong. The store's statements pass through a {@link Rewriter}, which
 * a subclass puts between the store and its server, and which each mutant changes one after the
 * other.
 *
 * <p>A mutant is rejected by the cases that it names and by no unrelated case: a statement that the
 * server does not understand is not a valid mutant.
 *
 * @param <S> the type of a statement, such as the text of SQL
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StatementContract<S> {
  /**
   * One case of each operation. A store that fails one of them does not work at all and is not a
   * valid mutant.
   */
  static final Set<String> WORKING =
      Set.of(
          "Replace.theSameGrantIsReplaced",
          "SaveIfAbsent.theFirstTokenIsInserted",
          "Delete.aTokenIsDeletedOnce",
          "Leases.aFreeLeaseIsGranted");

  private final Class<? extends TokenStoreContract> contract;
  private final Rewriter<S> statements;

  /**
   * For subclasses.
   *
   * @param contract the contract on stores whose statements pass through the rewriter; its name is
   *     not that of a test, so that it does not run by itself
   * @param statements the rewriter of these stores, used by no other suite
   */
  protected StatementContract(
      Class<? extends TokenStoreContract> contract, Rewriter<S> statements) {
    this.contract = contract;
    this.statements = statements;
  }

  /**
   * Returns the mutants.
   *
   * @return those that the contract must reject, and those that are equivalent
   */
  protected abstract List<StatementMutant<S>> mutants();

  @Test
  final void theUnmutatedStorePassesAllCasesThatAMutantIsRejectedBy() {
    Outcome outcome = run(allCases());

    assertThat(outcome.failed).isEmpty();
    Set<String> ran = new TreeSet<>(outcome.passed);
    ran.addAll(outcome.skipped);
    assertThat(ran).isEqualTo(allCases());
  }

  @ParameterizedTest
  @MethodSource("rejected")
  final void aMutantIsRejectedByTheCasesThatAreAboutIt(StatementMutant<S> mutant) {
    Set<String> cases = new TreeSet<>(WORKING);
    cases.addAll(mutant.rejectedBy());

    Outcome outcome = run(mutant, cases);

    List<String> skipped = new ArrayList<>(mutant.rejectedBy());
    skipped.retainAll(outcome.skipped);
    assumeTrue(skipped.isEmpty(), () -> "this server or its records have no room for " + skipped);
    assertThat(statements.rewritten()).as("statements that were changed").isPositive();
    assertThat(outcome.failed).isEqualTo(new TreeSet<>(mutant.rejectedBy()));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("equivalent")
  final void anEquivalentMutantIsRejectedByNone(StatementMutant<S> mutant) {
    Outcome outcome = run(mutant, allCases());

    assumeTrue(
        statements.rewritten() > 0 || outcome.skipped.isEmpty(),
        () -> "this server or its records have no room for " + outcome.skipped);
    assertThat(statements.rewritten()).as("statements that were changed").isPositive();
    assertThat(outcome.failed).isEmpty();
  }

  final Stream<StatementMutant<S>> rejected() {
    return mutants().stream().filter(mutant -> !mutant.rejectedBy().isEmpty());
  }

  final Stream<StatementMutant<S>> equivalent() {
    return mutants().stream().filter(mutant -> mutant.rejectedBy().isEmpty());
  }

  private Set<String> allCases() {
    Set<String> cases = new TreeSet<>(WORKING);
    mutants().forEach(mutant -> cases.addAll(mutant.rejectedBy()));
    return cases;
  }

  private Outcome run(StatementMutant<S> mutant, Set<String> cases) {
    statements.mutate(mutant.rewrite());
    try {
      return run(cases);
    } finally {
      statements.stop();
    }
  }

  private Outcome run(Set<String> cases) {
    Outcome outcome = new Outcome();
    InnerRun.execute(outcome, Map.of(), List.of(contract), Outcome.only(cases));
    return outcome;
  }
}
