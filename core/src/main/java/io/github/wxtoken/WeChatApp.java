package io.github.wxtoken;

import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.math.BigDecimal;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An app's own credentials for an application of many processes: the access token (接口调用凭据) that
 * WeChat's APIs need, and the tickets that are made with it. They stand in a store that all
 * processes share, and WeChat is asked once per expiry.
 *
 * <p>A process uses what it has read for at most 10 seconds ({@link ClientBuilder#appTokenCopy}),
 * and then asks the store. In the last 5 minutes of a token's life the next one is fetched in the
 * background: nobody waits while the old one lives. All methods are safe for use by many threads,
 * and from virtual threads. What they throw, besides {@link IllegalArgumentException} for bad input
 * and {@link IllegalStateException} after {@link #close()}:
 *
 * <ul>
 *   <li>{@link WeChatApiException}: WeChat refused: 40164 (the caller's address is not on the IP
 *       allowlist), 40125 (a wrong secret), 45009 and 45011 (a quota is used up), and others. The
 *       message says what to do. Callers get it for up to a minute without a call to WeChat;
 *   <li>{@link WeChatTransportException}: WeChat gave no usable answer in time;
 *   <li>{@link TokenStoreException}: the store could not answer;
 *   <li>{@link ForcedRefreshLimitException}: WeChat refuses the token, and allows no other one now.
 * </ul>
 *
 * <p>The class and its methods are not final, so that a test can mock it. It is not made for
 * extension: which methods call each other may change.
 */
public class WeChatApp implements AutoCloseable {
  private final AppContext context;
  private final boolean ownsRuntime;
  private final ClientLog log;
  private final AppApi api;
  private final AppTokens tokens;
  private final Map<TicketType, RecordCopy<AppTicket>> tickets = new EnumMap<>(TicketType.class);
  private final JsapiSigner signer;
  private final CallQuota phoneNumbers;

  private WeChatApp(Builder from, ClientRuntime runtime) {
    this(
        new AppContext(from.appid, AppSecret.fixed(from.secret), runtime, runtime.store()),
        from.appTokenMode,
        true);
    log.started(runtime.apiEndpoint(), context.store());
  }

  /**
   * Makes the client of one app.
   *
   * @param ownsRuntime whether the client is the only one of its runtime, and closes it
   */
  WeChatApp(AppContext context, AppTokenMode mode, boolean ownsRuntime) {
    this.context = context;
    this.ownsRuntime = ownsRuntime;
    log = new ClientLog(context.appid(), false);
    api = new AppApi(context.calls(), context.secret(), context.clock());
    AppFetches fetches = new AppFetches(context.appid(), context.clock(), context.events());
    tokens = new AppTokens(context, mode, tokenCopy(mode, fetches));
    for (TicketType type : TicketType.values()) {
      tickets.put(type, ticketCopy(type, fetches));
    }
    signer = new JsapiSigner(context.appid(), context.clock());
    phoneNumbers = CallQuota.ofTheApp(context.clock());
  }

  private RecordCopy<AppAccessToken> tokenCopy(AppTokenMode mode, AppFetches fetches) {
    AppTokenSource source = new AppTokenSource(api, mode, context.clock(), fetches);
    ClientRuntime runtime = context.runtime();
    TokenRefresher refresher =
        context.refresher(
            source,
            new Failures(context.clock(), source::classify),
            runtime.appTokens(),
            runtime.policy().withRefreshAhead(source.refreshAhead(runtime.httpTimeout())));
    return new RecordCopy<>(
        refresher,
        AppRecords.tokenKey(context.appid()),
        AppAccessToken::of,
        runtime.appTokenCopy(),
        context.clock(),
        context.events());
  }

  private RecordCopy<AppTicket> ticketCopy(TicketType type, AppFetches fetches) {
    ClientRuntime runtime = context.runtime();
    TicketSource source = new TicketSource(type, tokens, api, fetches, runtime.httpTimeout());
    TokenRefresher refresher =
        context.refresher(
            source,
            new Failures(context.clock(), source::classify),
            runtime.tickets(),
            runtime
                .policy()
                .withRefreshAhead(
                    AppTokenSource.afterWeChats(AppTokenSource.OVERLAP, runtime.httpTimeout())));
    return new RecordCopy<>(
        refresher,
        AppRecords.ticketKey(type, context.appid()),
        AppTicket::of,
        runtime.appTokenCopy(),
        context.clock(),
        context.events());
  }

  /**
   * Starts a client of an app's own credentials. If there is a {@link WeChatOAuth} of the same app,
   * use {@link WeChatOAuth#app()} instead.
   *
   * @param appid the app's id: 1 to 64 characters of {@code [A-Za-z0-9_-]}
   * @param secret the app's secret
   * @return a builder
   * @throws IllegalArgumentException if one is blank or certainly wrong: a placeholder that nothing
   *     replaced, white space or quotation marks in it, or one in the place of the other
   */
  public static Builder builder(String appid, String secret) {
    return new Builder(appid, secret);
  }

  /**
   * Returns the app's id.
   *
   * @return the appid
   */
  public String appid() {
    return context.appid();
  }

  /**
   * Returns the app's access token, for a request that you send at once. Do not keep it: WeChat may
   * refuse it before its end, and another process then replaces it. {@link #call} handles that.
   *
   * @return a token that is valid now
   * @throws WeChatApiException if there is none, and WeChat refuses to issue one
   * @throws WeChatTransportException if there is none, and WeChat gives no usable answer
   * @throws TokenStoreException if the store cannot answer
   */
  public AppAccessToken getAccessToken() {
    requireOpen();
    return tokens.current();
  }

  /**
   * Replaces an access token that WeChat has refused with 40001, 40014 or 42001. If the store has
   * another one by now, that is returned and WeChat is not asked: a refusal that comes late never
   * ends a fresh token.
   *
   * <p>In {@link AppTokenMode#STABLE} WeChat is first asked without force. Only if it returns the
   * refused token again, a refresh is forced, at most once in 30 seconds and 20 times a day in the
   * cluster.
   *
   * @param refused the token that WeChat has refused
   * @return a token to use instead
   * @throws ForcedRefreshLimitException if WeChat returns the refused token again, and no refresh
   *     may be forced now
   * @throws WeChatApiException if WeChat refuses to issue one
   */
  public AppAccessToken invalidate(AppAccessToken refused) {
    Arguments.requireGiven("refused", refused);
    requireOpen();
    return context.events().after(() -> tokens.successorOf(refused));
  }

  /**
   * Runs a request with the access token. If it throws a {@link WeChatApiException} with 40001,
   * 40014 or 42001, it is repeated once with a fresh token.
   *
   * @param request the request
   * @param <T> the answer
   * @param <X> what the request throws
   * @return the answer
   * @throws X if the request throws it
   */
  public <T, X extends Exception> T call(AppCall<T, X> request) throws X {
    Arguments.requireGiven("request", request);
    requireOpen();
    return tokens.call(request);
  }

  /**
   * Runs a request with the access token, for HTTP clients that return WeChat's refusal as an
   * answer. If its errcode is 40001, 40014 or 42001, the request is repeated once with a fresh
   * token.
   *
   * @param request the request
   * @param errcode reads the errcode of an answer, 0 for none; for JSON, {@link #errcode(String)}
   * @param <T> the answer
   * @param <X> what the request throws
   * @return the answer, which may be another refusal
   * @throws X if the request throws it
   */
  public <T, X extends Exception> T call(AppCall<T, X> request, ToIntFunction<? super T> errcode)
      throws X {
    Arguments.requireGiven("request", request);
    Arguments.requireGiven("errcode", errcode);
    requireOpen();
    return tokens.call(request, errcode);
  }

  /**
   * Reads the errcode of an answer of WeChat's.
   *
   * @param json the body of the answer
   * @return its {@code errcode}; 0 if there is none, or the body is no JSON object
   */
  public static int errcode(String json) {
    try {
      BigDecimal code = Scalars.number(Json.readObject(json).get("errcode"));
      return code == null ? 0 : code.intValueExact();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return 0; // such as an image
    }
  }

  /**
   * Tells whether WeChat's errcode refuses the access token that a request was sent with.
   *
   * @param errcode the errcode of an answer
   * @return true for 40001, 40014 and 42001
   */
  public static boolean isRefusal(int errcode) {
    return AppApi.REFUSED_TOKEN.contains(errcode);
  }

  /**
   * Returns a ticket of the app, fetched with its access token once per expiry in the cluster.
   *
   * @param type the type
   * @return a ticket that is valid now
   * @throws WeChatApiException if there is none, and WeChat refuses to issue one
   */
  public AppTicket getTicket(TicketType type) {
    RecordCopy<AppTicket> ticket = tickets.get(Arguments.requireGiven("type", type));
    requireOpen();
    return Arguments.requireGiven("ticket", ticket).get();
  }

  /**
   * Signs the URL of a page that uses WeChat's JS-SDK (docs/wechat-protocol.md#js-sdk-signature).
   *
   * @param url the page as the browser shows it: an absolute http or https URL. A fragment is left
   *     out of the signature
   * @return the parameters of {@code wx.config}
   * @throws IllegalArgumentException if the URL is not one
   * @throws WeChatApiException if there is no ticket, and WeChat refuses to issue one
   */
  public JsapiSignature signJsapi(String url) {
    URI page = JsapiSigner.requirePage(url);
    return signer.sign(getTicket(TicketType.JSAPI), page);
  }

  /**
   * Exchanges the code of a mini program's button {@code getPhoneNumber} for the user's number
   * (docs/wechat-protocol.md#phone-number).
   *
   * @param code the code that the device got, for one call within 5 minutes
   * @return the phone number
   * @throws WeChatApiException if WeChat refuses: with 40029, the user has to tap the button again
   * @throws WeChatTransportException if WeChat gave no usable answer; the code may be used then
   */
  public PhoneNumber getPhoneNumber(String code) {
    return phoneNumber(code, null);
  }

  /**
   * Exchanges a code as {@link #getPhoneNumber(String)} does, and has WeChat check whose it is.
   *
   * @param code the code that the device got
   * @param openid the user who must have got it
   * @return the phone number
   * @throws WeChatApiException if WeChat refuses, also if the code is another user's
   */
  public PhoneNumber getPhoneNumber(String code, String openid) {
    return phoneNumber(code, TokenStores.requireOpenid(openid));
  }

  private PhoneNumber phoneNumber(String code, @Nullable String openid) {
    Arguments.requireWellFormedText("code", code);
    requireOpen();
    phoneNumbers.check();
    try {
      return call(token -> api.phoneNumber(code, openid, token));
    } catch (WeChatApiException e) {
      phoneNumbers.remember(e);
      throw e;
    }
  }

  /**
   * Lets calls to WeChat that are under way finish, and closes the store if the client opened it.
   * To close a client that came from {@link WeChatOAuth#app()} or {@link WeChatApps} does nothing.
   */
  @Override
  public void close() {
    if (ownsRuntime && context.close()) {
      log.closed(context.runtime().ownsStore());
    }
  }

  private void requireOpen() {
    context.requireOpen();
  }

  /** Builds a client of an app's own credentials. Not safe for use by several threads. */
  public static final class Builder extends ClientBuilder<Builder> {
    private final String appid;
    private final String secret;

    private Builder(String appid, String secret) {
      Credentials.require(appid, secret);
      this.appid = AppRecords.requireAppid(appid);
      this.secret = secret;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Builds the client, and opens its store if a URL was given.
     *
     * @return the client
     * @throws IllegalArgumentException if times do not fit together, or the store's URL is wrong
     * @throws TokenStoreException if the store cannot be reached or used
     */
    public WeChatApp build() {
      return new WeChatApp(this, new ClientRuntime(this));
    }
  }
}
