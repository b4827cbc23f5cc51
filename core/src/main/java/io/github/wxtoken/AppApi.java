package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** WeChat's endpoints for an app's own credentials, and those that wxtoken calls with them. */
final class AppApi {
  /** The errcodes of an invalid access token: it has expired, was replaced, or never was one. */
  static final Set<Integer> REFUSED_TOKEN = Set.of(40001, 40014, 42001);

  private static final String CREDENTIAL = "client_credential";
  private static final String TOKEN_REFUSED =
      ". WeChat refuses the app's access token, also after wxtoken has replaced it. Check that no"
          + " other program fetches tokens of this app in the other mode";
  private static final String CODE_REFUSED =
      ". The code is for one call, within 5 minutes, and for this mini program. Let the user tap"
          + " the button again";

  private final String appid;
  private final AppSecret secret;
  private final WeChatCalls calls;
  private final Clock clock;

  AppApi(WeChatCalls calls, AppSecret secret, Clock clock) {
    this.appid = calls.appid();
    this.secret = secret;
    this.calls = calls;
    this.clock = clock;
  }

  /** Fetches an access token that replaces the one before (docs/wechat-protocol.md#app-token). */
  OAuthToken classicToken(String key) {
    return secret.use(current -> classicToken(key, current));
  }

  private OAuthToken classicToken(String key, String current) {
    Endpoint from = Endpoint.APP_TOKEN;
    QueryString query =
        new QueryString()
            .with("grant_type", CREDENTIAL)
            .with("appid", appid)
            .with("secret", current);
    long createAt = clock.millis();
    return calls.getOnce(
        from, query, fields -> record(from, "access_token", key, fields, createAt), current);
  }

  /**
   * Fetches the stable access token (docs/wechat-protocol.md#stable-token).
   *
   * @param force whether WeChat makes a new one and ends the one before
   */
  OAuthToken stableToken(String key, boolean force) {
    return secret.use(current -> stableToken(key, force, current));
  }

  private OAuthToken stableToken(String key, boolean force, String current) {
    Endpoint from = Endpoint.STABLE_TOKEN;
    String body =
        Json.write(
            json -> {
              Json.put(json, "grant_type", CREDENTIAL);
              Json.put(json, "appid", appid);
              Json.put(json, "secret", current);
              Json.put(json, "force_refresh", force);
            });
    long createAt = clock.millis();
    return calls.postOnce(
        from,
        new QueryString(),
        body,
        fields -> record(from, "access_token", key, fields, createAt),
        current);
  }

  /** Fetches a ticket (docs/wechat-protocol.md#tickets). */
  OAuthToken ticket(String key, TicketType type, AppAccessToken token) {
    Endpoint from = Endpoint.TICKET;
    QueryString query =
        new QueryString().with("access_token", token.value()).with("type", type.code());
    long createAt = clock.millis();
    try {
      return calls.getOnce(
          from, query, fields -> record(from, "ticket", key, fields, createAt), token.value());
    } catch (WeChatApiException e) {
      throw withRemedy(e);
    }
  }

  /** Exchanges the code of a phone number (docs/wechat-protocol.md#phone-number). */
  PhoneNumber phoneNumber(String code, @Nullable String openid, AppAccessToken token) {
    Endpoint from = Endpoint.PHONE_NUMBER;
    QueryString query = new QueryString().with("access_token", token.value());
    String body =
        Json.write(
            json -> {
              Json.put(json, "code", code);
              if (openid != null) {
                Json.put(json, "openid", openid);
              }
            });
    try {
      return calls.postOnce(from, query, body, this::phoneNumber, token.value(), code);
    } catch (WeChatApiException e) {
      throw withRemedy(e);
    }
  }

  private PhoneNumber phoneNumber(Map<String, @Nullable Object> fields) {
    Map<?, ?> info = object(fields.get("phone_info"));
    Map<?, ?> watermark = object(info.get("watermark"));
    if (!appid.equals(watermark.get("appid"))) {
      throw WeChatCalls.unusable(Endpoint.PHONE_NUMBER.path(), "it is for another app");
    }
    return new PhoneNumber(
        phoneField(info, "phoneNumber"),
        phoneField(info, "purePhoneNumber"),
        phoneField(info, "countryCode"));
  }

  private static Map<?, ?> object(@Nullable Object value) {
    return value instanceof Map<?, ?> object ? object : Map.of();
  }

  private static String phoneField(Map<?, ?> info, String name) {
    String text = Scalars.text(info.get(name));
    if (text == null || text.isEmpty()) {
      throw WeChatCalls.unusable(Endpoint.PHONE_NUMBER.path(), name + " is missing");
    }
    return text;
  }

  /** These endpoints are called without the secret, so 40001 is about the token. */
  private WeChatApiException withRemedy(WeChatApiException refusal) {
    if (REFUSED_TOKEN.contains(refusal.errcode())) {
      return refusal.withRemedy(appid, TOKEN_REFUSED);
    }
    return refusal.errcode() == 40029 || refusal.errcode() == 40163
        ? refusal.withRemedy(appid, CODE_REFUSED)
        : refusal;
  }

  private static OAuthToken record(
      Endpoint from,
      String field,
      String key,
      Map<String, @Nullable Object> fields,
      long createAt) {
    WeChatCalls.boundLife(from.path(), fields);
    String credential = Scalars.text(fields.get(field));
    if (credential == null || credential.isBlank()) {
      throw WeChatCalls.unusable(from.path(), field + " is missing");
    }
    BigDecimal life = Scalars.number(fields.get("expires_in"));
    if (life == null || life.signum() <= 0) {
      throw WeChatCalls.unusable(from.path(), "expires_in is missing");
    }
    return OAuthToken.builder()
        .openid(key)
        .accessToken(credential)
        .expiresIn(life.longValue())
        .createAt(createAt)
        .build();
  }
}
