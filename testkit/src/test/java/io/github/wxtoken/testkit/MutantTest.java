package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** The contract rejects each wrong store by the case that is about it, and no right one. */
@Execution(ExecutionMode.CONCURRENT)
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

  /** How each case of one run went, by the method's name. */
  private static final class Outcome implements TestExecutionListener {
    private final List<String> passed = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        switch (result.getStatus()) {
          case SUCCESSFUL -> passed.add(rule(test));
          case FAILED -> failed.add(rule(test));
          case ABORTED -> skipped.add(rule(test));
        }
      }
    }

    private static String rule(TestIdentifier test) {
      return test.getUniqueIdObject().getSegments().stream()
          .filter(segment -> segment.getType().matches("method|test-template|nested-class"))
          .map(segment -> segment.getValue().replaceFirst("\\(.*", ""))
          .reduce((group, method) -> group + "." + method)
          .orElseThrow();
    }
  }
}
