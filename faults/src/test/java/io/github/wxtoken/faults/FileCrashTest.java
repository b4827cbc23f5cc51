package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.HistoryChecker.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that die and stop, with tokens in files. */
class FileCrashTest extends CrashContract {
  @TempDir Path directory;

  @Override
  protected String storeUrl() throws Exception {
    return "file:" + Files.createTempDirectory(directory, "tokens");
  }

  @Test
  void aStoreWhoseCommitDoesNotCompareWouldBeFound() throws Exception {
    String url = BlindTokenStore.SCHEME + storeUrl();
    try (Cluster cluster = new Cluster(url, Times.SHORT)) {
      assertThat(stopForTwiceTheLease(cluster, 3)).hasSize(3).allMatch(Operation::done);

      assertThat(HistoryChecker.violations(cluster.history()))
          .extracting(HistoryChecker.Violation::rule)
          .contains(Rule.LINEARIZABLE);
    }
  }
}
