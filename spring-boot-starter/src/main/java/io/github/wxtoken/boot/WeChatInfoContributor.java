package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Shows the version of wxtoken, and the kind and version of the store. */
final class WeChatInfoContributor implements InfoContributor {
  private static final String VERSION = version();

  private final TokenStore store;

  WeChatInfoContributor(TokenStore store) {
    this.store = store;
  }

  @Override
  public void contribute(Info.Builder builder) {
    builder.withDetail("wxtoken", Map.of("version", VERSION, "store", store.description()));
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = WeChatOAuth.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // The endpoint shows the rest.
    }
    return properties.getProperty("version", "unknown");
  }
}
