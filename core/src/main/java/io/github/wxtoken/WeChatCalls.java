package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls WeChat's endpoints for one app: requests as URLs and JSON, answers as fields, error codes
 * as exceptions (docs/wechat-protocol.md#http-and-json). Notifies the listener of each call.
 * Thread-safe.
 */
final class WeChatCalls {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  /** The fields of an answer that must not be quoted. */
  private static final List<String> CREDENTIALS =
      List.of("access_token", "refresh_token", "session_key", "ticket");

  private final String appid;
  private final URI endpoint;
  private final HttpExchange http;
  private final Events events;

  /** Converts the fields of an answer. */
  interface Reading<T> {
    /** Throws a {@link WeChatTransportException} if they are not those of the endpoint. */
    T of(Map<String, @Nullable Object> fields);
  }

  WeChatCalls(String appid, URI endpoint, HttpExchange http, Events events) {
    this.appid = appid;
    this.endpoint = endpoint;
    this.http = http;
    this.events = events;
  }

  String appid() {
    return appid;
  }

  <T> T get(Endpoint to, QueryString query, Reading<T> reading, String... secrets) {
    return told(
        to, () -> reading.of(fields(to.path(), http.get(uri(to, query), to.path()), secrets)));
  }

  /** Calls as {@link #get} does, but sends the request at most once. */
  <T> T getOnce(Endpoint to, QueryString query, Reading<T> reading, String... secrets) {
    return told(
        to, () -> reading.of(fields(to.path(), http.getOnce(uri(to, query), to.path()), secrets)));
  }

  /** Posts JSON. The request is sent at most once. */
  <T> T postOnce(
      Endpoint to, QueryString query, String json, Reading<T> reading, String... secrets) {
    return told(
        to,
        () ->
            reading.of(fields(to.path(), http.postOnce(uri(to, query), to.path(), json), secrets)));
  }

  private URI uri(Endpoint to, QueryString query) {
    return URI.create(endpoint + to.path() + "?" + query);
  }

  private <T> T told(Endpoint to, Supplier<T> call) {
    long start = System.nanoTime();
    int errcode = WeChatOAuthListener.NO_ANSWER;
    try {
      T answer = call.get();
      errcode = 0;
      return answer;
    } catch (WeChatApiException e) {
      errcode = e.errcode();
      throw e;
    } finally {
      events.weChatCalled(to, errcode, Events.since(start));
    }
  }

  private Map<String, @Nullable Object> fields(String path, String body, String... secrets) {
    Map<String, @Nullable Object> fields;
    try {
      fields = Json.readObject(body);
    } catch (IllegalArgumentException e) {
      throw unusable(path, e.getMessage());
    }
    // Older answers say errcode 0 where newer ones say nothing
    // (docs/wechat-protocol.md#mini-program-session).
    int errcode = errcode(path, fields.getOrDefault("errcode", 0L));
    if (errcode != 0) {
      throw new WeChatApiException(appid, errcode, errmsg(fields, secrets));
    }
    return fields;
  }

  private static int errcode(String path, @Nullable Object value) {
    BigDecimal code = Scalars.number(value);
    try {
      if (code != null) {
        return code.intValueExact();
      }
    } catch (ArithmeticException e) {
      // said below
    }
    throw unusable(path, "errcode is not a number");
  }

  /** The text without what we sent, and without tokens that came beside it. */
  private static String errmsg(Map<String, @Nullable Object> fields, String... sent) {
    List<String> secrets = new ArrayList<>(List.of(sent));
    for (String name : CREDENTIALS) {
      String credential = Scalars.text(fields.get(name));
      if (credential != null) {
        secrets.add(credential);
      }
    }
    return ErrorText.of(fields.get("errmsg"), secrets);
  }

  /**
   * Bounds a lifetime. The request may have consumed a code, so a nonsensical lifetime must not
   * lose the token.
   */
  static void boundLife(String path, Map<String, @Nullable Object> fields) {
    BigDecimal life = Scalars.number(fields.get("expires_in"));
    if (life == null) {
      return;
    }
    BigDecimal whole = life.setScale(0, RoundingMode.FLOOR);
    if (whole.compareTo(BigDecimal.valueOf(OAuthToken.LONGEST_LIFE)) <= 0) {
      fields.put("expires_in", whole.longValue());
      return;
    }
    log.warn(
        "WeChat's answer to {} says that the token lives for more than a day: {} s are assumed",
        path,
        OAuthToken.USUAL_LIFE);
    fields.put("expires_in", OAuthToken.USUAL_LIFE);
  }

  static WeChatTransportException unusable(String path, @Nullable String rule) {
    return new WeChatTransportException(
        "WeChat's answer to " + path + " is unusable: " + rule, null);
  }
}
