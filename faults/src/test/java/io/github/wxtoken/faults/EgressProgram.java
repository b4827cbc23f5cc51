package io.github.wxtoken.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import java.net.URI;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * A process of its own that exchanges one code, since the JDK reads most properties of its HTTP
 * client once. It logs everything, and prints {@code openid} and the openid, or {@code failed} and
 * the error.
 */
final class EgressProgram {
  private EgressProgram() {}

  public static void main(String[] args) {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.TRACE);
    try (WeChatOAuth client = client()) {
      OAuthToken token = client.getAccessToken(System.getenv("CODE"));
      System.out.println("openid " + token.openid());
    } catch (WeChatOAuthException | IllegalArgumentException e) {
      System.out.println("failed " + e.getMessage());
      e.printStackTrace();
    }
  }

  private static WeChatOAuth client() {
    WeChatOAuth.Builder builder =
        WeChatOAuth.builder(WeChatSimulator.APPID, System.getenv("SECRET"))
            .apiEndpoint(URI.create(System.getenv("ENDPOINT")))
            .httpTimeout(Duration.ofSeconds(30))
            .store(new MemoryTokenStore());
    String port = System.getenv("PROXY_PORT");
    if (port != null) {
      builder.proxy(
          "127.0.0.1",
          Integer.parseInt(port),
          System.getenv("PROXY_USER"),
          System.getenv("PROXY_PASSWORD"));
    }
    return builder.build();
  }
}
