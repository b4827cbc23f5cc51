package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Tally.Counts;
import io.github.wxtoken.faults.Tally.Row;
import io.github.wxtoken.faults.Tally.Server;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts the cases of each suite that runs the contract or against a server, for {@link
 * TestServerTable}. JUnit finds it by itself. It writes a file for its module below {@code
 * target/test-servers} of the directory that the system property {@code wxtoken.root} names, and
 * overwrites that of an earlier run. Without that property it writes nothing.
 */
public final class TestServerListener implements TestExecutionListener {
  private final Tally tally = new Tally();
  private final @Nullable Path directory;
  private final String module;
  private @Nullable TestPlan plan;

  /** For JUnit. */
  public TestServerListener() {
    this(
        TestServerTable.directory(),
        // Surefire sets the module's directory; elsewhere tests run in the module's directory.
        Path.of(System.getProperty("basedir", "")).toAbsolutePath().getFileName().toString());
  }

  TestServerListener(@Nullable Path directory, String module) {
    this.directory = directory;
    this.module = module;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    this.plan = plan;
    write();
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    test.getSource()
        .filter(ClassSource.class::isInstance)
        .map(source -> ((ClassSource) source).getJavaClass())
        .filter(TokenStoreContract.class::isAssignableFrom)
        .ifPresent(type -> tally.runsTheContract(type.getName()));
  }

  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    Server.fromReport(entry.getKeyValuePairs())
        .ifPresent(server -> suite(test).ifPresent(suite -> tally.ranAgainst(suite, server)));
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    if (test.isTest()) {
      count(test, Counts.SKIPPED);
    } else if (plan != null) {
      plan.getChildren(test).forEach(child -> executionSkipped(child, reason));
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        // A successful container is not a case.
        if (test.isTest()) {
          count(test, Counts.PASSED);
        }
      }
      case FAILED -> count(test, Counts.FAILED);
      case ABORTED -> count(test, Counts.SKIPPED);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    write();
  }

  private void count(TestIdentifier test, Counts counts) {
    suite(test).ifPresent(suite -> tally.count(suite, counts));
  }

  /** Returns the outermost class: the cases of the contract are in classes nested in it. */
  private static Optional<String> suite(TestIdentifier test) {
    return test.getUniqueIdObject().getSegments().stream()
        .filter(segment -> segment.getType().equals("class"))
        .map(UniqueId.Segment::getValue)
        .findFirst();
  }

  private void write() {
    if (directory == null) {
      return;
    }
    try {
      Files.createDirectories(directory);
      Files.write(
          directory.resolve(module + ".tsv"),
          tally.rows(module).stream().map(Row::toLine).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("the rows of " + module + " are not written", e);
    }
  }
}
