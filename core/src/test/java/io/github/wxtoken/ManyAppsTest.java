package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each app of a service of many apps costs. */
class ManyAppsTest {
  private static final int MANY = 10_000;

  @Test
  void tenThousandAppsCostNoThreadEachAndLittleMemory() throws Exception {
    List<Long> grown = OwnJvm.measures(ManyAppsTest.class, 2);

    assertThat(grown.get(0)).as("threads").isLessThan(20);
    assertThat(grown.get(1)).as("bytes for each app").isBetween(100L, 8_000L);
  }

  /**
   * Prints how many threads there are more than with one app, and the bytes that each app takes.
   */
  public static void main(String[] args) {
    try (WeChatSimulator weChat = WeChatSimulator.start();
        WeChatApps apps =
            WeChatApps.builder(appid -> AppCredentials.of("secret"))
                .store(new MemoryTokenStore())
                .apiEndpoint(weChat.uri())
                .openEndpoint(weChat.uri())
                .clock(weChat.clock())
                .build()) {
      weChat.addApp(SimulatorApp.of("wx", "secret", AppKind.SERVICE_ACCOUNT));
      apps.app("wx").getAccessToken();
      int threads = Thread.activeCount();
      long heap = OwnJvm.heap();
      for (int i = 0; i < MANY; i++) {
        apps.app("wx" + i);
      }
      OwnJvm.print(Thread.activeCount() - threads, (OwnJvm.heap() - heap) / MANY);
    }
  }
}
