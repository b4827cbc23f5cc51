package io.github.wxtoken.examples.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixedClusterTest {
  @Test
  void aStoreThatThereIsNotIsNamedBeforeAnythingBegins() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      status = MixedCluster.run(List.of("nowhere", "nowhere", "files", "oracle"), out);
    }

    assertThat(status).isEqualTo(2);
    assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "There is no store oracle; there are [files, mysql-readme, mysql, redis, mongodb].");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v20.0.0", "v22.3.1", "v100.0.0-nightly"})
  void node20AndLaterWillDo(String version) throws Exception {
    NodeProgram.requireNode(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v18.20.4", "v9.9.9", "20", ""})
  void anOlderNodeIsRefused(String version) {
    assertThatThrownBy(() -> NodeProgram.requireNode(version))
        .isInstanceOf(IOException.class)
        .hasMessage("Node 20 or later is needed; this is " + version);
  }
}
