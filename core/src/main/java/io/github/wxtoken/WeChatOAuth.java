package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * WeChat's OAuth for an application of many processes: wechat-oauth for Node, in Java. It signs
 * users in and keeps one valid token per user in a store that all processes share.
 *
 * <p>Methods keep wechat-oauth's names. All of them are safe for use by many threads, and from
 * virtual threads. To get a token takes no longer than the deadline of the {@link RefreshPolicy},
 * and each call to WeChat besides no longer than the HTTP timeout. What they throw, besides {@link
 * IllegalArgumentException} for bad input, and {@link IllegalStateException} after {@link #close()}
 * and from the methods of the web login for a client of a mini program:
 *
 * <ul>
 *   <li>{@link ReauthorizationRequiredException}: redirect the user to {@link #getAuthorizeURL};
 *   <li>{@link WeChatApiException}: WeChat refused, mostly for a reason in the configuration;
 *   <li>{@link WeChatTransportException}: WeChat gave no usable answer in time;
 *   <li>{@link TokenStoreException}: the store could not answer.
 * </ul>
 *
 * <p>The class and its methods are not final, so that a test can mock it, and a container such as
 * Spring can make a proxy of it, for example to inject it lazily. It is not made for extension:
 * which methods call each other may change.
 */
public class WeChatOAuth implements AutoCloseable {
  private final String appid;
  private final boolean isMiniProgram;
  private final boolean ownsRuntime;
  private final AppContext context;
  private final TokenStore store;
  private final WeChatApi api;
  private final Events events;
  private final TokenRefresher refresher;
  private final ExplicitRefresh explicitRefresh;
  private final Profiles profiles;
  private final CodeExchange codes;
  private final States states;
  private final ClientLog log;
  private final Callbacks callbacks;
  private final AppTokenMode appTokenMode;
  private final AtomicReference<@Nullable WeChatApp> app = new AtomicReference<>();

  /**
   * Makes a client that keeps tokens in memory: for one process.
   *
   * @param appid the app's id
   * @param secret the app's secret
   * @throws IllegalArgumentException if one is blank or certainly wrong: a placeholder that nothing
   *     replaced, white space or quotation marks in it, or one in the place of the other
   */
  public WeChatOAuth(String appid, String secret) {
    this(appid, secret, null, null);
  }

  /**
   * Makes a client that keeps tokens by your two functions: for many processes. Given the same
   * {@link TokenStore} twice, it uses it as the full store that it is; given two of its methods, it
   * cannot.
   *
   * <p>Two functions cannot compare and set. So of two writes at the same moment one may be lost,
   * several processes may refresh a token at once, a code may be exchanged by two processes, a
   * state may be used once in each process, and a token that could not be saved is not tried again.
   * A {@link TokenStore} protects from all of it.
   *
   * @param appid the app's id
   * @param secret the app's secret
   * @param getToken finds the token of an openid; null, together with {@code saveToken}, for memory
   * @param saveToken keeps the token of an openid
   * @throws IllegalArgumentException if the appid or the secret is blank or certainly wrong, or one
   *     function is null and the other is not
   */
  public WeChatOAuth(
      String appid,
      String secret,
      @Nullable TokenReader getToken,
      @Nullable TokenWriter saveToken) {
    this(appid, secret, getToken, saveToken, false);
  }

  /**
   * Makes a client as {@link #WeChatOAuth(String, String, TokenReader, TokenWriter)} does, perhaps
   * of a mini program.
   *
   * @param appid the app's id
   * @param secret the app's secret
   * @param getToken finds the token of an openid; null, together with {@code saveToken}, for memory
   * @param saveToken keeps the token of an openid
   * @param isMiniProgram whether the app is a mini program
   * @throws IllegalArgumentException if the appid or the secret is blank or certainly wrong, or one
   *     function is null and the other is not
   */
  public WeChatOAuth(
      String appid,
      String secret,
      @Nullable TokenReader getToken,
      @Nullable TokenWriter saveToken,
      boolean isMiniProgram) {
    this(builder(appid, secret).hooks(getToken, saveToken).miniProgram(isMiniProgram));
  }

  private WeChatOAuth(Builder from) {
    this(from, new ClientRuntime(from));
  }

  private WeChatOAuth(Builder from, ClientRuntime runtime) {
    this(
        new AppContext(from.appid, AppSecret.fixed(from.secret), runtime, runtime.store()),
        from.isMiniProgram,
        from.appTokenMode,
        true);
    log.started(runtime.apiEndpoint(), store);
  }

  /**
   * Makes a client of one app.
   *
   * @param ownsRuntime whether the client is the only one of its runtime, and closes it
   */
  WeChatOAuth(AppContext context, boolean isMiniProgram, AppTokenMode mode, boolean ownsRuntime) {
    this.context = context;
    this.isMiniProgram = isMiniProgram;
    this.ownsRuntime = ownsRuntime;
    ClientRuntime runtime = context.runtime();
    RefreshPolicy policy = runtime.policy();
    appid = context.appid();
    store = context.store();
    events = context.events();
    api = new WeChatApi(context.calls(), context.secret(), context.clock());
    UserTokenSource users = new UserTokenSource(api, events);
    Failures failures = new Failures(context.clock(), users::classify);
    refresher = context.refresher(users, failures, runtime.refreshes(), policy);
    profiles = new Profiles(api, refresher, failures, events);
    GrantSaver grants = new GrantSaver(store, api, context.clock());
    explicitRefresh =
        new ExplicitRefresh(users, grants, failures, runtime.refreshes(), policy.deadline());
    codes =
        new CodeExchange(
            store, api, grants, context.clock(), policy.deadline(), runtime.exchanges(), events);
    states = new States(store, runtime.hooks(), context.clock(), appid, context.secret());
    callbacks = new Callbacks(states, codes, events);
    log = new ClientLog(appid, isMiniProgram);
    appTokenMode = mode;
  }

  /**
   * Starts a client whose details differ from the default.
   *
   * @param appid the app's id
   * @param secret the app's secret
   * @return a builder
   * @throws IllegalArgumentException if one is blank or certainly wrong: a placeholder that nothing
   *     replaced, white space or quotation marks in it, or one in the place of the other
   */
  public static Builder builder(String appid, String secret) {
    return new Builder(appid, secret);
  }

  /**
   * Returns where to send a user of the WeChat app to sign in, with the scope {@code snsapi_base}
   * and no state.
   *
   * @param redirect where WeChat sends the user back to: an absolute http or https URL
   * @return the URL (docs/wechat-protocol.md#authorize-page)
   * @throws IllegalArgumentException if the URL is not one
   */
  public String getAuthorizeURL(String redirect) {
    return getAuthorizeURL(redirect, "");
  }

  /**
   * Returns where to send a user of the WeChat app to sign in, with the scope {@code snsapi_base}.
   *
   * @param redirect where WeChat sends the user back to: an absolute http or https URL
   * @param state comes back with the user: an unguessable value of at most 128 bytes
   * @return the URL (docs/wechat-protocol.md#authorize-page)
   * @throws IllegalArgumentException if the URL is not one, or the state is too long
   */
  public String getAuthorizeURL(String redirect, String state) {
    return getAuthorizeURL(redirect, state, Scope.SNSAPI_BASE);
  }

  /**
   * Returns where to send a user of the WeChat app to sign in.
   *
   * @param redirect where WeChat sends the user back to: an absolute http or https URL
   * @param state comes back with the user: an unguessable value of at most 128 bytes
   * @param scope what the user is asked for
   * @return the URL (docs/wechat-protocol.md#authorize-page)
   * @throws IllegalArgumentException if the URL is not one, the state is too long, or something is
   *     null
   */
  public String getAuthorizeURL(String redirect, String state, Scope scope) {
    return authorizeURL("/connect/oauth2/authorize", redirect, state, scope);
  }

  /**
   * Returns where to send a user of a desktop browser to sign in by QR code, without a state.
   *
   * @param redirect where WeChat sends the user back to: an absolute http or https URL
   * @return the URL (docs/wechat-protocol.md#website-sign-in-page)
   * @throws IllegalArgumentException if the URL is not one
   */
  public String getAuthorizeURLForWebsite(String redirect) {
    return getAuthorizeURLForWebsite(redirect, "");
  }

  /**
   * Returns where to send a user of a desktop browser to sign in by QR code.
   *
   * @param redirect where WeChat sends the user back to: an absolute http or https URL
   * @param state comes back with the user: an unguessable value of at most 128 bytes
   * @return the URL (docs/wechat-protocol.md#website-sign-in-page)
   * @throws IllegalArgumentException if the URL is not one, or the state is too long
   */
  public String getAuthorizeURLForWebsite(String redirect, String state) {
    return authorizeURL("/connect/qrconnect", redirect, state, Scope.SNSAPI_LOGIN);
  }

  private String authorizeURL(String page, String redirect, String state, Scope scope) {
    requireWebLogin();
    Arguments.requireWebURL("redirect", redirect);
    int bytes = state == null ? -1 : state.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 0 || bytes > 128) {
      throw new IllegalArgumentException(
          "state must be at most 128 bytes, and not null"
              + (bytes < 0 ? "" : "; this one has " + bytes));
    }
    Arguments.requireWellFormed("state", state);
    if (scope == null) {
      throw new IllegalArgumentException("scope must not be null");
    }
    // WeChat matches the order with a strict pattern.
    QueryString query =
        new QueryString()
            .with("appid", appid)
            .with("redirect_uri", redirect)
            .with("response_type", "code")
            .with("scope", scope.toString())
            .with("state", state);
    return context.runtime().openEndpoint() + page + "?" + query + "#wechat_redirect";
  }

  /**
   * Makes a state for {@link #getAuthorizeURL(String, String)} against login CSRF, without a return
   * path.
   *
   * @param visitor what only this browser has, such as a random cookie, and keeps when it signs in:
   *     not blank
   * @return at most 128 characters of {@code [0-9a-z]}, for {@link #handleCallback} or {@link
   *     #verifyState} within 10 minutes
   * @throws IllegalArgumentException if the visitor is blank or has half a surrogate pair
   */
  public String newState(String visitor) {
    requireWebLogin();
    Arguments.requireWellFormedText("visitor", visitor);
    return states.create(visitor, null);
  }

  /**
   * Makes a state against login CSRF that carries a path of this site to return to. The path is
   * authenticated and not encrypted: WeChat sees it.
   *
   * @param visitor what only this browser has, such as a random cookie, and keeps when it signs in:
   *     not blank
   * @param returnPath at most 48 characters: one slash, then a path and perhaps a query in
   *     percent-encoded ASCII, without {@code //}, backslash and fragment
   * @return at most 128 characters of {@code [0-9a-z]}, for {@link #handleCallback} or {@link
   *     #verifyState} within 10 minutes
   * @throws IllegalArgumentException if the visitor is blank or has half a surrogate pair, or the
   *     path is not so, so that it might lead to another site
   */
  public String newState(String visitor, String returnPath) {
    requireWebLogin();
    Arguments.requireWellFormedText("visitor", visitor);
    Arguments.requireWellFormedText("returnPath", returnPath);
    return states.create(visitor, returnPath);
  }

  /**
   * Makes the state of the next attempt to sign in, after a callback that did not sign the user in.
   * It keeps the return path, and counts the attempts in a row. Where {@link
   * CallbackResult.StartAgain} or {@link CallbackResult.Repeated} asks for another attempt,
   * redirect the browser from the callback straight to WeChat with this state.
   *
   * @param visitor a random value that only this browser has, such as a cookie; not blank
   * @param previous the result of {@link #handleCallback}; after one that asks for a page instead
   *     of a redirect, the attempts are counted anew, since the user begins them
   * @return at most 128 characters of {@code [0-9a-z]}, for {@link #handleCallback} within 10
   *     minutes
   * @throws IllegalArgumentException if the visitor is blank or has half a surrogate pair, or the
   *     result is null or has a return path that {@link #newState(String, String)} refuses
   */
  public String newState(String visitor, CallbackResult previous) {
    requireWebLogin();
    Arguments.requireWellFormedText("visitor", visitor);
    if (previous == null) {
      throw new IllegalArgumentException("previous must not be null");
    }
    return callbacks.newState(visitor, previous);
  }

  /**
   * Handles a callback of WeChat's: verifies its state, exchanges its code, and says what to answer
   * the browser. Nothing that a browser sends makes it throw, and no browser is sent to WeChat more
   * than three times in a row.
   *
   * <p>Pass the parameters as they came. A state with text that a browser has appended, such as
   * {@code #wechat_redirect} or {@code ?from=x}, is still taken. What {@link #verifyState} and
   * {@link #getAccessToken} say about stores and repeats holds here as well.
   *
   * @param code the parameter {@code code}, if any
   * @param state the parameter {@code state}, if any
   * @param visitor what {@link #newState(String, String)} was given for this browser, if it still
   *     has it
   * @return what to do
   * @throws IllegalStateException after {@link #close()}, or if the app is a mini program
   */
  public CallbackResult handleCallback(
      @Nullable String code, @Nullable String state, @Nullable String visitor) {
    requireWebLogin();
    requireOpen();
    return events.after(() -> callbacks.handle(code, state, visitor));
  }

  /**
   * Checks the state of a callback, before its code is used: the first step of {@link
   * #handleCallback}, for applications that do it step by step. Any process with the same appid and
   * secret made it, less than 10 minutes ago by the client's clock, for this visitor, and it is
   * used with one code only: with that code again, it is the browser's second callback. Text that
   * follows the last character of a state, since a browser has appended it, is ignored.
   *
   * <p>A store that leases remembers a state for 15 minutes by its own clock. With two functions
   * instead of a store, this process remembers it, and another process does not: 100,000 states at
   * most, of more the oldest are forgotten. A store that cannot tell whether the state was used
   * fails the call: one that cannot lease, or one whose leases fail at the moment. A failover that
   * loses leases, as Redis may, may lose the memory of a use. A process that dies during the call
   * spoils the state, and so does a store that fails then. A callback waits for another with the
   * same state and code, for about 2 seconds, and at most 32 do so in a client; further ones are
   * refused. A state that is forged or too old costs no operation of the store.
   *
   * @param state what came back, if anything
   * @param visitor what {@link #newState(String)} was given
   * @param code the code that came with it
   * @return whether it is a repeat, and the return path
   * @throws IllegalArgumentException if the visitor is blank or has half a surrogate pair, or the
   *     code is blank
   * @throws InvalidStateException if it is missing, not ours, changed, another visitor's, too old,
   *     or was used with another code, or the code has half a surrogate pair; it has the reason
   * @throws TokenStoreException if the store cannot answer, or cannot lease
   */
  public VerifiedState verifyState(@Nullable String state, String visitor, String code) {
    requireWebLogin();
    Arguments.requireWellFormedText("visitor", visitor);
    Arguments.requireText("code", code);
    requireOpen();
    return events.after(() -> states.verify(state, visitor, code));
  }

  /**
   * Exchanges the code of a callback for a token, and keeps it in the store, unless that has the
   * token of a later login, which is then returned. WeChat is asked which login is the later one,
   * and only one that it takes while it refuses ours counts as later. A stored record that cannot
   * be read is replaced. A snapshot user's token is returned, and not kept.
   *
   * <p>Callers with the same code share one exchange; a repeat within 10 minutes gets the same
   * outcome in this process, also after {@link TokenStore#deleteToken}. A refusal that is not about
   * the code, such as 40164 or 45011, is no outcome: a repeat asks WeChat again. At most 64
   * exchanges are under way in a client, and refreshes do not wait for them. After WeChat's 45009
   * or 45011 no code is sent to it until the next minute. With a store that cannot lease, two
   * processes may both send a code, and WeChat refuses the second.
   *
   * @param code the code that WeChat sent the user back with
   * @return the user's token
   * @throws CodeAlreadyUsedException if another process has exchanged it, or WeChat says so
   * @throws CodeOutcomeUnknownException if an earlier exchange in this process had no usable answer
   * @throws ReauthorizationRequiredException if WeChat does not take it, it has more than 512
   *     characters, or it has half a surrogate pair
   * @throws TokenNotSavedException if WeChat granted a token and the store failed
   * @throws WeChatApiException if WeChat refuses for another reason than the code, which is then
   *     still good; with errcode −1, nobody knows whether it is
   * @throws WeChatTransportException if WeChat gave no usable answer; nobody knows then whether it
   *     consumed the code. Also if the caller was interrupted or its deadline has passed; a repeat
   *     then gets the outcome
   * @throws TokenStoreException if the store cannot tell whether another process exchanges the
   *     code; WeChat was not asked then, and the code is still good
   */
  public OAuthToken getAccessToken(String code) {
    requireWebLogin();
    Arguments.requireText("code", code);
    requireOpen();
    return events.after(() -> codes.token(code));
  }

  /**
   * Asks WeChat for a new access token now. It is kept if the store has nothing for the user, or a
   * token with this refresh token. For a token that is valid when you need it, use {@link
   * #getValidToken}.
   *
   * @param refreshToken the refresh token
   * @return the new token
   * @throws ReauthorizationRequiredException if WeChat does not take it
   * @throws TokenNotSavedException if WeChat granted a token and the store failed
   */
  public OAuthToken refreshAccessToken(String refreshToken) {
    Arguments.requireWellFormedText("refreshToken", refreshToken);
    requireOpen();
    return events.after(() -> explicitRefresh.refresh(refreshToken));
  }

  /**
   * Returns the user's token, refreshed first if it has expired or expires soon: by one thread of
   * one process, while the others wait. A thread that is interrupted gets a token that is valid,
   * too, and stays interrupted; with two functions instead of a store, that depends on them.
   *
   * @param openid the user
   * @return a token that is valid now
   * @throws NoTokenException if none is stored
   * @throws ReauthorizationRequiredException if it cannot be refreshed any more
   * @throws TokenNotSavedException if it was refreshed less than a minute ago, and the store
   *     refuses the new token for good, for example since a column is too narrow
   * @throws CorruptTokenException if the stored record cannot be read; redirect the user to sign in
   *     again, which replaces it
   */
  public OAuthToken getValidToken(String openid) {
    requireUser(openid);
    requireOpen();
    return events.after(() -> refresher.usableToken(openid, null));
  }

  /**
   * Reads the user's profile, in English.
   *
   * @param openid the user
   * @return the profile
   * @throws NoTokenException if no token is stored
   * @throws ReauthorizationRequiredException if the user must authorize again, as {@link
   *     #getUser(String, Lang)} says
   */
  public UserInfo getUser(String openid) {
    return getUser(openid, Lang.EN);
  }

  /**
   * Reads the user's profile. A token that looks valid and that WeChat refuses is refreshed, and
   * WeChat asked once more. WeChat is not asked for the profile where the token's scope is {@link
   * Scope#SNSAPI_BASE} alone, which does not allow it.
   *
   * @param openid the user
   * @param lang the language of places
   * @return the profile
   * @throws NoTokenException if no token is stored
   * @throws ReauthorizationRequiredException if the user must authorize again; with the {@link
   *     ReauthorizationRequiredException#requiredScope()} where the scope does not allow it
   */
  public UserInfo getUser(String openid, Lang lang) {
    requireLang(lang);
    return profiles.read(getValidToken(openid), lang);
  }

  /**
   * Exchanges the code of a callback and reads the user's profile, in English.
   *
   * @param code the code that WeChat sent the user back with
   * @return the profile
   * @throws ReauthorizationRequiredException as {@link #getAccessToken} and {@link #getUser} do
   * @throws TokenNotSavedException if WeChat granted a token and the store failed
   */
  public UserInfo getUserByCode(String code) {
    return getUserByCode(code, Lang.EN);
  }

  /**
   * Exchanges the code of a callback and reads the user's profile with the token in hand, so also a
   * snapshot user's, whose token is not kept. The store has the token also where the scope does not
   * allow to read the profile; the exception then names the user.
   *
   * @param code the code that WeChat sent the user back with
   * @param lang the language of places
   * @return the profile
   * @throws ReauthorizationRequiredException as {@link #getAccessToken} and {@link #getUser} do
   * @throws TokenNotSavedException if WeChat granted a token and the store failed
   * @throws IllegalStateException if the app is a mini program
   */
  public UserInfo getUserByCode(String code, Lang lang) {
    requireLang(lang);
    requireWebLogin();
    return profiles.read(getAccessToken(code), lang);
  }

  /**
   * Asks WeChat whether an access token is good. To ask before each use only doubles the traffic.
   *
   * @param openid the user
   * @param accessToken the access token
   * @return true if it is; false where WeChat says that it is not
   */
  public boolean verifyToken(String openid, String accessToken) {
    requireUser(openid);
    Arguments.requireWellFormedText("accessToken", accessToken);
    requireOpen();
    return api.isAlive(openid, accessToken);
  }

  /**
   * Exchanges the code of {@code wx.login} for a mini program's session, and keeps it in the store.
   * Callers with the same code share one exchange. A stored record that cannot be read is replaced.
   *
   * <p>WeChat retires a user's session key when it makes the next one, and does not say which key
   * is the later. So the last save wins, whatever the clocks of the machines say: a sign-in that
   * begins after another has ended takes its place. Of several sign-ins of one user at the same
   * time, the one that is answered last stays in one process, and the one that is saved last stays
   * in several; the key that WeChat retired may be the one that stays. It then decrypts nothing,
   * and the next {@code wx.login} brings a new one.
   *
   * <p>After WeChat's 45009 no code is sent to it until the next minute. Its 45011 is about one
   * user here, so it fails the call alone.
   *
   * @param code the code that {@code wx.login} gave the device
   * @return the session, which has a {@link OAuthToken#sessionKey()} and no access token
   * @throws CodeAlreadyUsedException if another process has exchanged it, or WeChat says so
   * @throws ReauthorizationRequiredException if WeChat does not take it, or it has half a surrogate
   *     pair
   * @throws TokenNotSavedException if WeChat granted a session and the store failed
   * @throws TokenStoreException if the store cannot tell whether another process exchanges the
   *     code; WeChat was not asked then, and the code is still good
   */
  public OAuthToken getSessionKey(String code) {
    Arguments.requireText("code", code);
    requireOpen();
    return events.after(() -> codes.session(code));
  }

  /**
   * Decrypts what a mini program's device encrypted, and checks that it was for this app. Does not
   * check how old the data is: judge that by {@link MiniProgramUser#timestamp()}. Base64 may have
   * either alphabet, white space, no padding, and spaces that a form decoder made of plus signs.
   *
   * @param sessionKey the session's key
   * @param encryptedData the data, Base64
   * @param iv the initialization vector, Base64
   * @return what was encrypted
   * @throws WeChatOAuthException with wechat-oauth's message {@code Illegal Buffer, Is Your Data
   *     Correct?} if it cannot be decrypted, followed by the name of an argument that is still
   *     percent-encoded; or {@code Invalid Watermark, Be Sure to Check Again} if it is for another
   *     app
   */
  public MiniProgramUser decryptMiniProgramUser(
      String sessionKey, String encryptedData, String iv) {
    Arguments.requireText("sessionKey", sessionKey);
    Arguments.requireText("encryptedData", encryptedData);
    Arguments.requireText("iv", iv);
    return MiniProgramData.decrypt(appid, sessionKey, encryptedData, iv);
  }

  /**
   * Exchanges the code of {@code wx.login} and decrypts the user's profile with the session's key.
   *
   * @param code the code that {@code wx.login} gave the device
   * @param encryptedData the data, Base64
   * @param iv the initialization vector, Base64
   * @return the user
   * @throws WeChatOAuthException as {@link #getSessionKey} and {@link #decryptMiniProgramUser} do
   * @throws IllegalStateException if the app is not a mini program
   */
  public MiniProgramUser getMiniProgramUserByCode(String code, String encryptedData, String iv) {
    if (!isMiniProgram) {
      throw new IllegalStateException(
          "the client of "
              + appid
              + " is not a mini program's: call miniProgram(true) on its builder, or"
              + " getUserByCode(code) for a user of a website or an official account");
    }
    Arguments.requireText("code", code);
    Arguments.requireText("encryptedData", encryptedData);
    Arguments.requireText("iv", iv);
    // Before the code is spent.
    MiniProgramData.requireDecoded("encryptedData", encryptedData);
    MiniProgramData.requireDecoded("iv", iv);
    String sessionKey = getSessionKey(code).sessionKey();
    return decryptMiniProgramUser(String.valueOf(sessionKey), encryptedData, iv);
  }

  /**
   * Checks that the store answers, for health checks, as {@link TokenStore#ping} does. With two
   * functions instead of a store, it calls {@code getToken} with an openid that nobody has. WeChat
   * is not asked.
   *
   * @throws TokenStoreException if the store cannot answer
   */
  public void pingStore() {
    requireOpen();
    store.ping();
  }

  /**
   * Returns the client of the app's own credentials: its access token, its tickets, and calls with
   * them. It uses the same store, HTTP settings, listener and clock. To close it does nothing; it
   * is closed with this client.
   *
   * @return the same object each time
   * @throws IllegalArgumentException if the appid is not 1 to 64 characters of {@code
   *     [A-Za-z0-9_-]}
   */
  public WeChatApp app() {
    WeChatApp made = app.get();
    if (made != null) {
      return made;
    }
    WeChatApp mine = new WeChatApp(context, appTokenMode, false);
    WeChatApp others = app.compareAndExchange(null, mine);
    return others == null ? mine : others;
  }

  /**
   * Lets calls to WeChat that are under way finish, and closes the store if the client opened it. A
   * client that {@link WeChatApps} made stays open until that is closed.
   */
  @Override
  public void close() {
    if (ownsRuntime && context.close()) {
      log.closed(context.runtime().ownsStore());
    }
  }

  /**
   * Before anything else: the arguments were never meant for WeChat's endpoint of mini programs.
   */
  private void requireWebLogin() {
    if (isMiniProgram) {
      throw new IllegalStateException(
          "the client of "
              + appid
              + " is a mini program's, which has no web login: pass the code of wx.login to"
              + " getSessionKey, or call getMiniProgramUserByCode(code, encryptedData, iv). For a"
              + " website or an official account, build a client with that app's id and without"
              + " miniProgram(true)");
    }
  }

  private void requireOpen() {
    context.requireOpen();
  }

  /**
   * Refuses the key of an app's record, so that nobody gets an app's token in place of a user's.
   */
  private static void requireUser(String openid) {
    if (TokenStores.isAppKey(TokenStores.requireOpenid(openid))) {
      throw new IllegalArgumentException(
          "openid must be a user's. For the app's own access token, call app().getAccessToken()");
    }
  }

  private static void requireLang(@Nullable Lang lang) {
    if (lang == null) {
      throw new IllegalArgumentException("lang must not be null");
    }
  }

  /** Builds a client. Not safe for use by several threads. */
  public static final class Builder extends ClientBuilder<Builder> {
    private final String appid;
    private final String secret;
    private boolean isMiniProgram;

    private Builder(String appid, String secret) {
      Credentials.require(appid, secret);
      this.appid = appid;
      this.secret = secret;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Says whether the app is a mini program.
     *
     * @param isMiniProgram true if it is
     * @return this
     */
    public Builder miniProgram(boolean isMiniProgram) {
      this.isMiniProgram = isMiniProgram;
      return this;
    }

    /**
     * Sends users to this server instead of {@code https://open.weixin.qq.com}.
     *
     * @param endpoint an http or https URL without a path
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder openEndpoint(URI endpoint) {
      openEndpoint = Arguments.requireEndpoint("openEndpoint", endpoint);
      return this;
    }

    /**
     * Builds the client, and opens its store if a URL was given.
     *
     * @return the client
     * @throws IllegalArgumentException if times do not fit together, or the store's URL is wrong
     * @throws TokenStoreException if the store cannot be reached or used
     */
    public WeChatOAuth build() {
      return new WeChatOAuth(this);
    }
  }
}
