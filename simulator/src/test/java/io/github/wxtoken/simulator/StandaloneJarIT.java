package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The executable jar, after {@code mvn package} has built it. */
class StandaloneJarIT {
  private static final Path JAR = Path.of("target", "wxtoken-simulator.jar").toAbsolutePath();

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void itNeedsNothingButAJvm() throws Exception {
    int port = freePort();
    String jvm = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                jvm, "-jar", JAR.toString(), "--port", "" + port, "--app", "wxmine:secret")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("WeChat simulator at http://127.0.0.1:" + port);
      String token =
          "http://127.0.0.1:%d/cgi-bin/token?grant_type=client_credential&appid=wxmine&secret=secret"
              .formatted(port);
      var request = java.net.http.HttpRequest.newBuilder(URI.create(token)).build();
      String body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      assertThat(Json.readFlat(body)).containsEntry("expires_in", "7200");

      process.toHandle().destroy();

      assertThat(process.waitFor(TestClient.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(out.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void itHasJacksonWithItsLicenceAndIsNoModule() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("tools/jackson/core/JsonParser.class")
          .noneMatch(name -> name.endsWith("module-info.class"))
          .anyMatch(name -> name.contains("LICENSE"));
    }
  }
}
