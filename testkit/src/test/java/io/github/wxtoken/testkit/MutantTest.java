package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/** The contract rejects each wrong store by the case that is about it, and no right one. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
class MutantTest {

  @Test
  void theUnmutatedStorePassesEveryCase() {
    Outcome outcome = runContract(Mutants.UNMUTATED);

    assertThat(outcome.failed).isEmpty();
    assertThat(outcome.skipped).isEmpty();
    assertThat(outcome.passed).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void aMutantIsRejectedByTheCaseThatIsAboutIt(Mutant mutant) {
    Set<String> cases = new TreeSet<>(StatementContract.WORKING);
    cases.addAll(mutant.rejectedBy());

    Outcome outcome = runContract(mutant, Outcome.only(cases));

    assertThat(outcome.failed).containsAll(mutant.rejectedBy());
    // A store that cannot work at all would be rejected by any case.
    assertThat(outcome.passed).containsAnyElementsOf(StatementContract.WORKING);
  }

  static Stream<Mutant> mutants() {
    return Mutants.all().stream();
  }

  private static Outcome runContract(Mutant mutant, PostDiscoveryFilter... filters) {
    Outcome outcome = new Outcome();
    InnerRun.execute(
        outcome,
        Map.of(MutantContract.PARAMETER, mutant.name()),
        List.of(MutantContract.class),
        filters);
    return outcome;
  }
}
