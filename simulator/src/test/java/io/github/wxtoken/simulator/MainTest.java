package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator in a JVM of its own. */
class MainTest {
  private static Process run(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path", ".")));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).start();
  }

  private static String rest(BufferedReader reader) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  @Test
  void itSaysWhereItIsServesAndEndsWhenItIsTold() throws Exception {
    Process process = run("--app", "wxa:s:website", "--app", "wxb:s", "--auto-consent");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      assertThat(line).matches("WeChat simulator at http://127\\.0\\.0\\.1:\\d+");
      String link =
          line.replaceAll(".* at ", "")
              + "/connect/oauth2/authorize?appid=wxb&redirect_uri=http%3A%2F%2Flocalhost%2F"
              + "&response_type=code&scope=snsapi_userinfo";
      var request = java.net.http.HttpRequest.newBuilder(URI.create(link)).build();
      var response = HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
      assertThat(response.statusCode()).isEqualTo(302);

      process.toHandle().destroy();

      assertThat(process.waitFor(TestClient.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(rest(out)).isEmpty();
      assertThat(rest(err)).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void withoutJacksonItSaysWhatToAdd() throws Exception {
    String ownClasses =
        Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process = new ProcessBuilder(java, "-cp", ownClasses, Main.class.getName()).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      assertThat(rest(err)).contains("tools.jackson.core:jackson-core").doesNotContain("\tat ");
      assertThat(rest(out)).isEmpty();
      assertThat(process.waitFor()).isEqualTo(2);
    }
  }

  @Test
  void itExplainsItself() throws Exception {
    Process process = run("--help");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(rest(out)).contains("--port", "--app", "--auto-consent", "--host");
      assertThat(process.waitFor()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--prot", "--port", "--port=1", "--port x", "--app a", "--app a:b:c"})
  void itRefusesWhatItDoesNotKnow(String args) throws Exception {
    Process process = run(args.split(" ", -1));
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      assertThat(rest(err)).contains("--help").doesNotContain("\tat ");
      assertThat(process.waitFor()).isEqualTo(2);
    }
  }
}
