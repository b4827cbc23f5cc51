package io.github.wxtoken;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of a token, as wechat-oauth writes it into files and Node processes into Redis
 * (protocol, section 13.2), and as WeChat's own answers have it.
 */
final class TokenJson {
  /** The fields that tokens have methods for. */
  private static final Set<String> KNOWN =
      Set.of(
          "access_token",
          "expires_in",
          "refresh_token",
          "openid",
          "scope",
          "is_snapshotuser",
          "unionid",
          "session_key",
          "create_at");

  private TokenJson() {}

  /** Reads the fields that tokens have no methods for, and refuses others: they would win. */
  static Map<String, @Nullable Object> extra(String json) {
    Map<String, @Nullable Object> fields = Json.readObject(json);
    for (String name : fields.keySet()) {
      if (KNOWN.contains(name)) {
        throw new IllegalArgumentException("extra must not have the field " + name);
      }
    }
    return fields;
  }

  static OAuthToken read(String json) {
    return token(Json.readObject(json));
  }

  /** Makes a token of an answer or a record, whose known fields are taken out of the map. */
  static OAuthToken token(Map<String, @Nullable Object> fields) {
    String openid = text(fields, "openid");
    if (openid == null) {
      throw new IllegalArgumentException("openid is missing");
    }
    return OAuthToken.builder()
        .accessToken(text(fields, "access_token"))
        .expiresIn(whole(fields, "expires_in"))
        .refreshToken(text(fields, "refresh_token"))
        .openid(openid)
        .scope(text(fields, "scope"))
        .snapshotUser(whole(fields, "is_snapshotuser") == 1)
        .unionid(text(fields, "unionid"))
        .sessionKey(text(fields, "session_key"))
        .createAt(whole(fields, "create_at"))
        .ownExtra(fields)
        .build();
  }

  static String write(OAuthToken token) {
    return Json.write(
        json -> {
          putUnlessNull(json, "access_token", token.accessToken());
          putUnlessNull(json, "expires_in", token.expiresIn() == 0 ? null : token.expiresIn());
          putUnlessNull(json, "refresh_token", token.refreshToken());
          Json.put(json, "openid", token.openid());
          putUnlessNull(json, "scope", token.scope());
          putUnlessNull(json, "is_snapshotuser", token.isSnapshotUser() ? 1 : null);
          putUnlessNull(json, "unionid", token.unionid());
          putUnlessNull(json, "session_key", token.sessionKey());
          token.extra().forEach((name, value) -> Json.put(json, name, value));
          // Last, where wechat-oauth adds it to WeChat's answer.
          Json.put(json, "create_at", token.createAt());
        });
  }

  private static void putUnlessNull(JsonGenerator json, String name, @Nullable Object value) {
    if (value != null) {
      Json.put(json, name, value);
    }
  }

  private static @Nullable String text(Map<String, @Nullable Object> fields, String name) {
    Object value = fields.remove(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new IllegalArgumentException(name + " is not a string");
  }

  /** Node's stores hand numbers back as strings: the create_at trap of wechat-oauth issue 58. */
  private static long whole(Map<String, @Nullable Object> fields, String name) {
    Object value = fields.remove(name);
    if (value == null) {
      return 0;
    }
    try {
      if (value instanceof Long number) {
        return requireNotNegative(number);
      }
      if (value instanceof String digits) {
        return requireNotNegative(Long.parseLong(digits));
      }
      // Spelled out, 1e999999999 would fill the heap.
      if (value instanceof BigDecimal number && Math.abs((long) number.scale()) < 100) {
        return requireNotNegative(number.longValueExact());
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // said below, without the value
    }
    throw new IllegalArgumentException(name + " is not a whole number from 0");
  }

  private static long requireNotNegative(long number) {
    if (number < 0) {
      throw new ArithmeticException();
    }
    return number;
  }
}
