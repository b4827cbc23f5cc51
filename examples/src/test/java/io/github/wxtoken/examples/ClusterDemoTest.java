package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.TokenStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterDemoTest {
  @Test
  void aStoreThatNodesDoNotShareFailsAndTheLogsAreKept() throws Exception {
    DemoRun run =
        DemoRun.with(
            "--nodes", "2", "--users", "10", "--rounds", "1", "--no-kill", "--store", "memory:");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output())
        .contains("FAILED:", "10 tokens were lost.", "times a user was logged out.");
    Path logs = logs(run);
    assertThat(logs.resolve("node-1.log")).isNotEmptyFile();
    delete(logs);
  }

  @Test
  void aStoreThatCannotLeaseSignsNobodyIn(@TempDir Path folder) throws Exception {
    String url = "jdbc:sqlite:" + folder.resolve("tokens.db");
    TokenStores.open(url + "?wxtoken.createSchema=true").close();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE token_lease");
    }

    DemoRun run =
        DemoRun.with("--nodes", "2", "--users", "40", "--rounds", "1", "--no-kill", "--store", url);

    assertThat(run.status()).isEqualTo(1);
    // Without leases no node can tell whether a state was used before.
    assertThat(run.output()).containsPattern("users signed in +0 of 40");
    assertThat(run.output()).doesNotContain("lost.").doesNotContain("logged out.");
    delete(logs(run));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--speed 9",
        "--store nonsense:",
        "--store jdbc:sqlite:/nowhere/s3cret.db",
        "--store jdbc:mysql://root:s3cret@127.0.0.1:1/wx"
      })
  void whatCannotBeginSaysWhyWithoutASecret(String arguments) throws Exception {
    DemoRun run = DemoRun.with(arguments.split(" ", -1));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output().lines()).hasSize(1);
    assertThat(run.output()).doesNotContain("s3cret");
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    DemoRun run = DemoRun.with("--help");

    assertThat(run.status()).isZero();
    assertThat(run.output())
        .contains("--nodes", "--users", "--rounds", "--store", "--seed", "--no-kill", "--help");
  }

  private static Path logs(DemoRun run) {
    return Path.of(run.output().replaceAll("(?s).* are kept in ", "").strip());
  }

  private static void delete(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
