package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import io.github.wxtoken.store.TokenStores;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * WeChat's endpoints: parameters in wechat-oauth's order
 * (docs/wechat-protocol.md#requests-of-wechat-oauth), answers as tokens and users, error codes as
 * exceptions (docs/wechat-protocol.md#error-codes).
 */
final class WeChatApi {
  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  /** The errcodes of an invalid access token: refresh it, or ask the user to authorize again. */
  private static final Set<Integer> BAD_ACCESS_TOKEN = Set.of(40001, 40014, 42001);

  private static final Set<Integer> BAD_CODE = Set.of(40029, 41008, 42003);
  private static final Set<Integer> BAD_REFRESH_TOKEN = Set.of(40029, 40030, 41003, 42002, 42007);

  /** The fields of an answer that must not be quoted. */
  private static final List<String> CREDENTIALS =
      List.of("access_token", "refresh_token", "session_key");

  private static final int CODE_USED = 40163;
  private static final int API_UNAUTHORIZED = 48001;
  private static final int NOT_AUTHORIZED_BY_USER = 50001;
  private static final int INVALID_OPENID = 40003;

  private final String appid;
  private final String secret;
  private final URI endpoint;
  private final HttpExchange http;
  private final Clock clock;
  private final Events events;

  /** Converts the fields of an answer. */
  private interface Reading<T> {
    /** Throws a {@link WeChatTransportException} if they are not those of the endpoint. */
    T of(Map<String, @Nullable Object> fields);
  }

  WeChatApi(
      String appid, String secret, URI endpoint, HttpExchange http, Clock clock, Events events) {
    this.appid = appid;
    this.secret = secret;
    this.endpoint = endpoint;
    this.http = http;
    this.clock = clock;
    this.events = events;
  }

  /** Exchanges the code of the web login (docs/wechat-protocol.md#code-exchange). */
  OAuthToken exchange(String code) {
    return exchangeCode(Endpoint.ACCESS_TOKEN, "code", code, false);
  }

  /** Exchanges the code of {@code wx.login} (docs/wechat-protocol.md#mini-program-session). */
  OAuthToken session(String code) {
    return exchangeCode(Endpoint.JSCODE2SESSION, "js_code", code, true);
  }

  private OAuthToken exchangeCode(Endpoint from, String parameter, String code, boolean session) {
    QueryString query =
        new QueryString()
            .with("appid", appid)
            .with("secret", secret)
            .with(parameter, code)
            .with("grant_type", "authorization_code");
    long createAt = clock.millis();
    try {
      return callOnce(
          from, query, fields -> token(from.path(), fields, createAt, session), secret, code);
    } catch (WeChatApiException e) {
      if (e.errcode() == CODE_USED) {
        throw new CodeAlreadyUsedException(
            "this code of the app "
                + appid
                + " was exchanged before. If that signed the user in, do nothing; if not, let the user"
                + " sign in again",
            e);
      }
      if (BAD_CODE.contains(e.errcode())) {
        throw new ReauthorizationRequiredException(
            "this code is not valid (any more) for the app "
                + appid
                + ". Let the user sign in again",
            e);
      }
      throw e;
    }
  }

  /**
   * Asks for a new access token (docs/wechat-protocol.md#refresh).
   *
   * @return what WeChat answered, which may lack fields that the old token has
   */
  OAuthToken refresh(String refreshToken) {
    Endpoint from = Endpoint.REFRESH_TOKEN;
    QueryString query =
        new QueryString()
            .with("appid", appid)
            .with("grant_type", "refresh_token")
            .with("refresh_token", refreshToken);
    long createAt = clock.millis();
    try {
      // Sent once: the back-off counts calls, and the JDK would send it twice to an unreachable
      // WeChat.
      return callOnce(
          from, query, fields -> token(from.path(), fields, createAt, false), refreshToken);
    } catch (WeChatApiException e) {
      if (BAD_REFRESH_TOKEN.contains(e.errcode())) {
        throw new ReauthorizationRequiredException(
            "the refresh token is not valid (any more) for the app "
                + appid
                + ". Let the user sign in again",
            e);
      }
      throw e;
    }
  }

  /**
   * Reads the user's profile (docs/wechat-protocol.md#user-profile).
   *
   * @return the profile, or null if WeChat refuses the access token
   * @throws ReauthorizationRequiredException if the scope does not allow it; WeChat is not asked
   *     where the token says so
   */
  @Nullable UserInfo user(OAuthToken token, Lang lang) {
    if (Scope.parse(token.scope()).equals(Scope.SNSAPI_BASE)) {
      throw profileNotGranted(token, null);
    }
    String accessToken = String.valueOf(token.accessToken());
    QueryString query =
        new QueryString()
            .with("access_token", accessToken)
            .with("openid", token.openid())
            .with("lang", lang.code());
    try {
      return call(Endpoint.USERINFO, query, fields -> user(fields, token.openid()), accessToken);
    } catch (WeChatApiException e) {
      if (BAD_ACCESS_TOKEN.contains(e.errcode())) {
        return null;
      }
      // With a scope that allows the profile, it is the account that lacks the right to it.
      boolean scopeIsUnknown = Scope.parse(token.scope()).isEmpty();
      if ((e.errcode() == API_UNAUTHORIZED && scopeIsUnknown)
          || e.errcode() == NOT_AUTHORIZED_BY_USER) {
        throw profileNotGranted(token, e);
      }
      throw e;
    }
  }

  private static UserInfo user(Map<String, @Nullable Object> fields, String openid) {
    String path = Endpoint.USERINFO.path();
    try {
      UserInfo user = UserInfo.of(fields);
      if (!user.openid().equals(openid)) {
        throw unusable(path, "it is of another openid");
      }
      return user;
    } catch (IllegalArgumentException e) {
      throw unusable(path, e.getMessage());
    }
  }

  private static ReauthorizationRequiredException profileNotGranted(
      OAuthToken token, @Nullable WeChatApiException refusal) {
    return new ReauthorizationRequiredException(
        "the user must authorize again with the scope snsapi_userinfo: the token of "
            + Printable.line(token.openid())
            + " does not allow to read the profile",
        Scope.SNSAPI_USERINFO,
        token.openid(),
        refusal);
  }

  /** Asks whether an access token lives (docs/wechat-protocol.md#token-check). */
  boolean isAlive(String openid, String accessToken) {
    QueryString query = new QueryString().with("access_token", accessToken).with("openid", openid);
    try {
      return call(Endpoint.AUTH, query, fields -> true, accessToken);
    } catch (WeChatApiException e) {
      if (BAD_ACCESS_TOKEN.contains(e.errcode()) || e.errcode() == INVALID_OPENID) {
        return false;
      }
      throw e;
    }
  }

  private <T> T call(Endpoint to, QueryString query, Reading<T> reading, String... secrets) {
    return told(
        to, () -> reading.of(fields(to.path(), http.get(uri(to, query), to.path()), secrets)));
  }

  /** Calls as {@link #call} does, but sends the request at most once. */
  private <T> T callOnce(Endpoint to, QueryString query, Reading<T> reading, String... secrets) {
    return told(
        to, () -> reading.of(fields(to.path(), http.getOnce(uri(to, query), to.path()), secrets)));
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

  private static OAuthToken token(
      String path, Map<String, @Nullable Object> fields, long createAt, boolean session) {
    boundLife(path, fields);
    fields.put("create_at", createAt);
    OAuthToken token;
    try {
      token = TokenJson.token(fields);
    } catch (IllegalArgumentException e) {
      throw unusable(path, e.getMessage());
    }
    requireUsable(path, token, session);
    return ExtraFields.reduce(token);
  }

  /** The code is used by now, so a nonsensical lifetime must not lose the token. */
  private static void boundLife(String path, Map<String, @Nullable Object> fields) {
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

  private static void requireUsable(String path, OAuthToken token, boolean session) {
    String credential = session ? token.sessionKey() : token.accessToken();
    if (credential == null || credential.isEmpty()) {
      throw unusable(path, (session ? "session_key" : "access_token") + " is missing");
    }
    if (!session && token.expiresIn() == 0) {
      throw unusable(path, "expires_in is missing");
    }
    try {
      TokenStores.requireOpenid(token.openid());
    } catch (IllegalArgumentException e) {
      throw unusable(path, e.getMessage());
    }
  }

  private static WeChatTransportException unusable(String path, @Nullable String rule) {
    return new WeChatTransportException(
        "WeChat's answer to " + path + " is unusable: " + rule, null);
  }
}
