package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line when a client starts and one when it is closed, for those who read the log of a
 * process that they did not configure. Thread-safe.
 */
final class ClientLog {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);
  private static final String UNKNOWN = "of an unknown version";
  private static final String VERSION = version();

  private final String app;

  ClientLog(String appid, boolean isMiniProgram) {
    this.app = (isMiniProgram ? "mini program " : "app ") + appid;
  }

  static void warnOfMemory() {
    log.warn("Tokens are kept in the memory of this process: not for production");
  }

  static void startedApps(URI wechat, TokenStore store) {
    if (log.isInfoEnabled()) {
      log.info(
          "wxtoken {} has started the clients of many apps: they ask WeChat at {}, and keep tokens"
              + " in {}",
          VERSION,
          server(wechat),
          description(store));
    }
  }

  static void closedApps(int count, boolean withStore) {
    log.info("The clients of {} apps are closed{}", count, withStore ? ", and their store" : "");
  }

  /** Says what a client is made of. The store says where it is, and whether it uses TLS. */
  void started(URI wechat, TokenStore store) {
    if (log.isInfoEnabled()) {
      log.info(
          "wxtoken {} has started a client of {}: it asks WeChat at {}, and keeps tokens in {}",
          VERSION,
          app,
          server(wechat),
          description(store));
    }
  }

  void closed(boolean withStore) {
    log.info("The client of {} is closed{}", app, withStore ? ", and its store" : "");
  }

  /** Leaves out what may be secret: a user and a password before the host, and a path. */
  private static String server(URI uri) {
    String authority = uri.getRawAuthority();
    String server = authority.substring(authority.lastIndexOf('@') + 1);
    return uri.getScheme() + "://" + server;
  }

  /** A store of the application's may be a proxy or a mock, and may throw or return null. */
  private static String description(TokenStore store) {
    String type = store.getClass().getName();
    try {
      String description = store.description();
      return isPresent(description) ? description.replaceAll("\\p{Cntrl}", " ") : type;
    } catch (RuntimeException e) {
      return type;
    }
  }

  private static boolean isPresent(@Nullable String description) {
    return description != null && !description.isBlank();
  }

  private static String version() {
    try (InputStream in = ClientLog.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN; // a line of the log is no reason to fail
    }
  }
}
