package io.github.wxtoken.testkit;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * The results of one run of the contract, each under its rule: {@code
 * Replace.aTokenIsReplacedOnce}. A case with parameters may be in several sets.
 */
final class Outcome implements TestExecutionListener {
  final Set<String> passed = new TreeSet<>();
  final Set<String> failed = new TreeSet<>();
  final Set<String> skipped = new TreeSet<>();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      switch (result.getStatus()) {
        case SUCCESSFUL -> passed.add(rule(test.getUniqueIdObject()));
        case FAILED -> failed.add(rule(test.getUniqueIdObject()));
        case ABORTED -> skipped.add(rule(test.getUniqueIdObject()));
      }
    }
  }

  /** Lets only these cases run. */
  static PostDiscoveryFilter only(Set<String> rules) {
    return test ->
        FilterResult.includedIf(!isCase(test) || rules.contains(rule(test.getUniqueId())));
  }

  private static boolean isCase(TestDescriptor test) {
    return test.getUniqueId().getLastSegment().getType().matches("method|test-template");
  }

  private static String rule(UniqueId test) {
    return test.getSegments().stream()
        .filter(segment -> segment.getType().matches("method|test-template|nested-class"))
        .map(segment -> segment.getValue().replaceFirst("\\(.*", ""))
        .collect(Collectors.joining("."));
  }
}
