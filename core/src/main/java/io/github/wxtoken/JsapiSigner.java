package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;

/** Signs the pages of WeChat's JS-SDK (docs/wechat-protocol.md#js-sdk-signature). Thread-safe. */
final class JsapiSigner {
  private static final int NONCE_BYTES = 16;

  private final String appid;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  JsapiSigner(String appid, Clock clock) {
    this.appid = appid;
    this.clock = clock;
  }

  /** Refuses what is no URL of a page. */
  static URI requirePage(String url) {
    return Arguments.requireWebURL("url", url);
  }

  JsapiSignature sign(AppTicket ticket, URI page) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return sign(ticket, page, clock.instant().getEpochSecond(), HexFormat.of().formatHex(nonce));
  }

  JsapiSignature sign(AppTicket ticket, URI page, long timestamp, String nonceStr) {
    String text =
        "jsapi_ticket="
            + ticket.value()
            + "&noncestr="
            + nonceStr
            + "&timestamp="
            + timestamp
            + "&url="
            + withoutFragment(page);
    return new JsapiSignature(appid, timestamp, nonceStr, sha1(text));
  }

  /** WeChat signs the URL as the browser shows it, up to the fragment. */
  private static String withoutFragment(URI page) {
    String url = page.toString();
    int fragment = url.indexOf('#');
    return fragment < 0 ? url : url.substring(0, fragment);
  }

  private static String sha1(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", RedactedException.of(e));
    }
  }
}
