package io.github.wxtoken;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings that the clients of this library have in common: where records are kept, how WeChat
 * is asked, and who is notified. {@link WeChatOAuth.Builder}, {@link WeChatApp.Builder} and {@link
 * WeChatApps.Builder} add their own. Not safe for use by several threads.
 *
 * @param <B> the builder itself
 */
public abstract sealed class ClientBuilder<B extends ClientBuilder<B>>
    permits WeChatOAuth.Builder, WeChatApp.Builder, WeChatApps.Builder {
  private static final String API = "https://api.weixin.qq.com";
  private static final String OPEN = "https://open.weixin.qq.com";
  private static final Duration LONGEST_COPY = Duration.ofMinutes(1);

  // Names of headers are the same in any case.
  final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  @Nullable TokenStore store;
  @Nullable String storeUrl;
  @Nullable HttpClient httpClient;
  @Nullable HttpProxy proxy;
  Duration httpTimeout = Duration.ofSeconds(5);
  URI apiEndpoint = URI.create(API);
  URI openEndpoint = URI.create(OPEN);
  Clock clock = Clock.systemUTC();
  @Nullable RefreshPolicy refreshPolicy;
  @Nullable WeChatOAuthListener listener;
  AppTokenMode appTokenMode = AppTokenMode.STABLE;
  Duration appTokenCopy = Duration.ofSeconds(10);

  ClientBuilder() {
    headers.put("Accept", "application/json");
  }

  abstract B self();

  /**
   * Keeps tokens in this store.
   *
   * @param store the store, which the client does not close
   * @return this
   */
  public final B store(TokenStore store) {
    this.store = Arguments.requireGiven("store", store);
    storeUrl = null;
    return self();
  }

  /**
   * Keeps tokens in the store that {@link TokenStores#open} opens for this URL when the client is
   * built; the client closes it.
   *
   * @param url the URL
   * @return this
   */
  public final B store(String url) {
    Arguments.requireText("url", url);
    storeUrl = url;
    store = null;
    return self();
  }

  /**
   * Keeps tokens by two functions, with the limits that {@link WeChatOAuth#WeChatOAuth(String,
   * String, TokenReader, TokenWriter) the constructor} names.
   *
   * @param getToken finds the token of an openid; null, together with {@code saveToken}, for memory
   * @param saveToken keeps the token of an openid
   * @return this
   * @throws IllegalArgumentException if one is null and the other is not
   */
  public final B hooks(@Nullable TokenReader getToken, @Nullable TokenWriter saveToken) {
    storeUrl = null;
    if (getToken == null && saveToken == null) {
      store = null;
    } else if (getToken == null || saveToken == null) {
      throw new IllegalArgumentException("getToken and saveToken must both be null or both not");
    } else if (getToken == (Object) saveToken && getToken instanceof TokenStore both) {
      store = both;
    } else {
      store = new HookTokenStore(getToken, saveToken);
    }
    return self();
  }

  /**
   * Sends requests by this HTTP client, for a trust store of your own, or for a proxy that {@link
   * #proxy(String, int)} does not fit. It must not follow redirects, which would carry secrets
   * elsewhere. It takes the place of a proxy that was passed before.
   *
   * @param httpClient the HTTP client
   * @return this
   * @throws IllegalArgumentException if it follows redirects
   */
  public final B httpClient(HttpClient httpClient) {
    Arguments.requireGiven("httpClient", httpClient);
    if (httpClient.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("httpClient must not follow redirects");
    }
    this.httpClient = httpClient;
    proxy = null;
    return self();
  }

  /**
   * Sends requests through an HTTP proxy without a login. Without this, the proxy is the one that
   * the JVM was started with, such as by {@code -Dhttps.proxyHost}. It takes the place of an HTTP
   * client that was passed before.
   *
   * @param host the proxy's name or address
   * @param port the proxy's port
   * @return this
   * @throws IllegalArgumentException if they cannot be a proxy's
   */
  public final B proxy(String host, int port) {
    return through(HttpProxy.of(Arguments.requireGiven("host", host), port, null, null));
  }

  /**
   * Sends requests through an HTTP proxy with a login of the scheme Basic. For https, which is
   * WeChat's, the JVM must be started with {@code -Djdk.http.auth.tunneling.disabledSchemes=}:
   * without it Java does not send the login, and {@code build()} refuses that. It takes the place
   * of an HTTP client that was passed before.
   *
   * @param host the proxy's name or address
   * @param port the proxy's port
   * @param user the user, without a colon
   * @param password the password, which no log line and no message shows
   * @return this
   * @throws IllegalArgumentException if they cannot be a proxy's
   */
  public final B proxy(String host, int port, String user, String password) {
    return through(
        HttpProxy.of(
            Arguments.requireGiven("host", host),
            port,
            Arguments.requireGiven("user", user),
            Arguments.requireGiven("password", password)));
  }

  private B through(HttpProxy proxy) {
    this.proxy = proxy;
    httpClient = null;
    return self();
  }

  /**
   * Bounds a whole call to WeChat: connecting, headers and body.
   *
   * @param httpTimeout more than zero and at most an hour; 5 seconds by default
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public final B httpTimeout(Duration httpTimeout) {
    Arguments.requireGiven("httpTimeout", httpTimeout);
    if (httpTimeout.isNegative()
        || httpTimeout.isZero()
        || httpTimeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("httpTimeout must be more than zero, at most an hour");
    }
    this.httpTimeout = httpTimeout;
    return self();
  }

  /**
   * Adds a header to every request.
   *
   * @param name the header's name
   * @param value its value, which takes the place of an earlier one
   * @return this
   * @throws IllegalArgumentException if HTTP or the JDK does not allow it
   */
  public final B header(String name, String value) {
    Arguments.requireGiven("name", name);
    Arguments.requireGiven("value", value);
    try {
      // Refuses here what would fail every request.
      HttpRequest.newBuilder().setHeader(name, value);
    } catch (IllegalArgumentException e) {
      // The JDK's message quotes the value.
      throw new IllegalArgumentException("HTTP or the JDK does not allow this header");
    }
    headers.put(name, value);
    return self();
  }

  /**
   * Asks this server instead of {@code https://api.weixin.qq.com}, such as a gateway.
   *
   * @param endpoint an http or https URL, which may have a path. The host of an http URL may have
   *     an underscore; the server then gets its numeric address in the header {@code Host}, unless
   *     the JVM was started with {@code -Djdk.httpclient.allowRestrictedHeaders=host}
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public final B apiEndpoint(URI endpoint) {
    Arguments.requireGiven("apiEndpoint", endpoint);
    apiEndpoint = ApiEndpoint.require(Arguments.requireWebURL("apiEndpoint", endpoint.toString()));
    return self();
  }

  /**
   * Judges by this clock whether a token is valid. What waits, waits by the system's.
   *
   * @param clock the clock; the system's by default
   * @return this
   */
  public final B clock(Clock clock) {
    this.clock = Arguments.requireGiven("clock", clock);
    return self();
  }

  /**
   * Refreshes by this policy.
   *
   * @param refreshPolicy the policy; by default {@link RefreshPolicy#defaults()} with a lease and a
   *     deadline that fit the HTTP timeout
   * @return this
   */
  public final B refreshPolicy(RefreshPolicy refreshPolicy) {
    this.refreshPolicy = Arguments.requireGiven("refreshPolicy", refreshPolicy);
    return self();
  }

  /**
   * Tells this listener what the client does; nobody by default.
   *
   * @param listener the listener, which is called by many threads
   * @return this
   */
  public final B listener(WeChatOAuthListener listener) {
    this.listener = Arguments.requireGiven("listener", listener);
    return self();
  }

  /**
   * Says how the app's own access token is fetched ({@link WeChatApp#getAccessToken}).
   *
   * @param mode {@link AppTokenMode#STABLE} by default
   * @return this
   */
  public final B appTokenMode(AppTokenMode mode) {
    appTokenMode = Arguments.requireGiven("mode", mode);
    return self();
  }

  /**
   * Bounds how long a process uses the app's own access token and tickets from its memory, before
   * it asks the store again. Within this time a process may use a token that another one has
   * replaced.
   *
   * @param atMost from zero, which turns the memory off, to a minute; 10 seconds by default
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public final B appTokenCopy(Duration atMost) {
    Arguments.requireGiven("atMost", atMost);
    if (atMost.isNegative() || atMost.compareTo(LONGEST_COPY) > 0) {
      throw new IllegalArgumentException("atMost must be from zero to a minute");
    }
    appTokenCopy = atMost;
    return self();
  }

  /** Returns the policy that was set, or the one that fits the HTTP timeout. */
  final RefreshPolicy fittingPolicy() {
    RefreshPolicy policy =
        refreshPolicy == null ? RefreshPolicy.fitting(httpTimeout) : refreshPolicy;
    policy.requireFits(httpTimeout);
    return policy;
  }

  /** Tells whether the client opens its store itself, and so closes it. */
  final boolean opensStore() {
    return storeUrl != null || store == null;
  }

  final TokenStore openStore() {
    if (storeUrl != null) {
      return TokenStores.open(storeUrl);
    }
    if (store != null) {
      return store;
    }
    ClientLog.warnOfMemory();
    return new MemoryTokenStore();
  }
}
