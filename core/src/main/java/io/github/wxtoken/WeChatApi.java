package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import io.github.wxtoken.store.TokenStores;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WeChat's endpoints: parameters in wechat-oauth's order
 * (docs/wechat-protocol.md#requests-of-wechat-oauth), answers as tokens and users, error codes as
 * exceptions (docs/wechat-protocol.md#error-codes).
 */
final class WeChatApi {
  /** The errcodes of an invalid access token: refresh it, or ask the user to authorize again. */
  private static final Set<Integer> BAD_ACCESS_TOKEN = Set.of(40001, 40014, 42001);

  private static final Set<Integer> BAD_CODE = Set.of(40029, 41008, 42003);
  private static final Set<Integer> BAD_REFRESH_TOKEN = Set.of(40029, 40030, 41003, 42002, 42007);

  private static final int CODE_USED = 40163;
  private static final int API_UNAUTHORIZED = 48001;
  private static final int NOT_AUTHORIZED_BY_USER = 50001;
  private static final int INVALID_OPENID = 40003;

  private final String appid;
  private final AppSecret secret;
  private final WeChatCalls calls;
  private final Clock clock;

  WeChatApi(WeChatCalls calls, AppSecret secret, Clock clock) {
    this.appid = calls.appid();
    this.secret = secret;
    this.calls = calls;
    this.clock = clock;
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
    try {
      return secret.use(current -> exchangeCode(from, parameter, code, session, current));
    } catch (WeChatApiException e) {
      if (e.errcode() == CODE_USED) {
        throw new CodeAlreadyUsedException(
            "this code of the app "
                + appid
                + " was exchanged before. If that signed the user in, do nothing; if not, let the"
                + " user sign in again",
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

  private OAuthToken exchangeCode(
      Endpoint from, String parameter, String code, boolean session, String current) {
    QueryString query =
        new QueryString()
            .with("appid", appid)
            .with("secret", current)
            .with(parameter, code)
            .with("grant_type", "authorization_code");
    long createAt = clock.millis();
    return calls.getOnce(
        from, query, fields -> token(from.path(), fields, createAt, session), current, code);
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
      return calls.getOnce(
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
      return calls.get(
          Endpoint.USERINFO, query, fields -> user(fields, token.openid()), accessToken);
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
        throw WeChatCalls.unusable(path, "it is of another openid");
      }
      return user;
    } catch (IllegalArgumentException e) {
      throw WeChatCalls.unusable(path, e.getMessage());
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
      return calls.get(Endpoint.AUTH, query, fields -> true, accessToken);
    } catch (WeChatApiException e) {
      if (BAD_ACCESS_TOKEN.contains(e.errcode()) || e.errcode() == INVALID_OPENID) {
        return false;
      }
      throw e;
    }
  }

  private static OAuthToken token(
      String path, Map<String, @Nullable Object> fields, long createAt, boolean session) {
    WeChatCalls.boundLife(path, fields);
    fields.put("create_at", createAt);
    OAuthToken token;
    try {
      token = TokenJson.token(fields);
    } catch (IllegalArgumentException e) {
      throw WeChatCalls.unusable(path, e.getMessage());
    }
    requireUsable(path, token, session);
    return ExtraFields.reduce(token);
  }

  private static void requireUsable(String path, OAuthToken token, boolean session) {
    String credential = session ? token.sessionKey() : token.accessToken();
    if (credential == null || credential.isEmpty()) {
      throw WeChatCalls.unusable(path, (session ? "session_key" : "access_token") + " is missing");
    }
    if (!session && token.expiresIn() == 0) {
      throw WeChatCalls.unusable(path, "expires_in is missing");
    }
    try {
      TokenStores.requireOpenid(token.openid());
    } catch (IllegalArgumentException e) {
      throw WeChatCalls.unusable(path, e.getMessage());
    }
  }
}
