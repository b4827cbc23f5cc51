package io.github.wxtoken;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of a token, as wechat-oauth writes it into files and Node processes into Redis
 * (docs/wechat-protocol.md#records-of-wechat-oauth), and as WeChat's own answers have it.
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
        .expiresIn(whole("expires_in", fields.remove("expires_in")))
        .refreshToken(text(fields, "refresh_token"))
        .openid(openid)
        .scope(text(fields, "scope"))
        .snapshotUser(flag("is_snapshotuser", fields.remove("is_snapshotuser")))
        .unionid(text(fields, "unionid"))
        .sessionKey(text(fields, "session_key"))
        .createAt(whole("create_at", fields.remove("create_at")))
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
    String text = Scalars.text(value);
    if (value != null && text == null) {
      throw new IllegalArgumentException(name + " is not a string");
    }
    return text;
  }

  private static long whole(String name, @Nullable Object value) {
    if (value == null) {
      return 0;
    }
    BigDecimal number = Scalars.number(value);
    try {
      if (number != null && number.signum() >= 0) {
        return number.longValueExact();
      }
    } catch (ArithmeticException e) {
      // said below, without the value
    }
    throw new IllegalArgumentException(name + " is not a whole number from 0");
  }

  /** A number by the documentation, which some gateways turn into a boolean. */
  private static boolean flag(String name, @Nullable Object value) {
    return switch (String.valueOf(value).strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> whole(name, value) == 1;
    };
  }
}
