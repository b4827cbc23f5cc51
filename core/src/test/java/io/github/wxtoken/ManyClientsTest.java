package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The JDK ends an HTTP client's thread and selector at a garbage collection only (JDK 17). */
class ManyClientsTest {
  private static final int CLIENTS = 150;

  /** In a process of its own, whose threads and files are no other test's. */
  @Test
  void clientsThatAreClosedLeaveNoThreadsAndFilesBehind() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ManyClientsTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    String[] grown = printed.substring(printed.lastIndexOf('\n') + 1).split(" ", -1);
    assertThat(grown).as(printed).hasSize(2);
    assertThat(Integer.parseInt(grown[0])).as("threads").isLessThan(20);
    assertThat(Integer.parseInt(grown[1])).as("files").isLessThan(40);
  }

  /** Prints how many threads and files there are more than before. */
  public static void main(String[] args) throws IOException {
    try (CannedServer server = new CannedServer()) {
      server.answersWith("{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\"}");
      exchange(server);
      int threads = Thread.activeCount();
      int files = files();
      for (int i = 0; i < CLIENTS; i++) {
        exchange(server);
      }
      System.out.println(Thread.activeCount() - threads + " " + (files() - files));
    }
  }

  private static void exchange(CannedServer server) {
    try (WeChatOAuth client = server.client().build()) {
      client.getAccessToken("CODE");
    }
  }

  /** Counts the open files of this process, if the system tells. */
  private static int files() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  @Test
  void anApplicationThatChangesADefaultGetsOtherClients() {
    HttpClients before = HttpClients.shared();
    assertThat(HttpClients.shared()).isSameAs(before);
    assertThat(before.keepsNothing()).isFalse();
    assertThat(before.pooled().proxy()).isEmpty();
    assertThat(ProxySelector.getDefault()).isNotNull();
  }
}
