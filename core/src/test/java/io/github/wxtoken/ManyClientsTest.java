package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ProxySelector;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JDK ends an HTTP client's thread and selector at a garbage collection only (JDK 17). */
class ManyClientsTest {
  private static final int CLIENTS = 150;

  @Test
  void clientsThatAreClosedLeaveNoThreadsAndFilesBehind() throws Exception {
    List<Long> grown = OwnJvm.measures(ManyClientsTest.class, 2);

    assertThat(grown.get(0)).as("threads").isLessThan(20);
    assertThat(grown.get(1)).as("files").isLessThan(40);
  }

  /** Prints how many threads and files there are more than before. */
  public static void main(String[] args) throws IOException {
    try (CannedServer server = new CannedServer()) {
      server.answersWith("{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\"}");
      exchange(server);
      int threads = Thread.activeCount();
      int files = OwnJvm.files();
      for (int i = 0; i < CLIENTS; i++) {
        exchange(server);
      }
      OwnJvm.print(Thread.activeCount() - threads, OwnJvm.files() - files);
    }
  }

  private static void exchange(CannedServer server) {
    try (WeChatOAuth client = server.client().build()) {
      client.getAccessToken("CODE");
    }
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
