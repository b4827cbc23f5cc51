package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.FileTokenStore;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
class ClusterDemoOnFilesTest {
  @Test
  void aSmallClusterKeepsItsPromisesAndLeavesNoTokensInYourStore(@TempDir Path folder)
      throws Exception {
    DemoRun run =
        DemoRun.with("--nodes", "2", "--users", "40", "--rounds", "1", "--store", "file:" + folder);

    assertThat(run.output()).contains("PASSED").contains("store: file:" + folder);
    assertThat(run.status()).isZero();
    try (FileTokenStore store = new FileTokenStore(folder);
        Stream<OAuthToken> tokens = store.tokens()) {
      assertThat(tokens).isEmpty();
    }
  }
}
