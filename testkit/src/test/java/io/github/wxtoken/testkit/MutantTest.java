package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    Outcome outcome = runContract(mutant);

    assertThat(outcome.failed).containsAll(mutant.rejectedBy());
    // A store that cannot work at all would be rejected by any case.
    assertThat(outcome.passed).hasSizeGreaterThan(outcome.failed.size());
  }

  static Stream<Mutant> mutants() {
    return Mutants.all().stream();
  }

  private static Outcome runContract(Mutant mutant) {
    Outcome outcome = new Outcome();
    InnerRun.execute(
        outcome, Map.of(MutantContract.PARAMETER, mutant.name()), MutantContract.class);
    return outcome;
  }
}
