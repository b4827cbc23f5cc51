package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theReadmeNamesEverythingThatATestCanUse() throws Exception {
    String readme = Files.readString(Path.of("README.md"));

    assertThat(Stream.of(Endpoint.values())).allMatch(e -> readme.contains("`" + e + "`"));
    assertThat(Stream.of(Endpoint.values()).map(Endpoint::path)).allMatch(readme::contains);
    assertThat(Stream.of(Switch.values())).allMatch(s -> readme.contains("`" + s + "`"));
    assertThat(Stream.of(Fault.Kind.values())).allMatch(k -> readme.contains("`" + k + "`"));
    assertThat(Stream.of(Consent.values())).allMatch(c -> readme.contains("`" + c + "`"));
    assertThat(Stream.of(Duplicate.values())).allMatch(d -> readme.contains("`" + d + "`"));
    assertThat(Stream.of(ErrmsgSuffix.values())).allMatch(s -> readme.contains("`" + s + "`"));
  }

  @Test
  void theReadmeNamesEveryOperationForOtherProcesses() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    try (WeChatSimulator simulator = WeChatSimulator.start()) {
      String operations = new TestClient(simulator).getRaw("/simulator").body();

      assertThat(operations.split("\"(GET|POST) ", -1)).hasSizeGreaterThan(20);
      for (String operation : operations.replaceAll(".*\\[\"|\"].*", "").split("\",\"", -1)) {
        assertThat(readme).contains(operation.replaceAll("GET|POST", "").strip());
      }
    }
  }
}
