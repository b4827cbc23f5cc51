package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("faults")
class ClusterDemoOnSqliteTest {
  @Test
  void aSmallClusterKeepsItsPromisesWhenANodeIsKilled() throws Exception {
    DemoRun run = DemoRun.with("--nodes", "2", "--users", "40", "--rounds", "1");

    assertThat(run.output()).contains("PASSED").contains("was killed (SIGKILL) in expiry 1");
    assertThat(run.output()).containsPattern("refreshes +\\d+ REFRESHED\\R");
    assertThat(run.status()).isZero();
  }
}
